"""How good the models are: errors, coverage, the champion, what it uses, and the report of all.

Needs ``data`` and ``models``.
"""

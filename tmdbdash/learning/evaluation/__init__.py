"""Evaluation: figures, coverage, the champion, feature importance, and the report of a training.

Imports ``data`` and ``models``.
"""

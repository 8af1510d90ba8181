"""What the models and the films show: contributions, neighbours, hits, clusters. All of it pure.

Needs ``data``, ``models`` and ``evaluation``.
"""

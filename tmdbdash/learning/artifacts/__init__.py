"""Model files: how they are stored and loaded, and predictions by loaded models.

Imports ``data``, ``models`` and ``evaluation``.
"""

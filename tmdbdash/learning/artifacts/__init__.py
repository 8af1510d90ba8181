"""Fitted models as files, and what is predicted with those that were loaded.

Needs ``data``, ``models`` and ``evaluation``.
"""

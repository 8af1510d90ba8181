"""The models: registry, estimators, cross-fitting and conformal intervals.

Imports ``data`` alone.
"""

"""The models: their registry and parts, fits that keep each film out of one fold, intervals.

Needs ``data`` alone.
"""

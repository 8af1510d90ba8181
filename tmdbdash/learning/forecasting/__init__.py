"""Popularity of the films of the latest tick 1, 3 and 7 days ahead, learned from snapshots alone.

``features`` thins snapshots and makes rows of features with their targets, ``conformal`` makes
intervals, ``forecaster`` fits, backtests and forecasts (data frames in, data frames out), and
``live_accuracy`` compares earlier forecasts with their outcomes (records). ``jobs/forecast.py``
joins them with the store.
"""

"""Popularity of the films of the latest tick 1, 3 and 7 days ahead, learned from snapshots alone.

``features`` thins snapshots and makes rows of features with their targets, ``change_models`` fits
the model of one horizon, ``conformal`` makes intervals, ``forecaster`` backtests, chooses and
forecasts (data frames in, data frames out), and ``live_accuracy`` compares earlier forecasts with
their outcomes (records). ``jobs/forecast.py`` joins them with the store.
"""

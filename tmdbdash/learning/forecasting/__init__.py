"""Popularity of the films of the latest tick 1, 3 and 7 days ahead, learned from snapshots alone.

``features`` thins snapshots and makes rows of features with their targets, ``conformal`` says how
uncertain a forecast is, ``forecaster`` fits, tests on the past against persistence and predicts
(data frames in, data frames out), and ``live_accuracy`` compares earlier forecasts with what came
(plain records). ``jobs/forecast.py`` joins them with the store.
"""

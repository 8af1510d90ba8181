"""Popularity of the films of the latest tick 1, 3 and 7 days ahead, learned from snapshots alone.

``panel`` thins snapshots and makes rows of features with their targets, ``intervals`` says how
uncertain a forecast is, ``fitting`` fits, checks against "nothing changes" and predicts (pure: data
frames in, data frames out), ``outcomes`` compares earlier forecasts with what came (pure, plain
records), and ``keeping`` joins them with the store.
"""

"""Benchmarks: each compares with a baseline measured in the same run.

``python -m benchmarks`` runs all of them and writes ``docs/BENCHMARKS.md``;
``python -m benchmarks.startup`` (or ``tick``, ``rate``, ``imports``, ``history``, ``forecasts``)
runs one and replaces its part.
"""

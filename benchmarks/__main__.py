"""Run every benchmark, one after the other."""

from benchmarks import forecasts, history, imports, models, rate, render, startup, tick

for benchmark in (startup, tick, rate, imports, history, render, models, forecasts):
    benchmark.main()

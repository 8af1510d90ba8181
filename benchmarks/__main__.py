"""Run every benchmark, one after the other."""

from benchmarks import forecasts, history, imports, models, page, rate, render, startup, tick

for benchmark in (startup, tick, rate, imports, history, render, page, models, forecasts):
    benchmark.main()

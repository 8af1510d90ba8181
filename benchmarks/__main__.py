"""Run every benchmark, one after the other."""

from benchmarks import forecasts, history, imports, models, rate, startup, tick

for benchmark in (startup, tick, rate, imports, history, models, forecasts):
    benchmark.main()

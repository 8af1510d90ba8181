"""Run every benchmark, one after the other."""

from benchmarks import forecasts, history, imports, models, rate, startup, tick, training

for benchmark in (startup, tick, rate, imports, history, training, models, forecasts):
    benchmark.main()

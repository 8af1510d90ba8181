"""Run every benchmark, one after the other."""

from benchmarks import forecasts, history, imports, rate, startup, tick

for benchmark in (startup, tick, rate, imports, history, forecasts):
    benchmark.main()

"""Run every benchmark, one after the other."""

from benchmarks import history, imports, rate, startup, tick

for benchmark in (startup, tick, rate, imports, history):
    benchmark.main()

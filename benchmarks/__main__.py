"""Run every benchmark, one after the other."""

from benchmarks import (
    forecasts,
    history,
    imports,
    models,
    rate,
    render,
    startup,
    tick,
    training,
)

for benchmark in (startup, tick, rate, imports, history, render, training, models, forecasts):
    benchmark.main()

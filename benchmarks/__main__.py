"""Run every benchmark, one after the other."""

from benchmarks import (
    estimates,
    forecasts,
    history,
    imports,
    insights,
    live,
    models,
    observation,
    page,
    rate,
    render,
    startup,
    tick,
    training,
)

for benchmark in (
    startup, tick, rate, imports, history, render, page, training, models, insights, estimates,
    forecasts, live, observation,
):  # fmt: skip
    benchmark.main()

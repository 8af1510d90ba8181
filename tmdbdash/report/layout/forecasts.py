"""Panels on what popularity will be in some days, and how such forecasts have fared."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Chart, Column, Panel, Series

FORECASTS = Panel(
    id="forecasts",
    folded=True,
    in_kiosk=True,
    rows=sections.film_forecasts,
    charts=(
        Chart(
            id="forecast-popularity",
            kind="bars",
            series=(Series(key="origin_popularity"), Series(key="popularity_7")),
        ),
    ),
    columns=(
        Column(key="title", kind="film"),
        Column(key="origin_popularity", digits=1),
        Column(key="popularity_1", digits=1),
        Column(key="low_1", digits=1, minor=True),
        Column(key="high_1", digits=1, minor=True),
        Column(key="popularity_3", digits=1),
        Column(key="low_3", digits=1, minor=True),
        Column(key="high_3", digits=1, minor=True),
        Column(key="popularity_7", digits=1),
        Column(key="low_7", digits=1, minor=True),
        Column(key="high_7", digits=1, minor=True),
        Column(key="origin_at", kind="time", minor=True),
    ),
)

SCORES = Panel(
    id="forecast_scores",
    rows=sections.forecast_scores,
    columns=(
        Column(key="days"),
        Column(key="basis", kind="term", term="forecast_basis"),
        Column(key="reason", kind="said", minor=True),
        Column(key="held_out", minor=True),
        Column(key="held_out_mae", digits=3, minor=True),
        Column(key="held_out_mae_persistence", digits=3, minor=True),
        Column(key="scored"),
        Column(key="scored_mae", digits=3),
        Column(key="scored_mae_persistence", digits=3),
        Column(key="coverage", kind="share", digits=1),
    ),
)

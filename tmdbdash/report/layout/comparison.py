"""Predictions against what is real, film by film, and the error over past trainings."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Chart, Column, Panel, Series

FILM = Column(key="title", kind="text")
BASIS = Column(key="basis", kind="term", term="basis")
CONTENDER = Column(key="model", kind="term", term="contender")

SCATTER = Panel(
    id="scatter",
    rows=sections.compared_films,
    folded=True,
    lazy_table=True,
    in_kiosk=True,
    charts=(
        Chart(
            id="scatter-popularity",
            kind="scatter",
            series=(Series(key="predicted"),),
            label=FILM,
            x="actual",
            group=BASIS,
            powers=True,
            only=("target", "popularity"),
        ),
        Chart(
            id="scatter-rating",
            kind="scatter",
            series=(Series(key="predicted"),),
            digits=2,
            label=FILM,
            x="actual",
            group=BASIS,
            only=("target", "vote_average"),
        ),
    ),
    columns=(
        Column(key="title", kind="film"),
        Column(key="target", kind="term", term="measure"),
        Column(key="actual", digits=2),
        Column(key="predicted", digits=2),
        Column(key="vote_count", minor=True),
        Column(key="basis", kind="term", term="basis", minor=True),
    ),
)

ERRORS = Panel(
    id="errors",
    rows=sections.past_errors,
    folded=True,
    lazy_table=True,
    in_kiosk=True,
    charts=(
        Chart(
            id="errors-popularity",
            kind="times",
            series=(Series(key="log_mae"),),
            digits=3,
            x="trained_at",
            group=CONTENDER,
            only=("target", "popularity"),
        ),
        Chart(
            id="errors-rating",
            kind="times",
            series=(Series(key="mae"),),
            digits=3,
            x="trained_at",
            group=CONTENDER,
            only=("target", "vote_average"),
        ),
    ),
    columns=(
        Column(key="trained_at", kind="time"),
        Column(key="target", kind="term", term="measure"),
        Column(key="model", kind="term", term="contender"),
        Column(key="name", kind="term", term="model", minor=True),
        Column(key="mae", digits=3),
        Column(key="log_mae", digits=3),
    ),
)

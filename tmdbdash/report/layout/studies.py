"""Panels of the studies beside the models: hits and groups of films."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Chart, Column, Panel, Series

HITS = Panel(
    id="hits",
    rows=sections.hit_figures,
    columns=(
        Column(key="figure", kind="term", term="hit_figure"),
        Column(key="value", kind="said"),
        Column(key="meaning", kind="said"),
    ),
)

CHANCE = Column(key="chance", kind="said")

RELIABILITY = Panel(
    id="reliability",
    half=True,
    folded=True,
    rows=sections.hit_reliability,
    charts=(
        Chart(
            id="hit-reliability",
            kind="lines",
            series=(Series(key="stated"), Series(key="observed")),
            digits=2,
            label=CHANCE,
        ),
    ),
    columns=(
        CHANCE,
        Column(key="films"),
        Column(key="stated", kind="share", digits=1),
        Column(key="observed", kind="share", digits=1),
    ),
)

ROC = Panel(
    id="roc",
    half=True,
    rows=sections.hit_roc,
    charts=(
        Chart(
            id="hit-roc",
            kind="points",
            series=(Series(key="found"),),
            digits=2,
            x="false_alarms",
            group=Column(key="curve", kind="term", term="curve"),
            joined=True,
        ),
    ),
    folded=True,
    lazy_table=True,
    columns=(
        Column(key="curve", kind="term", term="curve"),
        Column(key="false_alarms", kind="share", digits=1),
        Column(key="found", kind="share", digits=1),
    ),
)

GROUPS = Panel(
    id="groups",
    rows=sections.film_groups,
    columns=(
        Column(key="group"),
        Column(key="name", kind="term", term="mark"),
        Column(key="films"),
        Column(key="share", kind="share", minor=True),
        Column(key="marks", kind="said", minor=True),
        Column(key="examples", kind="text"),
        Column(key="stability", digits=2, minor=True),
    ),
)

FILM_MAP = Panel(
    id="film_map",
    in_kiosk=True,
    rows=sections.film_map,
    charts=(
        Chart(
            id="map-of-films",
            kind="points",
            series=(Series(key="y"),),
            digits=1,
            x="x",
            group=Column(key="group", kind="term", term="mark"),
        ),
    ),
    folded=True,
    lazy_table=True,
    columns=(
        Column(key="title", kind="text"),
        Column(key="group", kind="term", term="mark"),
        Column(key="x", digits=2),
        Column(key="y", digits=2),
    ),
)

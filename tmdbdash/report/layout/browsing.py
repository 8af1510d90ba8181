"""Panels that the browser fills from files of their own: all films, and popularity over time."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Column, Panel

FILMS = Panel(
    id="films",
    rows=sections.tracked_films,
    block="films",
    columns=(
        Column(key="rank", minor=True),
        Column(key="title", kind="film"),
        Column(key="release_date", kind="date", minor=True),
        Column(key="genres", kind="text", minor=True),
        Column(key="popularity", digits=1),
        Column(key="predicted_popularity", digits=1, minor=True),
        Column(key="vote_average", digits=1),
        Column(key="predicted_vote_average", digits=1, minor=True),
        Column(key="vote_count", minor=True),
    ),
)

HISTORY = Panel(
    id="history",
    in_kiosk=True,
    rows=sections.film_histories,
    block="history",
    columns=(
        Column(key="letter", kind="text"),
        Column(key="title", kind="film"),
        Column(key="first", digits=1, minor=True),
        Column(key="lowest", digits=1, minor=True),
        Column(key="highest", digits=1, minor=True),
        Column(key="last", digits=1),
        Column(key="change", kind="signed", digits=1),
        Column(key="ahead", digits=1, minor=True),
        Column(key="ahead_low", digits=1, minor=True),
        Column(key="ahead_high", digits=1, minor=True),
    ),
)

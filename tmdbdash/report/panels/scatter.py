"""Predicted and actual values, film by film."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import TARGETS, finite, title_of

SAMPLE = 250
"""Films of a scatter chart, for each target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFilm:
    """One film's real value beside what was expected of it, by a model that had not seen it."""

    tmdb_id: int
    title: str
    target: str
    actual: float
    predicted: float
    vote_count: int | None
    basis: str | None


def compared_films(rows: Rows) -> tuple[ComparedFilm, ...]:
    """A sample of the predicted films for each target, the same from one render to the next."""
    places = {tmdb_id: place for place, tmdb_id in enumerate(rows.table["tmdb_id"])}
    return tuple(film for target in TARGETS for film in _sample(rows, target, places))


def _sample(rows: Rows, target: str, places: Mapping[int, int]) -> Iterator[ComparedFilm]:
    made, table = rows.expected, rows.table
    digits = 3 if target == "popularity" else 2
    known = [
        (tmdb_id, actual, predicted, basis)
        for tmdb_id, actual, predicted, basis in zip(
            made["tmdb_id"],
            made[f"actual_{target}"],
            made[f"predicted_{target}"],
            made["basis"],
            strict=True,
        )
        if finite(actual) is not None and finite(predicted) is not None and tmdb_id in places
    ]
    # By a hash, so that a film stays in the sample while others come and go.
    for tmdb_id, actual, predicted, basis in sorted(known, key=lambda film: _lot(film[0]))[:SAMPLE]:
        place = places[tmdb_id]
        yield ComparedFilm(
            tmdb_id=tmdb_id,
            title=title_of(table["title"][place], table["original_title"][place], tmdb_id),
            target=target,
            actual=round(actual, digits),
            predicted=round(predicted, digits),
            vote_count=table["vote_count"][place],
            basis=basis,
        )


def _lot(tmdb_id: int) -> bytes:
    return hashlib.blake2b(str(tmdb_id).encode(), digest_size=8).digest()


FILM = Column(key="title", kind="text")

BASIS = Column(key="basis", kind="term", term="basis")

SCATTER = Panel(
    id="scatter",
    rows=compared_films,
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

"""Predicted and actual values, film by film."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from tmdbdash.records.tasks import TARGET_NAMES
from tmdbdash.report.panels.parts import Chart, Choice, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import DIGITS, finite

SAMPLE = 100
"""Films of a scatter chart, for each target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFilm:
    """One film's actual value and its prediction by a model that was not fitted on it."""

    tmdb_id: int
    title: str
    target: str
    actual: float
    predicted: float
    vote_count: int | None
    basis: str | None


def compared_films(rows: Rows) -> tuple[ComparedFilm, ...]:
    """A sample of the predicted films for each target, the same in each render."""
    return tuple(film for target in TARGET_NAMES for film in _sample(rows, target))


def _sample(rows: Rows, target: str) -> Iterator[ComparedFilm]:
    # By a hash: a film remains in the sample when others are added or removed.
    made = sorted(rows.expected.values(), key=lambda film: _hash(film.tmdb_id))
    known = (
        (film, rows.tracked[film.tmdb_id], actual, predicted)
        for film in made
        if (actual := finite(film.of(target).actual)) is not None
        and (predicted := finite(film.of(target).predicted)) is not None
        and film.tmdb_id in rows.tracked
    )
    for film, tracked, actual, predicted in itertools.islice(known, SAMPLE):
        yield ComparedFilm(
            tmdb_id=film.tmdb_id,
            title=tracked.shown_title,
            target=target,
            actual=round(actual, DIGITS),
            predicted=round(predicted, DIGITS),
            vote_count=tracked.vote_count,
            basis=film.basis_of(target),
        )


def _hash(tmdb_id: int) -> bytes:
    return hashlib.blake2b(str(tmdb_id).encode(), digest_size=8).digest()


FILM = Column(key="title", kind="text")
BASIS = Column(key="basis", kind="term", term="basis")

SCATTER = Panel(
    id="scatter",
    rows=compared_films,
    folded=True,
    choices=(Choice(key="target", values=TARGET_NAMES, term="measure"),),
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

"""Predictions against what is real, film by film, and how the errors went over past trainings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tmdbdash.records import TrainingRun
from tmdbdash.report.page_queries import Rows
from tmdbdash.report.sections.values import TARGETS, finite, title_of

SAMPLE = 250
"""Films of a scatter chart, for each target."""
COMPARED = ("median", "linear_regression")
"""The baselines whose errors stand beside the champion's."""
CHAMPION = "champion"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PastError:
    """The measured error of one model in one past training, for released films.

    ``model`` is "champion" or a baseline's name; ``name`` is who the champion was.
    """

    trained_at: datetime
    target: str
    model: str
    name: str
    mae: float | None
    log_mae: float | None


def compared_films(rows: Rows) -> tuple[ComparedFilm, ...]:
    """A sample of the predicted films for each target, the same from one render to the next."""
    places = {tmdb_id: place for place, tmdb_id in enumerate(rows.table["tmdb_id"])}
    return tuple(film for target in TARGETS for film in _sample(rows, target, places))


def past_errors(rows: Rows) -> tuple[PastError, ...]:
    """The last trainings, oldest first: the champion's error and the baselines', by target."""
    return tuple(error for training in reversed(rows.trainings) for error in _errors(training))


def _sample(rows: Rows, target: str, places: Mapping[int, int]) -> Iterator[ComparedFilm]:
    made, table = rows.expected, rows.table
    digits = 3 if target == "popularity" else 2
    known = [
        (tmdb_id, actual, predicted, source)
        for tmdb_id, actual, predicted, source in zip(
            made["tmdb_id"],
            made[f"actual_{target}"],
            made[f"predicted_{target}"],
            made["prediction_source"],
            strict=True,
        )
        if finite(actual) is not None and finite(predicted) is not None and tmdb_id in places
    ]
    # By a hash, so that a film stays in the sample while others come and go.
    for tmdb_id, actual, predicted, source in sorted(known, key=lambda film: _lot(film[0]))[
        :SAMPLE
    ]:
        place = places[tmdb_id]
        yield ComparedFilm(
            tmdb_id=tmdb_id,
            title=title_of(table["title"][place], table["original_title"][place], tmdb_id),
            target=target,
            actual=round(actual, digits),
            predicted=round(predicted, digits),
            vote_count=table["vote_count"][place],
            basis=source,
        )


def _lot(tmdb_id: int) -> bytes:
    return hashlib.blake2b(str(tmdb_id).encode(), digest_size=8).digest()


def _errors(training: TrainingRun) -> Iterator[PastError]:
    for target in TARGETS:
        champion = training.champions.get(target)
        for model, name in ((CHAMPION, champion), *((name, name) for name in COMPARED)):
            if name is None or (name, target, "oof_mae") not in training.metrics:
                continue
            yield PastError(
                trained_at=training.trained_at,
                target=target,
                model=model,
                name=name,
                mae=finite(training.metrics[name, target, "oof_mae"]),
                log_mae=finite(training.metrics.get((name, target, "oof_log_mae"))),
            )

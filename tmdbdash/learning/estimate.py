"""Popularity and rating of a film that does not exist yet, from what can be said of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.contributions import (
    Explained,
    explain_films,
    film_values,
    load_in_force,
    target_rows,
)
from tmdbdash.learning.current import CurrentModels
from tmdbdash.learning.explain import SENTENCE
from tmdbdash.learning.films import COLUMNS, FilmTable, columns_of, read_films
from tmdbdash.learning.neighbours import nearest_films
from tmdbdash.learning.tasks import EARLY, TARGETS, Task
from tmdbdash.records import Movie

if TYPE_CHECKING:
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

NOBODY = 0
"""The id of a film that does not exist; TMDB's begin at 1."""


@dataclass(frozen=True)
class FilmIdea:
    """What is said of a film: a title, TMDB's English genre names, minutes, a date, a language.

    ``votes`` are ``None`` for a film that nobody can have voted on.
    """

    title: str
    genres: tuple[str, ...]
    runtime: int
    release: date
    language: str
    votes: int | None = None


@dataclass(frozen=True)
class EstimateReport:
    """What is expected of a film that does not exist, and real films like it.

    ``values`` are by target "predicted", "low" and "high" in its unit. ``mode`` says which models
    were asked: "early" ones where there are no votes or the release is still to come. ``nearest``
    are real films with their real numbers, the nearest first. ``coverage`` is by target the
    measured share of films inside such intervals: "overall", and "temporal" for films newer than
    all that were learned from. ``notes`` are sentences on how far to trust it.
    """

    idea: FilmIdea
    as_of: date
    trained_at: datetime
    mode: str
    values: Mapping[str, Mapping[str, float | None]]
    models: Mapping[str, str]
    explained: Explained
    nearest: tuple[Mapping[str, Any], ...]
    coverage: Mapping[str, Mapping[str, float | None]]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, free of NaN."""
        return {
            "film": {
                "title": self.idea.title,
                "genres": list(self.idea.genres),
                "runtime": self.idea.runtime,
                "release_date": self.idea.release.isoformat(),
                "language": self.idea.language,
                "vote_count": self.idea.votes,
            },
            "as_of": self.as_of.isoformat(),
            "trained_at": f"{self.trained_at:%Y-%m-%dT%H:%M:%SZ}",
            "mode": self.mode,
            "targets": {
                target: {**row, "coverage": dict(self.coverage[target])}
                for target, row in target_rows(self.values, self.models, self.explained).items()
            },
            "nearest": [dict(film) for film in self.nearest],
            "notes": list(self.notes),
            "meaning": SENTENCE,
        }


def estimate(store: Store, settings: Settings, idea: FilmIdea, now: datetime) -> EstimateReport:
    """Ask the models in force for a film that is not stored.

    Its age is counted to the newest observation of the stored films: on a database of 2017 the
    estimate is one of 2017. Raises `NotReadyError` without a usable model.
    """
    current = load_in_force(store, settings, now)
    known = read_films(store.fetch_movie_columns(COLUMNS))
    if not len(known):
        raise NotReadyError("there are no films to compare with: run `tmdbdash ingest` first")
    as_of = _newest_day(known, now)
    film = read_films(columns_of([_movie(idea, as_of)]))
    here = np.zeros(1, dtype=np.intp)
    values = film_values(film, current, 0)
    mode = str(film.mode[0])
    coverage = _coverage(current, mode)
    return EstimateReport(
        idea=idea,
        as_of=as_of,
        trained_at=current.trained_at,
        mode=mode,
        values={t: {n: v for n, v in own.items() if n != "actual"} for t, own in values.items()},
        models={target: current.champions[Task(target, mode)] for target in TARGETS},
        explained=explain_films(film, current, here, known)[0],
        nearest=_nearest(known, film),
        coverage=coverage,
        notes=_notes(idea, known, mode, as_of, coverage),
    )


def _movie(idea: FilmIdea, as_of: date) -> Movie:
    return Movie(
        tmdb_id=NOBODY,
        title=idea.title,
        original_title=idea.title,
        language=idea.language,
        release_date=idea.release,
        runtime=idea.runtime,
        genres=idea.genres,
        vote_count=idea.votes or 0,
        status="Released" if idea.release <= as_of else None,
        observed_at=datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
    )


def _newest_day(films: FilmTable, now: datetime) -> date:
    days = films.observed[~np.isnat(films.observed)]
    if not len(days):
        return now.astimezone(UTC).date()
    newest: date = days.max().astype("datetime64[D]").astype(object)
    return newest


def _coverage(current: CurrentModels, mode: str) -> dict[str, dict[str, float | None]]:
    told = current.coverage()
    return {
        target: {name: told[Task(target, mode).key].get(name) for name in ("overall", "temporal")}
        for target in TARGETS
    }


def _nearest(known: FilmTable, film: FilmTable) -> tuple[Mapping[str, Any], ...]:
    """The real films that are most like it, among those with a popularity."""
    real = np.flatnonzero(~np.isnan(known.targets["popularity"]))
    features = known.features("wide").iloc[real]
    (near,) = nearest_films(features, known.ids[real], film.features("wide"))
    place_of = {int(known.ids[place]): int(place) for place in real}
    rows = []
    for neighbour in near:
        place = place_of[neighbour.tmdb_id]
        released = known.columns["release_date"][place]
        rating = float(known.targets["vote_average"][place])
        rows.append(
            {
                "tmdb_id": neighbour.tmdb_id,
                "title": known.columns["title"][place],
                "release_date": None if released is None else released.isoformat(),
                "popularity": float(known.targets["popularity"][place]),
                "vote_count": int(known.votes[place]),
                "vote_average": rating if math.isfinite(rating) else None,
                "distance": round(neighbour.distance, 4),
            }
        )
    return tuple(rows)


def _notes(
    idea: FilmIdea,
    known: FilmTable,
    mode: str,
    as_of: date,
    coverage: Mapping[str, Mapping[str, float | None]],
) -> tuple[str, ...]:
    notes: list[str] = []
    if mode == EARLY:
        why = "the release is still to come" if idea.release > as_of else "there are no votes"
        notes.append(f"By the models that see no votes: as of {as_of}, {why}.")
        if idea.votes:
            notes.append("The votes given are left out, since nobody can vote before the release.")
    notes.append(
        "Not said, so taken as unknown: budget, companies, countries, collection, overview and "
        "tagline."
    )
    dates = known.released[~np.isnan(known.targets["popularity"]) & ~np.isnat(known.released)]
    temporal = {t: share for t in TARGETS if (share := coverage[t]["temporal"]) is not None}
    if len(dates) and np.datetime64(idea.release) > dates.max() and temporal:
        notes.append(
            "Newer than all films learned from. For such films intervals that state 80 % held in "
            f"{_shares(temporal)}."
        )
    return tuple(notes)


def _shares(temporal: Mapping[str, float]) -> str:
    names = {"popularity": "popularity", "vote_average": "ratings"}
    parts: Sequence[str] = [f"{share:.0%} of {names[target]}" for target, share in temporal.items()]
    return " and ".join(parts)

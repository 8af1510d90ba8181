"""Popularity and rating of a film that does not exist yet, from what can be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from tmdbdash.learning.data.film_table import COLUMNS, FilmTable, columns_of, read_films
from tmdbdash.learning.data.tasks import EARLY, TARGETS
from tmdbdash.learning.insights.neighbours import near_film_rows, nearest_films
from tmdbdash.learning.insights.shapley import SENTENCE, explain_predictions
from tmdbdash.learning.jobs.estimate_models import (
    EstimateModel,
    as_estimate_films,
    fit_estimate_models,
)
from tmdbdash.learning.jobs.explain import Explained, target_rows, typical_inputs
from tmdbdash.records import Movie

if TYPE_CHECKING:
    from tmdbdash.storage import Store

NOBODY = 0
"""The id of a film that does not exist; TMDB's begin at 1."""
FEW_EARLY = 0.1
"""The share of films still to come below which models without votes speak of released ones."""
_NAMES = {"popularity": "popularity", "vote_average": "rating"}


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
    are real films with their real numbers, the nearest first. ``measured`` is by target how the
    model fared on films it had not seen: "films", "mae" beside "median_mae", the error of always
    saying the median, and "coverage", the share of films inside such intervals: "overall", and
    "temporal" for films newer than all that were learned from. ``notes`` are sentences on how far
    to trust it.
    """

    idea: FilmIdea
    as_of: date
    mode: str
    values: Mapping[str, Mapping[str, float | None]]
    models: Mapping[str, str]
    explained: Explained
    nearest: tuple[Mapping[str, Any], ...]
    measured: Mapping[str, Mapping[str, Any]]
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
            "mode": self.mode,
            "targets": {
                target: {**row, **self.measured[target]}
                for target, row in target_rows(self.values, self.models, self.explained).items()
            },
            "nearest": [dict(film) for film in self.nearest],
            "notes": list(self.notes),
            "meaning": SENTENCE,
        }


def estimate(store: Store, idea: FilmIdea, now: datetime) -> EstimateReport:
    """What the stored films say of one that is not: by models of only what ``idea`` tells.

    Its age is counted to the newest observation of the stored films: on a database of 2017 the
    estimate is one of 2017. Raises `NotReadyError` where too few films are stored.
    """
    known = read_films(store.fetch_movie_columns(COLUMNS))
    as_of = _newest_day(known, now)
    film = read_films(columns_of([_movie(idea, as_of)]))
    mode = str(film.mode[0])
    known, film = as_estimate_films(known), as_estimate_films(film)
    told = fit_estimate_models(known, mode)
    measured = {target: _measured(own) for target, own in told.items()}
    return EstimateReport(
        idea=idea,
        as_of=as_of,
        mode=mode,
        values={target: _values(own, film) for target, own in told.items()},
        models={target: own.model.spec.name for target, own in told.items()},
        explained={
            target: explain_predictions(
                own.model,
                own.model.inputs(film),
                typical_inputs(own.model, known),
                bounds=TARGETS[target].bounds,
            )[0]
            for target, own in told.items()
        },
        nearest=_nearest(known, film),
        measured=measured,
        notes=_notes(idea, known, mode, as_of, told, measured),
    )


def _values(told: EstimateModel, film: FilmTable) -> dict[str, float | None]:
    """What is expected of the only film of this table, with its interval."""
    value, low, high = told.model.predict_interval(film, np.zeros(1, dtype=np.intp))
    return {"predicted": float(value[0]), "low": float(low[0]), "high": float(high[0])}


def _measured(told: EstimateModel) -> dict[str, Any]:
    metrics = told.model.metrics
    return {
        "films": len(told.rows),
        "mae": metrics["oof_mae"],
        "median_mae": told.median_mae,
        "coverage": {
            "overall": metrics.get("coverage"),
            "temporal": metrics.get("temporal_coverage"),
        },
    }


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


def _nearest(known: FilmTable, wanted: FilmTable) -> tuple[Mapping[str, Any], ...]:
    """The real films that are most like it, among those with a popularity."""
    real = np.flatnonzero(~np.isnan(known.targets["popularity"]))
    features = known.features("wide").iloc[real]
    (near,) = nearest_films(features, known.ids[real], wanted.features("wide"))
    return near_film_rows(known, [(film.tmdb_id, film.distance) for film in near])


def _notes(
    idea: FilmIdea,
    known: FilmTable,
    mode: str,
    as_of: date,
    told: Mapping[str, EstimateModel],
    measured: Mapping[str, Mapping[str, Any]],
) -> tuple[str, ...]:
    notes: list[str] = []
    if mode == EARLY:
        why = "the release is still to come" if idea.release > as_of else "there are no votes"
        notes.append(f"By models that see no votes: as of {as_of}, {why}.")
        if idea.votes:
            notes.append("The votes given are left out, since nobody can vote before the release.")
        places = told["popularity"].rows.indices
        early = int(np.sum(known.mode[places] == EARLY))
        if idea.release > as_of and early < FEW_EARLY * len(places):
            notes.append(
                f"Of the {len(places):,} films learned from {early:,} were still to come: this is "
                "rather what is usual once such a film is out."
            )
    notes.append(
        "Not said: budget, companies, countries, collection, overview and tagline. The models "
        "asked never saw them of any film, so that a gap is no sign of an obscure one."
    )
    notes += [_fared(target, own, measured[target]) for target, own in told.items()]
    dates = known.released[~np.isnan(known.targets["popularity"]) & ~np.isnat(known.released)]
    shares = {target: measured[target]["coverage"]["temporal"] for target in TARGETS}
    temporal = {target: share for target, share in shares.items() if share is not None}
    if len(dates) and np.datetime64(idea.release) > dates.max() and temporal:
        notes.append(
            "Newer than all films learned from. For such films intervals that state 80 % held in "
            f"{_shares(temporal)}."
        )
    return tuple(notes)


def _fared(target: str, told: EstimateModel, measured: Mapping[str, Any]) -> str:
    """How far off the model was for films it had not seen."""
    share = measured["coverage"]["overall"]
    held = "" if share is None else f"; {share:.0%} lay inside such intervals"
    little = " (too little data)" if told.note else ""
    return (
        f"Of {measured['films']:,} films with a known {_NAMES[target]} such an estimate was off by "
        f"{measured['mae']:.2f} on average, the median by {measured['median_mae']:.2f}{held}"
        f"{little}."
    )


def _shares(temporal: Mapping[str, float]) -> str:
    parts = [f"{share:.0%} for the {_NAMES[target]}" for target, share in temporal.items()]
    return " and ".join(parts)

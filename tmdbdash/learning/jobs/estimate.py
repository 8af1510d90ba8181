"""An estimate of popularity and rating for a film that does not exist yet, from a description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tmdbdash.learning.data.film_table import FilmTable, columns_of, read_films
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.insights.neighbours import nearest_films
from tmdbdash.learning.insights.shapley import CAUSALITY_NOTE, explain_predictions
from tmdbdash.learning.jobs.drift import read_columns
from tmdbdash.learning.jobs.estimate_credits import UNSAID, past_notes
from tmdbdash.learning.jobs.estimate_models import (
    EstimateModel,
    as_estimate_films,
    fit_estimate_models,
)
from tmdbdash.learning.jobs.explain import (
    Explained,
    PredictedValues,
    Values,
    target_rows,
    typical_inputs,
)
from tmdbdash.learning.jobs.near_films import NearFilmRow, near_film_rows
from tmdbdash.records import Movie, Person
from tmdbdash.records.tasks import EARLY, TARGET_WORDS

if TYPE_CHECKING:
    from tmdbdash.storage import Store

NOBODY = 0
"""The id of a film that does not exist; TMDB's begin at 1."""
FEW_EARLY = 0.1
"""The share of films still to come below which an estimate for one comes with a warning."""


@dataclass(frozen=True)
class FilmIdea:
    """The description of a film: a title, TMDB's English genre names, minutes, a date, a language.

    ``votes`` are ``None`` where they are not described; of people, companies and a collection there
    may be names.
    """

    title: str
    genres: tuple[str, ...]
    runtime: int
    release: date
    language: str
    votes: int | None = None
    directors: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    collection: str | None = None

    @property
    def credits(self) -> dict[str, tuple[str, ...]]:
        """The names described, by kind of credits; without the kinds that are not."""
        series = () if self.collection is None else (self.collection,)
        kinds = {"companies": self.companies, "series": series}
        kinds |= {"director": self.directors, "cast": self.cast}
        return {kind: names for kind, names in kinds.items() if names}


@dataclass(frozen=True)
class EstimateReport:
    """The estimate for a film that does not exist, and real films like it.

    ``mode`` is that of the models: "early" where there are no votes or the release is still to
    come. ``nearest`` are real films, the nearest first. ``notes`` are sentences on how far to trust
    the estimate.
    """

    meaning: ClassVar[str] = CAUSALITY_NOTE

    idea: FilmIdea
    as_of: date
    mode: str
    values: Values
    fitted: Mapping[str, EstimateModel]
    explained: Explained
    nearest: tuple[NearFilmRow, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, free of NaN."""
        models = {target: own.model.spec.name for target, own in self.fitted.items()}
        return {
            "film": {
                "title": self.idea.title,
                "genres": list(self.idea.genres),
                "runtime": self.idea.runtime,
                "release_date": self.idea.release.isoformat(),
                "language": self.idea.language,
                "vote_count": self.idea.votes,
                "directors": list(self.idea.directors),
                "cast": list(self.idea.cast),
                "companies": list(self.idea.companies),
                "collection": self.idea.collection,
            },
            "as_of": self.as_of.isoformat(),
            "mode": self.mode,
            "targets": {
                target: {**row, **self.fitted[target].figures_json()}
                for target, row in target_rows(self.values, models, self.explained).items()
            },
            "nearest": list(self.nearest),
            "notes": list(self.notes),
            "meaning": self.meaning,
        }


def estimate(store: Store, idea: FilmIdea, now: datetime) -> EstimateReport:
    """The estimate for a described film, by models that see only what can be described.

    Its age is counted to the newest observation of the stored films: on a database of 2017 the
    estimate is one of 2017. Raises `NotReadyError` where too few films are stored.
    """
    known = read_films(read_columns(store))
    as_of = _newest_day(known, now)
    film = read_films(columns_of([_movie(idea, as_of)]))
    mode = str(film.mode[0])
    known, film = as_estimate_films(known), as_estimate_films(film)
    fitted = fit_estimate_models(known, mode, tuple(idea.credits))
    return EstimateReport(
        idea=idea,
        as_of=as_of,
        mode=mode,
        values={target: _values(own, film) for target, own in fitted.items()},
        fitted=fitted,
        explained={
            target: explain_predictions(
                own.model,
                own.model.inputs(film),
                typical_inputs(own.model, known),
                bounds=TARGETS[target].bounds,
            )[0]
            for target, own in fitted.items()
        },
        nearest=_nearest(known, film),
        notes=_notes(idea, known, mode, as_of, fitted),
    )


def _values(fitted: EstimateModel, film: FilmTable) -> PredictedValues:
    """The prediction of the only film of this table, with its interval."""
    value, low, high = fitted.model.predict_interval(film, np.zeros(1, dtype=np.intp))
    return {"predicted": float(value[0]), "low": float(low[0]), "high": float(high[0])}


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
        directors=tuple(Person(name=name) for name in idea.directors),
        cast=tuple(Person(name=name) for name in idea.cast),
        production_companies=idea.companies or None,
        collection=idea.collection,
        observed_at=datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
    )


def _newest_day(films: FilmTable, now: datetime) -> date:
    days = films.observed[~np.isnat(films.observed)]
    if not len(days):
        return now.astimezone(UTC).date()
    newest: date = days.max().astype("datetime64[D]").astype(object)
    return newest


def _nearest(known: FilmTable, wanted: FilmTable) -> tuple[NearFilmRow, ...]:
    """The real films that are nearest to it, among those with a popularity."""
    real = np.flatnonzero(~np.isnan(known.targets["popularity"]))
    features = known.features("wide").iloc[real]
    (near,) = nearest_films(features, known.ids[real], wanted.features("wide"))
    return near_film_rows(known, [(film.tmdb_id, film.distance) for film in near])


def _notes(
    idea: FilmIdea,
    known: FilmTable,
    mode: str,
    as_of: date,
    fitted: Mapping[str, EstimateModel],
) -> tuple[str, ...]:
    notes: list[str] = []
    if mode == EARLY:
        why = "the release is still to come" if idea.release > as_of else "there are no votes"
        notes.append(f"By models that see no votes: as of {as_of}, {why}.")
        if idea.votes:
            notes.append("The votes given are left out, since nobody can vote before the release.")
        indices = fitted["popularity"].rows.indices
        early = int(np.sum(known.mode[indices] == EARLY))
        if idea.release > as_of and early < FEW_EARLY * len(indices):
            notes.append(
                f"Of the {len(indices):,} films learned from {early:,} were still to come: this is "
                "rather what is usual once such a film is out."
            )
    unsaid = [words for kind, words in UNSAID.items() if kind not in idea.credits]
    notes.append(
        f"Not said: budget, {', '.join([*unsaid, 'countries', 'overview'])} and tagline. The "
        "models asked never saw them of any film, so that a gap is no sign of an obscure one."
    )
    notes += past_notes(known, idea.credits, idea.release)
    notes += [_accuracy_note(target, own) for target, own in fitted.items()]
    dates = known.released[~np.isnan(known.targets["popularity"]) & ~np.isnat(known.released)]
    shares = [
        f"{own.model.metrics['temporal_coverage']:.0%} for the {TARGET_WORDS[target]}"
        for target, own in fitted.items()
        if "temporal_coverage" in own.model.metrics
    ]
    if len(dates) and np.datetime64(idea.release) > dates.max() and shares:
        notes.append(
            "Newer than all films learned from. For such films, intervals of nominal coverage 80 % "
            f"had an empirical coverage of {' and '.join(shares)}."
        )
    return tuple(notes)


def _accuracy_note(target: str, own: EstimateModel) -> str:
    metrics = own.model.metrics
    share = metrics.get("coverage")
    coverage_text = "" if share is None else f"; nominal coverage 80 %, empirical {share:.0%}"
    little = " (too little data)" if own.note else ""
    return (
        f"Of {len(own.rows):,} films with a known {TARGET_WORDS[target]} such an estimate "
        f"was off by {metrics['oof_mae']:.2f} on average, the median by {own.median_mae:.2f}"
        f"{coverage_text}{little}."
    )

"""Scoring: from fitted models to one prediction a film, and the ``predict`` job."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.learning.artifacts.predictor import BASELINE
from tmdbdash.learning.artifacts.scored_films import SORTS, ScoredFilms, score_films
from tmdbdash.learning.data.film_table import COLUMNS, read_films
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.evaluation.report import task_notes
from tmdbdash.learning.jobs.explain import keep_contributions
from tmdbdash.learning.jobs.models_in_force import load_predictor, model_names, stored_study
from tmdbdash.records import (
    SHOWN,
    Prediction,
    as_dict,
    latest_believable,
    residual,
)

if TYPE_CHECKING:
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

_NUMBERS = tuple(
    pattern.format(target)
    for target in TARGETS
    for pattern in ("predicted_{}", "predicted_{}_low", "predicted_{}_high", "actual_{}")
)
_DRIFT = 1e-9
"""Relative difference below which a stored number is the same: databases round at the end."""


@dataclass(frozen=True)
class PredictionReport:
    """What ``predict`` found.

    ``predictions`` are the chosen films with the documented keys, in the order ``sort`` and
    limited; ``listed`` is how many that order has before the limit, ``films`` how many were scored,
    ``written`` how many predictions were new or changed. Once
    `jobs.forecast.with_forecasts` has been at it, each film has its "forecasts",
    ``forecasts`` has those of all films of the latest list, whichever are chosen, and
    ``forecast_basis`` says what they rest on. ``coverage`` says by task how often this model's
    intervals held: what is stated, what was measured, and for the newest fifth of films. ``notes``
    say by task what the training noted, as "too_little_data"; empty where nothing.
    """

    model: str
    trained_at: datetime
    films: int
    written: int
    predictions: tuple[dict[str, Any], ...]
    forecast_basis: dict[str, Any] | None = None
    coverage: dict[str, dict[str, Any]] = field(default_factory=dict)
    forecasts: tuple[dict[str, Any], ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    sort: str = "predicted"
    listed: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, free of NaN."""
        return {
            "model": self.model,
            "trained_at": f"{self.trained_at:%Y-%m-%dT%H:%M:%SZ}",
            "films": self.films,
            "sort": self.sort,
            "listed": self.listed,
            "coverage": self.coverage,
            "notes": self.notes,
            "forecast_basis": self.forecast_basis,
            "forecasts": list(self.forecasts),
            "predictions": list(self.predictions),
        }


def predict(
    store: Store,
    settings: Settings,
    *,
    now: datetime,
    sort: str = "predicted",
    limit: int = 20,
    model: str | None = None,
) -> PredictionReport:
    """Score all films, new ones included, with the models of the last training as of ``now``.

    New and changed predictions are stored under that training's time. ``sort`` is one of `SORTS`,
    ``limit`` 0 means all films, ``model`` chooses among the models of that training ("champion",
    where not given: each film by the champion of its mode). Raises `NotReadyError` where there is
    no usable model, `UsageError` for a sort, a limit or a model that does not exist.
    """
    if sort not in SORTS:
        raise UsageError(f"cannot sort by {sort!r}: choose one of {', '.join(SORTS)}")
    if limit < 0:
        raise UsageError(f"--limit {limit} is below 0; 0 means all films")
    training = store.fetch_last_training(latest_believable(now))
    if training is None:
        raise NotReadyError("there is no model yet: run `tmdbdash train` first")
    names = [SHOWN, *model_names(store, settings, training)]
    if model is not None and model not in names:
        raise UsageError(
            f"the last training has no model {model!r}: choose one of {', '.join(names)}, "
            "or run `tmdbdash train`"
        )
    shown = model or SHOWN
    kept = [name for name in (SHOWN, BASELINE) if name in names]
    current = load_predictor(store, settings, training, (*kept, shown))

    columns = store.fetch_movie_columns([*COLUMNS, *_missing(COLUMNS, "title")])
    scored = score_films(read_films(columns), current, list(dict.fromkeys([*kept, shown])))
    written = sum(_store_changes(store, films) for films in scored if films.model_name in kept)
    if scored[0].model_name == SHOWN:
        expected = scored[0].predicted_popularity
        keep_contributions(store, scored[0].films, current, expected, changed=written > 0)

    films = next(films for films in scored if films.model_name == shown)
    ordered = films.order(sort, columns["title"])
    places = ordered[:limit] if limit else ordered
    rows = tuple(
        prediction_row(prediction, columns["title"][i], columns["release_date"][i])
        for i, prediction in zip(places, films.rows(np.asarray(places, dtype=np.intp)), strict=True)
    )
    coverage = current.coverage(None if shown == SHOWN else shown)
    notes = task_notes(stored_study(store, training.trained_at))
    return PredictionReport(
        shown,
        training.trained_at,
        len(films),
        written,
        rows,
        coverage=coverage,
        notes=notes,
        sort=sort,
        listed=len(ordered),
    )


def prediction_row(prediction: Prediction, title: str, release_date: date | None) -> dict[str, Any]:
    """One prediction under the documented keys, as plain JSON values."""
    values = as_dict(prediction)
    del values["pred_ts"]
    return {
        "tmdb_id": values.pop("tmdb_id"),
        "title": title,
        "release_date": None if release_date is None else release_date.isoformat(),
        **values,
        **{
            f"residual_{target}": residual(
                expected=values[f"predicted_{target}"], actual=values[f"actual_{target}"]
            )
            for target in TARGETS
        },
    }


def _store_changes(store: Store, films: ScoredFilms) -> int:
    stored = {
        film.prediction.tmdb_id: film.prediction
        for film in store.fetch_predictions(films.pred_ts, films.model_name)
    }
    changes = [p for p in films if _differs(stored.get(p.tmdb_id), p)]
    if changes:
        store.save_predictions(changes)
    return len(changes)


def _differs(stored: Prediction | None, new: Prediction) -> bool:
    if stored is None:
        return True
    pairs = [(getattr(stored, name), getattr(new, name)) for name in _NUMBERS]
    return (stored.mode, stored.basis) != (new.mode, new.basis) or any(
        (a is None) != (b is None)
        or (a is not None and b is not None and not math.isclose(a, b, rel_tol=_DRIFT))
        for a, b in pairs
    )


def _missing(names: Sequence[str], name: str) -> list[str]:
    return [] if name in names else [name]

"""Scoring: from fitted models to one prediction a film, and the ``predict`` job."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.learning.evaluate import FittedModel
from tmdbdash.learning.features import Columns, FeatureSet, Floats, numbers, ratings
from tmdbdash.learning.model_files import load_models
from tmdbdash.records import CLOCKS_DIFFER, Prediction, as_dict

if TYPE_CHECKING:
    import pandas as pd

    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

SORTS = ("predicted", "residual", "title")
_DRIFT = 1e-9
"""Relative difference below which a stored number is the same: databases round at the end."""


@dataclass(frozen=True)
class PredictionReport:
    """What ``predict`` found.

    ``predictions`` are the chosen films with the documented keys, sorted and limited; ``films`` is
    how many were scored, ``written`` how many predictions were new or changed.
    """

    model: str
    trained_at: datetime
    films: int
    written: int
    predictions: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, free of NaN."""
        return {
            "model": self.model,
            "trained_at": f"{self.trained_at:%Y-%m-%dT%H:%M:%SZ}",
            "films": self.films,
            "predictions": list(self.predictions),
        }


@dataclass(frozen=True)
class ScoredFilms:
    """One model's predictions for all films, column-wise; all arrays have shape (films,).

    Iterating makes the `Prediction` rows; it can be done again, as a retried transaction must.
    """

    pred_ts: datetime
    model_name: str
    tmdb_ids: Sequence[int]
    predicted_popularity: Floats
    predicted_vote_average: Floats
    actual_popularity: Floats
    actual_vote_average: Floats
    mae_popularity: float | None
    mae_vote_average: float | None

    def __len__(self) -> int:
        return len(self.tmdb_ids)

    def __iter__(self) -> Iterator[Prediction]:
        return map(self.row, range(len(self)))

    def row(self, index: int) -> Prediction:
        """The prediction of the film at that place."""
        return Prediction(
            pred_ts=self.pred_ts,
            tmdb_id=self.tmdb_ids[index],
            model_name=self.model_name,
            predicted_popularity=_known(self.predicted_popularity[index]),
            predicted_vote_average=_known(self.predicted_vote_average[index]),
            actual_popularity=_known(self.actual_popularity[index]),
            actual_vote_average=_known(self.actual_vote_average[index]),
            mae_popularity=self.mae_popularity,
            mae_vote_average=self.mae_vote_average,
        )

    def order(self, sort: str, titles: Sequence[str]) -> list[int]:
        """The places of all films sorted by a name of `SORTS`; missing values come last.

        "predicted" is by predicted popularity, highest first; "residual" by how far the real
        popularity is from it, farthest first. Films that are equal come in the store's order, so
        that the page and the terminal show the same: the higher id first where "predicted".
        """
        if sort == "title":
            return sorted(range(len(self)), key=lambda i: (titles[i].casefold(), i))
        places = np.arange(len(self))
        if sort == "predicted":
            ordered = np.lexsort((-places, -self.predicted_popularity))
        else:
            ordered = np.lexsort(
                (places, -np.abs(self.actual_popularity - self.predicted_popularity))
            )
        found: list[int] = ordered.tolist()
        return found


@dataclass(frozen=True)
class AllPredictions:
    """The rows of several models one after the other; it can be iterated again as well."""

    scored: Sequence[ScoredFilms]

    def __len__(self) -> int:
        return sum(map(len, self.scored))

    def __iter__(self) -> Iterator[Prediction]:
        return chain.from_iterable(self.scored)


def features_of(
    columns: Columns, feature_set: FeatureSet, known: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """The features of all films, computed once for each set; ``known`` holds what was computed."""
    if feature_set.name not in known:
        known[feature_set.name] = feature_set.compute(columns)
    return known[feature_set.name]


def column_names(feature_sets: Sequence[FeatureSet]) -> list[str]:
    """The film columns that scoring and training with these features read."""
    own = ["tmdb_id", "popularity", "vote_count", "vote_average"]
    return list(dict.fromkeys(own + [name for s in feature_sets for name in s.columns]))


def score_films(
    columns: Columns,
    models: Sequence[FittedModel],
    pred_ts: datetime,
    known: dict[str, pd.DataFrame],
) -> list[ScoredFilms]:
    """Every film's expectation from every model, one `ScoredFilms` a model name.

    ``models`` may hold both targets of a model or one; a target without a model stays missing.
    """
    ids = [int(tmdb_id) for tmdb_id in columns["tmdb_id"]]
    popularity, rating = numbers(columns["popularity"]), ratings(columns)
    missing = np.full(len(ids), np.nan)
    scored = []
    for name in dict.fromkeys(model.spec.name for model in models):
        own = {model.target: model for model in models if model.spec.name == name}
        expected = {
            target: model.predict(features_of(columns, model.spec.features, known))
            for target, model in own.items()
            if ids
        }
        mae = {target: model.metrics.get("mae") for target, model in own.items()}
        scored.append(
            ScoredFilms(
                pred_ts=pred_ts,
                model_name=name,
                tmdb_ids=ids,
                predicted_popularity=expected.get("popularity", missing),
                predicted_vote_average=expected.get("vote_average", missing),
                actual_popularity=popularity,
                actual_vote_average=rating,
                mae_popularity=mae.get("popularity"),
                mae_vote_average=mae.get("vote_average"),
            )
        )
    return scored


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
    ``limit`` 0 means all films, ``model`` chooses among the models of that training (the champion
    for popularity where not given). Raises `NotReadyError` where there is no usable model,
    `UsageError` for a sort, a limit or a model that does not exist.
    """
    if sort not in SORTS:
        raise UsageError(f"cannot sort by {sort!r}: choose one of {', '.join(SORTS)}")
    if limit < 0:
        raise UsageError(f"--limit {limit} is below 0; 0 means all films")
    training = store.fetch_last_training(now + CLOCKS_DIFFER)
    if training is None:
        raise NotReadyError("there is no model yet: run `tmdbdash train` first")
    models = load_models(settings.models_dir, training.trained_at)
    names = list(dict.fromkeys(fitted.spec.name for fitted in models))
    if model is not None and model not in names:
        raise UsageError(
            f"the last training has no model {model!r}: choose one of {', '.join(names)}, "
            "or run `tmdbdash train`"
        )
    shown = model or training.champions.get("popularity", names[0])

    needed = column_names([fitted.spec.features for fitted in models])
    columns = store.fetch_movie_columns([*needed, "title", *_missing(needed, "release_date")])
    scored = score_films(columns, models, training.trained_at, {})
    written = sum(_store_changes(store, films) for films in scored)

    films = next(films for films in scored if films.model_name == shown)
    places = films.order(sort, columns["title"])
    rows = tuple(
        prediction_row(films.row(i), columns["title"][i], columns["release_date"][i])
        for i in (places[:limit] if limit else places)
    )
    return PredictionReport(shown, training.trained_at, len(films), written, rows)


def prediction_row(prediction: Prediction, title: str, release_date: date | None) -> dict[str, Any]:
    """One prediction under the documented keys, as plain JSON values."""
    values = as_dict(prediction)
    del values["pred_ts"]
    return {
        "tmdb_id": values.pop("tmdb_id"),
        "title": title,
        "release_date": None if release_date is None else release_date.isoformat(),
        **values,
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
    pairs = (
        (stored.predicted_popularity, new.predicted_popularity),
        (stored.predicted_vote_average, new.predicted_vote_average),
        (stored.actual_popularity, new.actual_popularity),
        (stored.actual_vote_average, new.actual_vote_average),
    )
    return any(
        (a is None) != (b is None)
        or (a is not None and b is not None and not math.isclose(a, b, rel_tol=_DRIFT))
        for a, b in pairs
    )


def _known(value: float) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _missing(names: Sequence[str], name: str) -> list[str]:
    return [] if name in names else [name]

"""Contributions to the champions' predictions: for the films of the page, and for one asked for."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, NotRequired, TypedDict

import numpy as np
import pandas as pd

from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.learning.artifacts.predictor import Predictor
from tmdbdash.learning.data.arrays import Floats, Indices
from tmdbdash.learning.data.film_table import FilmTable, read_films
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.insights.shapley import (
    CAUSALITY_NOTE,
    Explanation,
    explain_predictions,
    typical_film,
)
from tmdbdash.learning.jobs.drift import read_columns
from tmdbdash.learning.jobs.models_in_force import load_champions, task_notes
from tmdbdash.learning.jobs.near_films import NearFilmRow, films_near
from tmdbdash.learning.jobs.top_films import top_films
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.training_set import training_set
from tmdbdash.records import PREDICTED_FILMS, Contribution, latest_believable
from tmdbdash.records.tasks import MODES, Task
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from pathlib import Path

    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

Explained = Mapping[str, Explanation]
"""Explanations of one film by target."""


class PredictedValues(TypedDict):
    """One film's prediction and interval, and the actual value of a stored film.

    In the target's unit, ``None`` where not known.
    """

    predicted: float | None
    low: float | None
    high: float | None
    actual: NotRequired[float | None]


Values = Mapping[str, PredictedValues]
"""Predictions of one film by target."""


@dataclass(frozen=True)
class ExplainedFilm:
    """One film's predictions with their contributions: the result of ``predict --explain``.

    ``models`` are the names of the champions by target, ``nearest`` the films most like it, the
    nearest first. ``notes`` are by target, as "too_little_data".
    """

    meaning: ClassVar[str] = CAUSALITY_NOTE

    tmdb_id: int
    title: str
    release_date: str | None
    trained_at: datetime
    mode: str
    values: Values
    models: Mapping[str, str]
    explained: Explained
    cluster: str | None = None
    hit_chance: float | None = None
    nearest: tuple[NearFilmRow, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, free of NaN."""
        return {
            "tmdb_id": self.tmdb_id,
            "title": self.title,
            "release_date": self.release_date,
            "trained_at": iso(self.trained_at),
            "mode": self.mode,
            "targets": target_rows(self.values, self.models, self.explained),
            "notes": dict(self.notes),
            "group": self.cluster,
            "hit_chance": self.hit_chance,
            "nearest": list(self.nearest),
            "meaning": self.meaning,
        }


def target_rows(
    values: Values,
    models: Mapping[str, str],
    explained: Explained,
) -> dict[str, dict[str, object]]:
    """Model, prediction and contributions by target, as plain JSON values."""
    return {
        target: {"model": models[target], **values[target], **explained[target].as_json()}
        for target in TARGETS
    }


def explain_films(
    films: FilmTable, current: Predictor, indices: Indices
) -> list[dict[str, Explanation]]:
    """The champions' predictions of the films at these indices, explained, by target."""
    found: list[dict[str, Explanation]] = [{} for _ in indices]
    for target in TARGETS:
        fold = current.stored.seen.fold_of(films.ids, target)
        for mode in MODES:
            in_mode = np.flatnonzero(films.mode[indices] == mode)
            if not len(in_mode):
                continue
            model, own = current.champion(target, mode), indices[in_mode]
            made = explain_predictions(
                model,
                model.inputs(films, own),
                typical_inputs(model, films),
                fold[own],
                TARGETS[target].bounds,
            )
            for position, explanation in zip(in_mode, made, strict=True):
                found[position][target] = explanation
    return found


def typical_inputs(model: FittedModel, films: FilmTable) -> pd.Series[float]:
    """The typical film among those that the model can learn from, as the model's inputs.

    Raises `NotReadyError` where no stored film has its target.
    """
    rows = training_set(films, model.task)
    if not len(rows):
        raise NotReadyError(f"no stored film has a known {model.task.target}")
    return typical_film(model.inputs(films, rows.indices))


def shown_films(store: Store, films: FilmTable, predicted: Floats) -> Indices:
    """The indices of the films that the page shows; ``predicted`` popularity has shape (films,)."""
    leading = np.lexsort((-np.arange(len(films)), -predicted))[:PREDICTED_FILMS]
    shown = np.union1d(np.flatnonzero(np.isin(films.ids, top_films(store))), leading)
    return shown.astype(np.intp)


def save_contributions(
    store: Store, films: FilmTable, current: Predictor, indices: Indices
) -> None:
    """Explain the predictions of the films at these indices, and store the contributions."""
    found = explain_films(films, current, indices)
    made = [
        Contribution(
            pred_ts=current.trained_at,
            tmdb_id=int(films.ids[index]),
            target=target,
            feature_group=group,
            value=value,
        )
        for index, explained in zip(indices, found, strict=True)
        for target, explanation in explained.items()
        for group, value in explanation.contributions
    ]
    store.save_contributions(made)


def keep_contributions(
    store: Store, films: FilmTable, current: Predictor, predicted: Floats, *, changed: bool
) -> None:
    """Store the contributions of the films that the page shows.

    Where no prediction has ``changed``, only of films that have none stored. A failure is logged
    and not raised, since predictions can be used without them.
    """
    try:
        indices = shown_films(store, films, predicted)
        if not changed:
            stored = store.fetch_contributions(current.trained_at, films.ids[indices].tolist())
            indices = indices[~np.isin(films.ids[indices], [c.tmdb_id for c in stored])]
        if len(indices):
            save_contributions(store, films, current, indices)
    except Exception as error:
        log.warning("predictions stay unexplained: %s", str(error) or type(error).__name__)
        log.debug("how it failed", exc_info=True)


def explain(store: Store, models_dir: Path, tmdb_id: int, now: datetime) -> ExplainedFilm:
    """One stored film's predictions by the champions of the last training, explained.

    Raises `UsageError` for a film that is not stored, `NotReadyError` without a usable model.
    """
    current = load_champions(store, models_dir, now)
    films = read_films(read_columns(store, current.trained_at))
    found = np.flatnonzero(films.ids == tmdb_id)
    if not len(found):
        raise UsageError(
            f"there is no film {tmdb_id} in the database: --explain takes the tmdb_id of a stored "
            "one, as `predict --json` shows them"
        )
    index = int(found[0])
    films_columns = films.columns
    released = films_columns["release_date"][index]
    embedding = store.fetch_embeddings([tmdb_id]).get(tmdb_id)
    names = {own.group_no: own.name for own in store.fetch_clusters(latest_believable(now))}
    number = embedding.group_no if embedding else None
    mode = str(films.mode[index])
    noted = task_notes(store, current.trained_at)
    notes = {target: noted.get(Task(target, mode).key) for target in TARGETS}
    return ExplainedFilm(
        tmdb_id=tmdb_id,
        title=films_columns["title"][index],
        release_date=None if released is None else released.isoformat(),
        trained_at=current.trained_at,
        mode=mode,
        values=film_values(films, current, index),
        models={target: current.champions[Task(target, mode)] for target in TARGETS},
        explained=explain_films(films, current, found)[0],
        cluster=None if number is None else names.get(number),
        hit_chance=embedding.hit_chance if embedding else None,
        nearest=films_near(store, films, index),
        notes={target: note for target, note in notes.items() if note},
    )


def film_values(films: FilmTable, current: Predictor, index: int) -> dict[str, PredictedValues]:
    """The predictions of the film at this index by target."""

    def known(values: Floats) -> float | None:
        return float(values[index]) if math.isfinite(values[index]) else None

    found: dict[str, PredictedValues] = {}
    for target in TARGETS:
        expected = current.predict(films, target)
        found[target] = {
            "predicted": known(expected.value),
            "low": known(expected.low),
            "high": known(expected.high),
            "actual": known(films.targets[target]),
        }
    return found

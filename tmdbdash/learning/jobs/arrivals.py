"""Films that entered after a training: predicted, and judged, before they are learned from."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.film_predictions import UNSEEN_BASIS, predict_films
from tmdbdash.learning.data.arrays import Indices
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.jobs.models_in_force import load_predictor
from tmdbdash.records import SHOWN, Prediction, TrainingRun
from tmdbdash.records.live import NEWEST, LivePrediction, mixed
from tmdbdash.records.tasks import TARGET_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from tmdbdash.storage import Store

log = logging.getLogger(__name__)


def judge_arrivals(
    store: Store, models_dir: Path, last: TrainingRun, films: FilmTable, now: datetime
) -> int:
    """Predict the films that nobody has predicted since that training, by its models.

    So that they are judged although the next training learns from them at once. Models that
    cannot be loaded judge nothing. Returns how many films were judged.
    """
    known = store.fetch_predicted_ids(last.trained_at, SHOWN)
    new = arrivals(films, known, last.trained_at)
    if not len(new):
        return 0
    try:
        current = load_predictor(store, models_dir, last)
    except NotReadyError as error:
        log.info("new films were not judged: %s", error)
        return 0
    (champions,) = predict_films(films, current, [SHOWN], only=new)
    return save_arrivals(store, champions.rows(new), current.widening, now)


def arrivals(films: FilmTable, known: Collection[int], trained_at: datetime) -> Indices:
    """The indices of the films to judge: not ``known``, and observed since the training.

    Values from before it, as an old data set has them, say nothing of the models' accuracy now.
    Of more than `NEWEST` films the sample by which live accuracy counts those of one time, whatever
    their ids. None where nothing is ``known``: no prediction was made since that training.
    """
    if not known:
        return np.empty(0, dtype=np.intp)
    new = np.flatnonzero(~np.isin(films.ids, list(known))).tolist()
    observed = films.columns["observed_at"]
    since = [i for i in new if observed[i] is not None and observed[i] >= trained_at]
    since.sort(key=lambda index: mixed(int(films.ids[index])))
    return np.array(sorted(since[:NEWEST]), dtype=np.intp)


def save_arrivals(
    store: Store, made: Sequence[Prediction], widening: Mapping[str, float], now: datetime
) -> int:
    """Keep the first predictions of new films with their outcomes; returns how many."""
    found = [_live(one, widening, now) for one in made]
    if found:
        store.save_live_predictions(found)
        log.info("%d new films were predicted before they are learned from", len(found))
    return len(found)


def _live(made: Prediction, widening: Mapping[str, float], now: datetime) -> LivePrediction:
    values: dict[str, float | None] = {}
    for target in TARGET_NAMES:
        if made.basis_of(target) != UNSEEN_BASIS:
            continue
        for name in ("predicted_{}", "predicted_{}_low", "predicted_{}_high", "actual_{}"):
            values[name.format(target)] = getattr(made, name.format(target))
        values[f"{target}_widening"] = widening.get(target, 1.0)
    return LivePrediction(
        tmdb_id=made.tmdb_id, made_at=now, pred_ts=made.pred_ts, mode=made.mode, **values
    )

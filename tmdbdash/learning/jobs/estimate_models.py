"""Models for `estimate`, on the features that a description of a film has.

The others (a budget; people, companies or a collection where none is named) would be gaps, which in
stored films mean an obscure film. So these models are fitted without them, for each estimate anew
(some seconds at 5,000 films), with intervals and figures from their out-of-fold predictions. None
of them is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.data.arrays import SEED
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.data.track_records import TRACK_GROUPS
from tmdbdash.learning.data.wide_features import FEATURE_GROUPS, NOBODY_VOTED
from tmdbdash.learning.evaluation.champion import choose_champion
from tmdbdash.learning.evaluation.metrics import with_metrics
from tmdbdash.learning.models.estimators import CompactBoosting
from tmdbdash.learning.models.fit import fit_all
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import REGISTRY, ModelSpec
from tmdbdash.learning.models.threads import threads_for
from tmdbdash.learning.models.training_set import TrainingSet
from tmdbdash.records.tasks import EARLY, RELEASED, Task

LEAST_FILMS = 10
MOST_FILMS = 20_000
"""Films learned from, at most (a sample of more), so that an estimate takes seconds."""

_ESTIMATE_GROUPS = ("votes", "genres", "dates and age", "language", "runtime", "texts")
_NOT_DESCRIBED = frozenset({NOBODY_VOTED, "is_translated", "overview_length", "has_tagline"})
ESTIMATE_FEATURES = tuple(
    name
    for group in _ESTIMATE_GROUPS
    for name in FEATURE_GROUPS[group]
    if name not in _NOT_DESCRIBED
)
"""The wide features that a description has.

Whether anybody has voted is none of them, since ``--votes`` may be left out.
"""


def _small_boosted_trees(task: Task, _names: Sequence[str], _rows: int) -> CompactBoosting:
    """Sixty trees: on these few features five hundred slower ones err hardly less."""
    return CompactBoosting(
        loss="absolute_error" if task.target == "popularity" else "squared_error",
        learning_rate=0.15,
        max_iter=60,
        max_leaf_nodes=10,
        min_samples_leaf=20,
        max_features=0.4,
        early_stopping=False,
        random_state=SEED,
    )


def specs_for(kinds: Sequence[str]) -> tuple[ModelSpec, ...]:
    """The models to choose from; they read the track records of these kinds of credits."""
    allowed = (*ESTIMATE_FEATURES, *(name for kind in kinds for name in TRACK_GROUPS[kind]))
    return (
        REGISTRY["median"],
        replace(REGISTRY["ridge"], allowed=allowed),
        ModelSpec("boosting", "wide", _small_boosted_trees, min_rows=300, allowed=allowed),
    )


@dataclass(frozen=True)
class EstimateModel:
    """The best of `specs_for` for a task, with its figures; ``rows`` are what it was fitted on.

    ``median_mae`` is the error of the median on the same films. ``note`` is "too_little_data", or
    ``None``.
    """

    model: FittedModel
    rows: TrainingSet
    median_mae: float
    note: str | None

    def figures_json(self) -> dict[str, object]:
        """The out-of-fold figures, as plain JSON values."""
        metrics = self.model.metrics
        coverage = {
            "overall": metrics.get("coverage"),
            "temporal": metrics.get("temporal_coverage"),
        }
        return {
            "films": len(self.rows),
            "mae": metrics["oof_mae"],
            "median_mae": self.median_mae,
            "coverage": coverage,
        }


def as_estimate_films(films: FilmTable) -> FilmTable:
    """The films with the mode that `estimate` uses: early are those still to come.

    None counts as a film that nobody voted on, so that these make no intervals of their own.
    """
    return replace(
        films,
        mode=np.where(films.age < 0, EARLY, RELEASED),
        nobody_voted=np.zeros(len(films), dtype=bool),
    )


def fit_estimate_models(
    films: FilmTable, mode: str, kinds: Sequence[str] = ()
) -> dict[str, EstimateModel]:
    """For each target the model with the least out-of-fold loss; the median if none beats it.

    ``kinds`` are the kinds of credits that are described; ``films`` are `as_estimate_films`. Raises
    `NotReadyError` below `LEAST_FILMS` films with a target.
    """
    tasks = [Task(target, mode) for target in TARGETS]
    with threads_for(len(films)):
        if min(int((films.targets[target] >= 0).sum()) for target in TARGETS) < LEAST_FILMS:
            raise NotReadyError(
                f"an estimate needs at least {LEAST_FILMS} films with a popularity and as many "
                "with a rating: get more with `tmdbdash ingest --pages 10` or "
                "`tmdbdash import FILE`"
            )
        done = fit_all(films, specs_for(kinds), lambda: True, tasks, max_films=MOST_FILMS)
        return {task.target: _best(films, done.rows[task], done.models[task]) for task in tasks}


def _best(films: FilmTable, rows: TrainingSet, fitted: dict[str, FittedModel]) -> EstimateModel:
    models = {name: with_metrics(model, rows, films) for name, model in fitted.items()}
    choice = choose_champion(rows, models, None)
    median_mae = models["median"].metrics["oof_mae"]
    return EstimateModel(models[choice.name], rows, median_mae, choice.note)

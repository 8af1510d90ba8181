"""What is new since the last training and the last predictions, without pandas or scikit-learn.

Both jobs store a digest of all that they read. Where it is the same again, `predict` shows what is
stored, and `train` does nothing, in a tenth of the time that loading those libraries takes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import tmdbdash.learning
from tmdbdash.learning.artifacts.file_checks import read_training_options
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.evaluation.training_report import TrainingReport
from tmdbdash.learning.jobs.prediction_report import (
    PredictionReport,
    prediction_row,
    sorted_predictions,
)
from tmdbdash.learning.jobs.top_films import top_films
from tmdbdash.records import SHOWN, Columns, Coverage, Evaluation, TrainingRun, latest_believable
from tmdbdash.records.live import widenings
from tmdbdash.records.studies import PredictionInputs, TrainingInputs
from tmdbdash.records.tasks import TASKS

if TYPE_CHECKING:
    from tmdbdash.storage import Store

NOTHING_NEW = "nothing has changed since the last training"


def inputs_digest(columns: Columns, others: Iterable[object] = ()) -> str:
    """The SHA-256 of film columns, other values that count, and the code that learns from them.

    Of the time of observation only the day counts, as for the features.
    """
    digest = hashlib.sha256(_code_digest().encode())
    for name, values in columns.items():
        used = [t and t.date() for t in values] if name == "observed_at" else values
        digest.update(f"{name} {used!r}".encode(errors="surrogatepass"))
    digest.update(repr(list(others)).encode())
    return digest.hexdigest()


def predictions_digest(store: Store, columns: Columns, widening: Mapping[str, float]) -> str:
    """The digest of all that predictions are made of, but for the models.

    ``widening`` is what intervals of unseen films are multiplied by, by target.
    """
    return inputs_digest(columns, [*top_films(store), *sorted(widening.items())])


@cache
def _code_digest() -> str:
    """The SHA-256 of the modules that learn: after an update of the program nothing is the same."""
    digest = hashlib.sha256()
    (folder,) = tmdbdash.learning.__path__
    for path in sorted(Path(folder).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stored_predictions(
    store: Store, *, now: datetime, sort: str, limit: int, model: str | None
) -> PredictionReport | None:
    """The report of ``predict`` from what is stored; ``None`` where there is something to do.

    That is so where films, models, the films on the page or what live accuracy asks of intervals
    have changed since the predictions were made, where some are missing, and for another model than
    the champions.
    """
    training = store.fetch_last_training(latest_believable(now))
    if training is None or len(training.champions) < len(TASKS) or model not in (None, SHOWN):
        return None
    made = store.fetch_study(PredictionInputs, made_at=training.trained_at)
    if made is None:
        return None
    columns = store.fetch_movie_columns(COLUMNS)
    films = len(columns["tmdb_id"])
    widening = widenings(store.fetch_live_predictions())
    if made.digest != predictions_digest(store, columns, widening):
        return None
    if store.count_predictions(training.trained_at, SHOWN) != films:
        return None
    only = limit if sort == "predicted" else 0
    found = store.fetch_predictions(training.trained_at, SHOWN, limit=only)
    shown = sorted_predictions(found, sort)
    evaluation = store.fetch_study(Evaluation, made_at=training.trained_at)
    return PredictionReport(
        model=SHOWN,
        trained_at=training.trained_at,
        films=films,
        written=0,
        predictions=tuple(
            prediction_row(film.prediction, film.title, film.release_date)
            for film in (shown[:limit] if limit else shown)
        ),
        coverage=_coverage(training),
        notes=evaluation.notes if evaluation else {},
        sort=sort,
        listed=films if sort == "predicted" else len(shown),
    )


def _coverage(training: TrainingRun) -> dict[str, Coverage]:
    """The coverage of each champion's intervals, by task key."""
    found: dict[str, dict[str, float]] = {task.key: {} for task in TASKS}
    for (name, key, metric), value in training.metrics.items():
        if training.champions.get(key) == name:
            found[key][metric] = value
    return {key: Coverage.of(metrics) for key, metrics in found.items()}


def repeated_training(
    store: Store, models_dir: Path, *, now: datetime, budget: float | None
) -> TrainingReport | None:
    """The report of the last training where another would be the same; ``None`` where it might not.

    Its files are read and compared with their checksums, but not loaded.
    """
    last = store.fetch_last_training(latest_believable(now))
    if last is None or len(last.champions) < len(TASKS):
        return None
    made = store.fetch_study(TrainingInputs, made_at=last.trained_at)
    if made is None or not store.has_model_files(last.trained_at):
        return None
    if not had_all_models(models_dir, last.trained_at, budget):
        return None
    if made.digest != inputs_digest(store.fetch_movie_columns(COLUMNS)):
        return None
    return skipped_report(store, last, NOTHING_NEW)


def had_all_models(models_dir: Path, trained_at: datetime, budget: float | None) -> bool:
    """Whether a training has sound files on the disk, of all models that ``budget`` allows.

    It has not where its models were named, or where a smaller budget was used up.
    """
    options = read_training_options(models_dir, trained_at)
    if options is None or options.get("named"):
        return False
    if not options.get("left_out"):
        return True
    spent = options.get("budget")
    return budget is not None and isinstance(spent, int | float) and budget <= spent


def skipped_report(store: Store, last: TrainingRun, message: str) -> TrainingReport:
    """The report of the ``last`` training where none was made; ``message`` is the reason."""
    evaluation = store.fetch_study(Evaluation, made_at=last.trained_at)
    return replace(TrainingReport.of(last, evaluation), outcome="skipped", message=message)

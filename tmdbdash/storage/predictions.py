"""Trainings with their figures, and the predictions of the models they made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select

from tmdbdash.records import (
    Importance,
    PredictedFilm,
    Prediction,
    Side,
    Study,
    TrainingRun,
    margin,
)
from tmdbdash.records.figure_names import figure_name, published_name
from tmdbdash.storage import studies
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.films import in_parts
from tmdbdash.storage.model_parts import save_model_files
from tmdbdash.storage.schema import model_metrics, model_predictions, movies, trainings
from tmdbdash.storage.upserts import upsert, upsert_parts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

Sort = Literal["predicted", "residual", "title"]

_FIELDS = tuple(field.name for field in fields(Prediction))


@dataclass(frozen=True, slots=True)
class _Metric:
    """One row of ``model_metrics``."""

    trained_at: datetime
    model_name: str
    target: str
    metric: str
    value: float


def save_training(
    connection: Connection,
    run: TrainingRun,
    predictions: Iterable[Prediction],
    keep: int,
    *,
    found: Sequence[Importance] = (),
    studied: Iterable[Study] = (),
    files: Mapping[str, bytes] | None = None,
) -> None:
    """Write a training and all that it brought; of its studies the newest ``keep`` stay."""
    upsert(connection, trainings, [run])
    drop_rows(connection, model_metrics, model_metrics.c.trained_at == run.trained_at)
    figures = [
        _Metric(run.trained_at, model, target, published_name(name), value)
        for (model, target, name), value in run.metrics.items()
        if value == value and abs(value) != float("inf")  # noqa: PLR0124 # not a number: not measured
    ]
    upsert(connection, model_metrics, figures)
    save_predictions(connection, predictions)
    studies.save_importances(connection, run.trained_at, found)
    studies.save_studies(connection, run.trained_at, studied, keep)
    save_model_files(connection, run.trained_at, files or {})


def save_predictions(connection: Connection, predictions: Iterable[Prediction]) -> None:
    """Write predictions; one of the same time, model and film is replaced.

    A million need not all exist at once: those given in order of their keys are written so.
    """
    upsert_parts(connection, model_predictions, predictions)


def fetch_trainings(
    connection: Connection,
    limit: int,
    until: datetime | None = None,
    only: Collection[str] | None = None,
) -> list[TrainingRun]:
    """Trainings with their figures (``only`` these metrics), newest first, none after ``until``."""
    query = select(trainings).order_by(trainings.c.trained_at.desc()).limit(limit)
    if until is not None:
        query = query.where(trainings.c.trained_at <= until)
    rows = connection.execute(query).mappings().all()
    metrics: dict[datetime, dict[tuple[str, str, str], float]] = {}
    if rows:
        times = [row["trained_at"] for row in rows]
        figures = select(model_metrics).where(
            model_metrics.c.trained_at.between(times[-1], times[0])
        )
        if only is not None:
            figures = figures.where(model_metrics.c.metric.in_(map(published_name, only)))
        for figure in connection.execute(figures):
            key = (figure.model_name, figure.target, figure_name(figure.metric))
            metrics.setdefault(figure.trained_at, {})[key] = figure.value
    return [TrainingRun(**row, metrics=metrics.get(row["trained_at"], {})) for row in rows]


def fetch_predictions(
    connection: Connection, pred_ts: datetime, model_name: str, sort: Sort, limit: int
) -> list[PredictedFilm]:
    """One model's predictions of one time, with the films' facts; see `Store`."""
    made = model_predictions.c
    wanted = (made.pred_ts == pred_ts, made.model_name == model_name)
    query = (
        select(model_predictions, movies.c.title, movies.c.release_date, movies.c.vote_count)
        .join(movies, movies.c.tmdb_id == made.tmdb_id)
        .where(*wanted)
        .order_by(*_order(sort))
    )
    if limit and sort == "predicted":
        # As with the most popular films: the index alone knows which ones are the first.
        first = select(made.tmdb_id).where(*wanted).order_by(*_order(sort)).limit(limit)
        named = first.subquery("first")
        query = query.join(named, named.c.tmdb_id == made.tmdb_id)
    elif limit:
        query = query.limit(limit)
    rows = connection.execute(query)
    return [_predicted_film(row) for row in rows]


def fetch_prediction_columns(
    connection: Connection,
    pred_ts: datetime,
    model_name: str,
    names: Sequence[str],
    ids: Collection[int],
) -> dict[str, list[Any]]:
    """One model's predictions for these films, one list a column; see `Store`."""
    made = model_predictions.c
    query = (
        select(*(made[name] for name in names))
        .where(made.pred_ts == pred_ts, made.model_name == model_name)
        .order_by(made.tmdb_id)
    )
    rows = [
        row
        for part in in_parts(ids)
        for row in connection.execute(query.where(made.tmdb_id.in_(part)))
    ]
    lists = zip(*rows, strict=True) if rows else ([] for _ in names)
    return dict(zip(names, map(list, lists), strict=True))


def _order(sort: Sort) -> tuple[Any, ...]:
    made = model_predictions.c
    if sort == "predicted":
        # Both descend, because only so the index is in their order.
        return made.predicted_popularity.desc(), made.tmdb_id.desc()
    if sort == "residual":
        residual = func.abs(made.actual_popularity - made.predicted_popularity)
        return residual.desc(), made.tmdb_id
    return func.lower(movies.c.title), made.tmdb_id


def fetch_outliers(
    connection: Connection,
    pred_ts: datetime,
    model_name: str,
    target: str,
    side: Side,
    *,
    limit: int,
    min_votes: int,
) -> list[PredictedFilm]:
    """The films that are farthest on one side of the prediction; see `Store`."""
    made = model_predictions.c
    expected, actual = made[f"predicted_{target}"], made[f"actual_{target}"]
    low, high = made[f"predicted_{target}_low"], made[f"predicted_{target}_high"]
    on_side = margin(side, expected=expected, actual=actual)
    distance = on_side / ((high - low) / 2)
    query = (
        select(model_predictions, movies.c.title, movies.c.release_date, movies.c.vote_count)
        .join(movies, movies.c.tmdb_id == made.tmdb_id)
        .where(
            made.pred_ts == pred_ts,
            made.model_name == model_name,
            # Where it is not said what a prediction rests on, its film may have been learned from.
            made.prediction_source.is_not(None),
            on_side > 0,
            high > low,
            movies.c.vote_count >= min_votes,
        )
        .order_by(distance.desc(), made.tmdb_id)
        .limit(limit)
    )
    return [_predicted_film(row) for row in connection.execute(query)]


def _predicted_film(row: Any) -> PredictedFilm:
    return PredictedFilm(
        prediction=Prediction(**{name: getattr(row, name) for name in _FIELDS}),
        title=row.title,
        release_date=row.release_date,
        vote_count=row.vote_count,
    )

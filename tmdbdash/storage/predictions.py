"""Queries of predictions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sqlalchemy import func, select

from tmdbdash.records import Columns, PredictedFilm, Prediction, Side, margin
from tmdbdash.storage.schema import model_predictions, movies
from tmdbdash.storage.transactions import Queries, in_parts, read_transaction, write_transaction
from tmdbdash.storage.upserts import upsert_parts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Connection

Sort = Literal["predicted", "residual", "title"]

_FIELDS = tuple(field.name for field in fields(Prediction))


class Predictions(Protocol):
    """Predictions in the order of their keys, to be iterated as often as a transaction is begun.

    A list, or an object that makes them anew each time: a million need not be in memory at once.
    """

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[Prediction]:
        """From the first."""


class PredictionQueries(Queries):
    """The part of `Store` that reads and writes ``model_predictions``."""

    @write_transaction
    def save_predictions(self, connection: Connection, made: Predictions) -> None:
        """Store predictions; one of the same time, model and film is replaced."""
        upsert_parts(connection, model_predictions, made)

    @read_transaction
    def fetch_predictions(
        self,
        connection: Connection,
        pred_ts: datetime,
        model_name: str,
        *,
        sort: Sort = "predicted",
        limit: int = 0,
    ) -> list[PredictedFilm]:
        """One model's predictions of one training, for films that are still stored.

        Sorted by predicted popularity (highest first), by the distance between actual and predicted
        popularity (largest first, unknown ones last), or by title without regard to case.
        ``limit`` 0 means all.
        """
        own, order = model_predictions.c, _order(sort)
        of_model = (own.pred_ts == pred_ts, own.model_name == model_name)
        query = _predicted_films().where(*of_model).order_by(*order)
        if limit and sort == "predicted":
            # As with the most popular films: the index alone selects them.
            first = select(own.tmdb_id).where(*of_model).order_by(*order).limit(limit)
            ids = first.subquery("first")
            query = query.join(ids, ids.c.tmdb_id == own.tmdb_id)
        elif limit:
            query = query.limit(limit)
        return _fetch_predicted_films(connection, query)

    @read_transaction
    def count_predictions(self, connection: Connection, pred_ts: datetime, model_name: str) -> int:
        """How many predictions of one training one model has."""
        own = model_predictions.c
        query = select(func.count()).where(own.pred_ts == pred_ts, own.model_name == model_name)
        return connection.execute(query).scalar_one()

    @read_transaction
    def fetch_predicted_ids(
        self, connection: Connection, pred_ts: datetime, model_name: str
    ) -> set[int]:
        """The films that one model has predictions of, of one training."""
        own = model_predictions.c
        query = select(own.tmdb_id).where(own.pred_ts == pred_ts, own.model_name == model_name)
        return set(connection.execute(query).scalars())

    @read_transaction
    def fetch_prediction_columns(
        self,
        connection: Connection,
        pred_ts: datetime,
        model_name: str,
        names: Sequence[str],
        ids: Collection[int],
    ) -> Columns:
        """One model's predictions of one training for these films, in order of tmdb_id.

        One equally long list for each column named, values as in `Prediction`.
        """
        own = model_predictions.c
        query = (
            select(*(own[name] for name in names))
            .where(own.pred_ts == pred_ts, own.model_name == model_name)
            .order_by(own.tmdb_id)
        )
        rows = [
            row
            for part in in_parts(ids)
            for row in connection.execute(query.where(own.tmdb_id.in_(part)))
        ]
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        return dict(zip(names, map(list, columns), strict=True))

    @read_transaction
    def fetch_outliers(
        self,
        connection: Connection,
        pred_ts: datetime,
        model_name: str,
        target: str,
        side: Side,
        *,
        limit: int,
        min_votes: int,
    ) -> list[PredictedFilm]:
        """The films that are most under-rated (or over-rated), the most so first.

        Distance is the residual divided by half the width of the film's interval. ``target`` is
        "popularity" or "vote_average". Films with fewer than ``min_votes`` votes are left out, and
        predictions without an interval or without ``prediction_source``: their films may have been
        learned from.
        """
        own = model_predictions.c
        low, high = own[f"predicted_{target}_low"], own[f"predicted_{target}_high"]
        distance = margin(side, expected=own[f"predicted_{target}"], actual=own[f"actual_{target}"])
        query = (
            _predicted_films()
            .where(
                own.pred_ts == pred_ts,
                own.model_name == model_name,
                own.prediction_source.is_not(None),
                distance > 0,
                high > low,
                movies.c.vote_count >= min_votes,
            )
            .order_by((distance / ((high - low) / 2)).desc(), own.tmdb_id)
            .limit(limit)
        )
        return _fetch_predicted_films(connection, query)


def _order(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    own = model_predictions.c
    if sort == "predicted":
        # Both descend, because only so the index is in their order.
        return own.predicted_popularity.desc(), own.tmdb_id.desc()
    if sort == "residual":
        return func.abs(own.actual_popularity - own.predicted_popularity).desc(), own.tmdb_id
    return func.lower(movies.c.title), own.tmdb_id


def _predicted_films() -> Select[Any]:
    facts = (movies.c.title, movies.c.release_date, movies.c.vote_count)
    films = select(model_predictions, *facts)
    return films.join(movies, movies.c.tmdb_id == model_predictions.c.tmdb_id)


def _fetch_predicted_films(connection: Connection, query: Select[Any]) -> list[PredictedFilm]:
    return [
        PredictedFilm(
            prediction=Prediction(**{name: row[name] for name in _FIELDS}),
            title=row["title"],
            release_date=row["release_date"],
            vote_count=row["vote_count"],
        )
        for row in connection.execute(query).mappings()
    ]

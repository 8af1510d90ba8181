"""Queries of forecasts, of what each origin and horizon rests on, and of their accuracy."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, update

from tmdbdash.records import Forecast, ForecastBasis, ForecastScore
from tmdbdash.records.forecast_scores import forecast_scores, scored_columns
from tmdbdash.storage.dropping import drop_rows, fetch_oldest_kept
from tmdbdash.storage.schema import forecast_bases, forecasts
from tmdbdash.storage.transactions import (
    Queries,
    fetch_records,
    read_transaction,
    write_transaction,
)
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement
    from sqlalchemy.engine import Connection

SLOT = timedelta(hours=6)
"""Of the origins within one such part of the day (UTC) only the newest is kept."""


class ForecastQueries(Queries):
    """The part of `Store` that reads and writes ``forecasts`` and ``forecast_bases``."""

    @write_transaction
    def save_forecasts(
        self,
        connection: Connection,
        made: Collection[Forecast],
        bases: Collection[ForecastBasis],
        keep: int = 240,
    ) -> None:
        """Store the forecasts of one origin and what they rest on.

        Those of another origin within the same `SLOT` are replaced, and of all origins up to this
        one the newest ``keep`` stay. By number and not by age, so that one list of a clock far
        ahead deletes nothing.
        """
        for origin in {basis.origin_at for basis in bases}:
            _drop_origins(connection, partial(_is_in_slot_of, origin))
        upsert(connection, forecasts, made)
        upsert(connection, forecast_bases, bases)
        if bases:
            at, newest = forecast_bases.c.origin_at, max(basis.origin_at for basis in bases)
            oldest_kept = fetch_oldest_kept(connection, at, newest, keep)
            if oldest_kept is not None:
                _drop_origins(connection, lambda at: at < oldest_kept)

    @read_transaction
    def fetch_forecasts(
        self,
        connection: Connection,
        origin_at: datetime | None = None,
        *,
        until: datetime | None = None,
    ) -> list[Forecast]:
        """The forecasts of one origin, by film and days.

        Where none is named the newest: the newest up to ``until`` where that is given, since later
        ones are of a clock that was wrong.
        """
        own = forecasts.c
        if origin_at is None:
            newest = select(func.max(own.origin_at))
            if until is not None:
                newest = newest.where(own.origin_at <= until)
            origin_at = connection.execute(newest).scalar()
        if origin_at is None:
            return []
        query = select(forecasts).where(own.origin_at == origin_at)
        return fetch_records(connection, Forecast, query.order_by(own.tmdb_id, own.days))

    @read_transaction
    def fetch_due_forecasts(
        self,
        connection: Connection,
        at: datetime,
        horizons: Collection[int],
        until: datetime | None = None,
    ) -> list[Forecast]:
        """Forecasts over these numbers of days, not yet scored, whose time had come by ``at``.

        Those scored without outcome later than ``until``, under a wrong clock, count as not scored.
        """
        own = forecasts.c
        unscored: ColumnElement[bool] = own.scored_at.is_(None)
        if until is not None:
            unscored = or_(unscored, and_(own.actual_popularity.is_(None), own.scored_at > until))
        due = (
            and_(own.days == days, own.origin_at <= at - timedelta(days=days))
            for days in sorted(horizons)
        )
        query = select(forecasts).where(unscored, or_(*due))
        order = (own.origin_at, own.days, own.tmdb_id)
        return fetch_records(connection, Forecast, query.order_by(*order))

    @write_transaction
    def save_forecast_scores(self, connection: Connection, scored: Collection[Forecast]) -> None:
        """Store forecasts with their outcomes, and the accuracy of their origins and horizons."""
        upsert(connection, forecasts, scored)
        own, bases = forecasts.c, forecast_bases.c
        for origin_at, days in sorted({(f.origin_at, f.days) for f in scored}):
            query = select(forecasts).where(
                own.origin_at == origin_at, own.days == days, own.actual_popularity.is_not(None)
            )
            known = fetch_records(connection, Forecast, query)
            connection.execute(
                update(forecast_bases)
                .where(bases.origin_at == origin_at, bases.days == days)
                .values(scored_columns(known))
            )

    @read_transaction
    def fetch_forecast_bases(
        self, connection: Connection, since: datetime | None = None, until: datetime | None = None
    ) -> list[ForecastBasis]:
        """What the forecasts rest on and their accuracy, by origin and days.

        Of origins from ``since`` up to ``until`` where these are given.
        """
        own = forecast_bases.c
        query = select(forecast_bases).order_by(own.origin_at, own.days)
        if since is not None:
            query = query.where(own.origin_at >= since)
        if until is not None:
            query = query.where(own.origin_at <= until)
        return fetch_records(connection, ForecastBasis, query)

    def fetch_forecast_scores(self) -> list[ForecastScore]:
        """The accuracy over all origins that are kept, one for each horizon with any outcome."""
        return forecast_scores(self.fetch_forecast_bases())


def drop_old_forecasts(connection: Connection, before: datetime) -> bool:
    """Drop the forecasts of one origin that were made earlier; whether there may be more.

    By when they were made, not by origin: imported history stays, and its forecasts with it. None
    is made before its origin; that condition spares each tick reading all rows.
    """
    own = forecast_bases.c
    made = select(own.origin_at).where(own.origin_at < before, own.made_at < before)
    origin = connection.execute(made.order_by(own.origin_at).limit(1)).scalar()
    if origin is not None:
        _drop_origins(connection, lambda at: at == origin)
    return origin is not None


def _drop_origins(
    connection: Connection, is_due: Callable[[Column[datetime]], ColumnElement[bool]]
) -> None:
    for table in (forecasts, forecast_bases):
        drop_rows(connection, table, is_due(table.c.origin_at))


def _is_in_slot_of(origin: datetime, at: Column[datetime]) -> ColumnElement[bool]:
    midnight = origin.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + (origin - midnight) // SLOT * SLOT
    return and_(at >= start, at < start + SLOT)

"""Forecasts, what they rest on, and how they fared once the time had come."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import and_, func, literal, or_, select, text, update

from tmdbdash.records import Forecast, ForecastBasis, ForecastScore
from tmdbdash.storage.column_types import UtcDateTime
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.films import in_parts
from tmdbdash.storage.schema import forecast_bases, forecasts, movie_snapshots
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Table
    from sqlalchemy.engine import Connection

R = TypeVar("R", Forecast, ForecastBasis)

SLOT = timedelta(hours=6)
"""Of the origins within one such part of the day only the newest is kept."""


def fetch_observed_ids(
    connection: Connection, since: datetime, until: datetime, limit: int
) -> list[int]:
    """Films observed at more than one time, those seen most often in lists first."""
    at, film = movie_snapshots.c.snapshot_ts, movie_snapshots.c.tmdb_id
    query = (
        select(film)
        .where(at >= since, at <= until)
        .group_by(film)
        .having(func.min(at) < func.max(at))
        .order_by(func.count(movie_snapshots.c.rank).desc(), func.count().desc(), film)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def fetch_snapshot_columns(
    connection: Connection,
    ids: Collection[int],
    since: datetime,
    until: datetime,
    every: timedelta,
) -> dict[str, list[Any]]:
    """Thinned history as columns; see `Store.fetch_snapshot_columns`."""
    at, film = movie_snapshots.c.snapshot_ts, movie_snapshots.c.tmdb_id
    slot = func.floor(_seconds_before(connection, until) / every.total_seconds())
    kept = (film, at, movie_snapshots.c.popularity, movie_snapshots.c.vote_count)
    names = [column.name for column in (*kept, movie_snapshots.c.rank)]
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for part in in_parts(ids):
        newest = (
            select(film, func.max(at).label("newest_ts"))
            .where(film.in_(part), at >= since, at <= until)
            .group_by(film, slot)
            .subquery("newest")
        )
        query = (
            select(*kept, movie_snapshots.c.rank)
            .join(newest, and_(newest.c.tmdb_id == film, newest.c.newest_ts == at))
            .order_by(film, at)
        )
        rows = connection.execute(query).all()
        for name, values in zip(names, zip(*rows, strict=True), strict=bool(rows)):
            columns[name].extend(values)
    return columns


def _seconds_before(connection: Connection, until: datetime) -> Any:
    """Whole seconds from a snapshot to ``until``, in the database's own arithmetic."""
    at, end = movie_snapshots.c.snapshot_ts, literal(until, UtcDateTime())
    if connection.dialect.name == "sqlite":
        return func.strftime("%s", end) - func.strftime("%s", at)
    return func.timestampdiff(text("SECOND"), at, end)


def save_forecasts(
    connection: Connection,
    made: Sequence[Forecast],
    bases: Sequence[ForecastBasis],
    keep: int,
) -> None:
    """Write the forecasts of one origin; drop those of its slot, and all but the newest ``keep``.

    Later origins, of a clock that was wrong, do not count, or they would push this one out.
    """
    for origin in {basis.origin_at for basis in bases}:
        start = slot_start(origin)
        for table in (forecasts, forecast_bases):
            at = table.c.origin_at
            drop_rows(connection, table, at >= start, at < start + SLOT)
    upsert(connection, forecasts, made)
    upsert(connection, forecast_bases, bases)
    if bases:
        _keep_newest(connection, max(basis.origin_at for basis in bases), keep)


def slot_start(origin: datetime) -> datetime:
    """When the part of the day began in which one origin is kept."""
    midnight = origin.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (origin - midnight) // SLOT * SLOT


def _keep_newest(connection: Connection, newest: datetime, keep: int) -> None:
    origin = forecast_bases.c.origin_at
    query = select(origin).distinct().where(origin <= newest).order_by(origin.desc())
    oldest_kept = connection.execute(query.offset(keep - 1).limit(1)).scalar()
    if oldest_kept is not None:
        for table in (forecasts, forecast_bases):
            drop_rows(connection, table, table.c.origin_at < oldest_kept)


def prune(connection: Connection, before: datetime) -> bool:
    """Drop forecasts that were made earlier, those of one origin; whether there may be more.

    Not all of an earlier origin: imported history stays, and what was forecast from it with it.
    None is made before its origin; naming that too spares each tick reading all rows.
    """
    own = forecast_bases.c
    made = select(own.origin_at).where(own.origin_at < before, own.made_at < before)
    origin = connection.execute(made.order_by(own.origin_at).limit(1)).scalar()
    if origin is not None:
        for table in (forecasts, forecast_bases):
            drop_rows(connection, table, table.c.origin_at == origin)
    return origin is not None


def fetch_forecasts(
    connection: Connection, origin_at: datetime | None, until: datetime | None
) -> list[Forecast]:
    """Forecasts of one origin, of the newest up to ``until`` where none is named."""
    own = forecasts.c
    if origin_at is None:
        newest = select(func.max(own.origin_at))
        if until is not None:
            newest = newest.where(own.origin_at <= until)
        origin_at = connection.execute(newest).scalar()
    if origin_at is None:
        return []
    query = select(forecasts).where(own.origin_at == origin_at).order_by(own.tmdb_id, own.days)
    return _records(connection, query, forecasts, Forecast)


def fetch_due_forecasts(
    connection: Connection, at: datetime, horizons: Collection[int], until: datetime | None
) -> list[Forecast]:
    """Forecasts not yet scored whose time had come by ``at``; see `Store`."""
    own = forecasts.c
    unscored: ColumnElement[bool] = own.scored_at.is_(None)
    if until is not None:
        unscored = or_(unscored, and_(own.actual_popularity.is_(None), own.scored_at > until))
    due = (
        and_(own.days == days, own.origin_at <= at - timedelta(days=days))
        for days in sorted(horizons)
    )
    query = select(forecasts).where(unscored, or_(*due))
    ordered = query.order_by(own.origin_at, own.days, own.tmdb_id)
    return _records(connection, ordered, forecasts, Forecast)


def save_scores(connection: Connection, scored: Sequence[Forecast]) -> None:
    """Write what came of forecasts, and the sums of each origin and horizon that it changes."""
    upsert(connection, forecasts, scored)
    own, bases = forecasts.c, forecast_bases.c
    for origin_at, days in sorted({(f.origin_at, f.days) for f in scored}):
        query = select(forecasts).where(
            own.origin_at == origin_at, own.days == days, own.actual_popularity.is_not(None)
        )
        rows = _records(connection, query, forecasts, Forecast)
        connection.execute(
            update(forecast_bases)
            .where(bases.origin_at == origin_at, bases.days == days)
            .values(**_fared(rows))
        )


def _fared(rows: Sequence[Forecast]) -> Mapping[str, Any]:
    """How forecasts of one origin and horizon fared; errors are of log(1 + popularity)."""
    outcomes = [(row, row.actual_popularity) for row in rows]
    known = [(row, actual) for row, actual in outcomes if actual is not None]
    if not known:
        return {"scored": 0, "scored_inside": 0}
    return {
        "scored": len(known),
        "scored_inside": sum(row.low <= actual <= row.high for row, actual in known),
        "scored_mae": sum(_distance(row.popularity, actual) for row, actual in known) / len(known),
        "scored_mae_persistence": sum(
            _distance(row.origin_popularity, actual) for row, actual in known
        )
        / len(known),
    }


def _distance(forecast: float, actual: float) -> float:
    return abs(math.log1p(forecast) - math.log1p(actual))


def fetch_bases(
    connection: Connection, since: datetime | None = None, until: datetime | None = None
) -> list[ForecastBasis]:
    """What forecasts rested on and how they fared, by origin and days."""
    own = forecast_bases.c
    query = select(forecast_bases).order_by(own.origin_at, own.days)
    if since is not None:
        query = query.where(own.origin_at >= since)
    if until is not None:
        query = query.where(own.origin_at <= until)
    return _records(connection, query, forecast_bases, ForecastBasis)


def _records(connection: Connection, query: Select[Any], table: Table, kind: type[R]) -> list[R]:
    """The rows of a query of the whole table, as records of this kind."""
    names = table.columns.keys()
    return [kind(**dict(zip(names, row, strict=True))) for row in connection.execute(query)]


def fetch_scores(connection: Connection) -> list[ForecastScore]:
    """Forecast against outcome, one line a horizon, over all origins that are kept."""
    by_days: dict[int, list[ForecastBasis]] = {}
    for basis in fetch_bases(connection):
        if basis.scored:
            by_days.setdefault(basis.days, []).append(basis)
    return [_score(days, bases) for days, bases in sorted(by_days.items())]


def _score(days: int, bases: Sequence[ForecastBasis]) -> ForecastScore:
    scored = sum(basis.scored for basis in bases)
    return ForecastScore(
        days=days,
        scored=scored,
        by_model=sum(basis.scored for basis in bases if basis.method == "model"),
        mae=sum(basis.scored * (basis.scored_mae or 0.0) for basis in bases) / scored,
        mae_persistence=sum(basis.scored * (basis.scored_mae_persistence or 0.0) for basis in bases)
        / scored,
        coverage=sum(basis.scored_inside for basis in bases) / scored,
        first_origin_at=bases[0].origin_at,
        last_origin_at=bases[-1].origin_at,
    )

"""Queries of the first predictions of films that entered after a training."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import select

from tmdbdash.records.live import LivePrediction
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.schema import live_predictions
from tmdbdash.storage.transactions import (
    Queries,
    fetch_records,
    read_transaction,
    write_transaction,
)
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

KEPT = 2_000
"""First predictions kept, the newest: ten times as many as are judged at once."""


class LivePredictionQueries(Queries):
    """The part of `Store` that reads and writes ``live_predictions``."""

    @write_transaction
    def save_live_predictions(
        self, connection: Connection, made: Collection[LivePrediction]
    ) -> None:
        """Store first predictions, and drop the oldest beyond `KEPT`."""
        upsert(connection, live_predictions, made)
        own = live_predictions.c
        newest_first = select(own.made_at, own.tmdb_id).order_by(own.made_at.desc(), own.tmdb_id)
        last = connection.execute(newest_first.offset(KEPT).limit(1)).first()
        if last is not None:
            at, film = last
            drop_rows(
                connection,
                live_predictions,
                (own.made_at < at) | ((own.made_at == at) & (own.tmdb_id >= film)),
            )

    @read_transaction
    def fetch_live_predictions(
        self, connection: Connection, until: datetime | None = None
    ) -> list[LivePrediction]:
        """All that are kept, made no later than ``until``, the newest first."""
        own = live_predictions.c
        query = select(live_predictions).order_by(own.made_at.desc(), own.tmdb_id)
        if until is not None:
            query = query.where(own.made_at <= until)
        return fetch_records(connection, LivePrediction, query)

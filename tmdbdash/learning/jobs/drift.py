"""Drift and the store: find changes of the popularity scale, and read films on one scale."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.popularity_scale import (
    DAY,
    era_shift,
    find_jumps,
    newest_era,
    on_one_scale,
)
from tmdbdash.records import Columns
from tmdbdash.records.drift import RESCALED, Drift
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from tmdbdash.records.drift import ScaleShift
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=180)
MOST_FILMS = 200
"""Films whose days are compared, those most often listed first."""


def find_drift(store: Store, columns: Columns, until: datetime) -> Drift:
    """What stored films (``columns``) and snapshots up to ``until`` say of the scale.

    Jumps that an earlier training found stay known when their days are too old to be compared.
    """
    newest = max((at for at in columns["observed_at"] if at is not None), default=None)
    if newest is None:
        return Drift()
    newest = min(newest, until)
    since = newest - LOOK_BACK
    before = store.fetch_study(Drift, until)
    shifts = [
        shift
        for shift in (before.shifts if before else ())
        if shift.action == RESCALED and shift.at < iso(since)
    ]
    ids = store.fetch_observed_ids(since, newest, MOST_FILMS)
    if ids:
        shifts += find_jumps(store.fetch_snapshot_columns(ids, since, newest, DAY), newest)
    era = newest_era(columns["observed_at"])
    if era is not None:
        begin, is_enough = era
        shifts.append(era_shift(begin, is_enough, _ratios(store, columns, begin)))
    drift = Drift(shifts=tuple(sorted(shifts, key=lambda shift: shift.at)))
    for shift in drift.shifts:
        log.info("TMDB's popularity is on another scale since %s: %s", shift.at, _words(shift))
    return drift


def _ratios(store: Store, columns: Columns, begin: datetime) -> list[float]:
    """The popularity of each film of the newest era over its last one before that era."""
    rows = zip(columns["tmdb_id"], columns["observed_at"], columns["popularity"], strict=True)
    newer = {
        film: popularity
        for film, at, popularity in rows
        if at is not None and at >= begin and popularity is not None and popularity > 0
    }
    older = store.fetch_snapshots_before(newer.keys(), begin - DAY)
    return [
        newer[film] / snapshot.popularity
        for film, snapshot in older.items()
        if snapshot.popularity is not None and snapshot.popularity > 0
    ]


def _words(shift: ScaleShift) -> str:
    factor = "" if shift.factor is None else f", by a factor of {shift.factor:.2f}"
    return f"{shift.action}{factor} ({shift.films} films compared)"


def read_columns(store: Store, trained_at: datetime | None = None) -> Columns:
    """All films' columns on the scale of that training, or of the last one."""
    drift = store.fetch_study(Drift, made_at=trained_at) if trained_at else store.fetch_study(Drift)
    return on_one_scale(store.fetch_movie_columns(COLUMNS), drift or Drift())


def snapshots_on_one_scale(store: Store, columns: Columns, until: datetime) -> Columns:
    """Snapshot columns with the popularity of before a jump on the scale after it."""
    drift = store.fetch_study(Drift, until)
    return on_one_scale(columns, drift or Drift(), at="snapshot_ts")

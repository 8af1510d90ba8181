"""Drift and the store: find changes of the popularity scale, and read films on one scale."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.popularity_scale import (
    DAY,
    era_shift,
    find_eras,
    find_jumps,
    on_one_scale,
)
from tmdbdash.records import Columns
from tmdbdash.records.drift import RESCALED, Drift

if TYPE_CHECKING:
    from tmdbdash.learning.data.popularity_scale import EraBegin
    from tmdbdash.records.drift import ScaleShift
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=180)
MOST_FILMS = 200
"""Films whose days are compared, those most often listed first."""


def find_drift(store: Store, columns: Columns, until: datetime) -> Drift:
    """What stored films (``columns``) and snapshots up to ``until`` say of the scale.

    Jumps that an earlier training found stay known when their days can be compared no more. What
    was observed after ``until``, under a wrong clock, says nothing.
    """
    observed = [at for at in columns["observed_at"] if at is not None and at <= until]
    newest = max(observed, default=until)
    since = newest - LOOK_BACK
    before = store.fetch_study(Drift, until) or Drift()
    known = [shift for shift in before.shifts if _is_jump(shift)]
    ids = store.fetch_observed_ids(since, newest, MOST_FILMS)
    jumps = find_jumps(store.fetch_snapshot_columns(ids, since, newest, DAY), newest, known)
    shifts = [*jumps]
    level = on_one_scale(columns, Drift(shifts=jumps))
    for era in find_eras(observed):
        ratios = _ratios(store, level, Drift(shifts=jumps), era, until)
        if (shift := era_shift(era, ratios)) is not None:
            shifts.append(shift)
            break  # it is of no use, or mixed, whatever is older
    drift = Drift(shifts=tuple(sorted(shifts, key=lambda shift: shift.at)))
    for shift in drift.shifts:
        log.info("TMDB's popularity is on another scale since %s: %s", shift.at, _words(shift))
    return drift


def _is_jump(shift: ScaleShift) -> bool:
    """Whether that is a jump with all that belongs to it."""
    return shift.action == RESCALED and shift.at != "" and (shift.factor or 0.0) > 0


def _ratios(
    store: Store, level: Columns, jumps: Drift, era: EraBegin, until: datetime
) -> list[float]:
    """The popularity of each film observed in this era or later over its last one before it.

    ``level`` are the films' columns without these ``jumps``, which are taken from the older
    values as well: what is left is the change between the eras.
    """
    rows = zip(level["tmdb_id"], level["observed_at"], level["popularity"], strict=True)
    newer = {
        film: popularity
        for film, at, popularity in rows
        if at is not None and era.begin <= at <= until and popularity is not None and popularity > 0
    }
    older = store.fetch_snapshots_before(newer.keys(), era.before)
    columns: Columns = {
        "popularity": [snapshot.popularity for snapshot in older.values()],
        "observed_at": [snapshot.snapshot_ts for snapshot in older.values()],
    }
    values = on_one_scale(columns, jumps)["popularity"]
    return [
        newer[film] / popularity
        for film, popularity in zip(older, values, strict=True)
        if popularity is not None and popularity > 0
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

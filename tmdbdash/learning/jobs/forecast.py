"""Forecasts and the store: score the earlier ones, and make new ones where they are due."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tmdbdash.errors import TmdbdashError
from tmdbdash.learning.forecasting.live_accuracy import adapted_miss, disabled_horizons, score
from tmdbdash.learning.jobs.drift import snapshots_on_one_scale
from tmdbdash.learning.jobs.stored_forecasts import StoredForecasts, read_forecasts
from tmdbdash.records import Forecast, ForecastBasis, Listing, Snapshot, latest_believable
from tmdbdash.records.forecasts import (
    FEW_PAIRS,
    HORIZONS,
    LOST,
    NO_GAIN,
    NO_HISTORY,
    NO_TIME,
)
from tmdbdash.utc import iso

if TYPE_CHECKING:
    import pandas as pd

    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

REFIT_AFTER = timedelta(hours=3)
"""A fit takes seconds, `predict` runs every 15 minutes, and the pairs change within days."""
HISTORY = timedelta(days=365)
LEAST_HISTORY = timedelta(days=30)
MAX_FILMS = 2_000
"""Films learned from, at most, unless the latest list is longer."""
MAX_SNAPSHOTS = 600_000
"""Snapshots read, at most, after thinning: of many films the history is shorter."""
BUDGET = 60.0
"""Seconds for fits, as for a training."""
KEEP = timedelta(days=60)
ORIGINS_A_DAY = 4
"""Origins of a day that are kept, one of each six hours."""
DECIMALS = 4
_REASONS = {
    NO_HISTORY: "too few days of history",
    FEW_PAIRS: "too few observations to compare",
    NO_GAIN: "a model is not clearly better",
    NO_TIME: "no time was left to fit a model",
    LOST: "the model lost to it lately",
}
"""Why a horizon has persistence, in words for the log."""


def update_forecasts(
    store: Store, now: datetime, budget: float = BUDGET, *, retention_days: int = 0
) -> StoredForecasts:
    """Refresh the forecasts, and read all of the latest list's films.

    A failure is logged as a warning and becomes the reason of what is returned, so that `predict`
    goes on; the stored forecasts are read where they can be.
    """
    failure = ""
    try:
        refresh_forecasts(store, now, budget, retention_days=retention_days)
    except Exception as error:
        failure = f"new forecasts could not be made: {_reason(error)}"
        log.warning("%s", failure)
        log.debug("forecasting failed", exc_info=True)
    try:
        return read_forecasts(store, failure)
    except TmdbdashError as error:
        log.warning("the forecasts could not be read: %s", error)
        return StoredForecasts(reason=failure or str(error))


def refresh_forecasts(
    store: Store, now: datetime, budget: float = BUDGET, *, retention_days: int = 0
) -> bool:
    """Score earlier forecasts and make new ones where they are due; whether any were made.

    The origin is the latest complete list. New ones are due when the newest stored origin is
    `REFIT_AFTER` older than it, when a film of it has none, and when an import may have changed
    history since. Horizons that ``budget`` (seconds) left no time for are made for the same list
    where it is still the latest, and otherwise come first when new ones are due. Origins older than
    ``retention_days`` are dropped (0: than `KEEP`). No transaction is open while models are fitted.
    """
    listing = store.fetch_listing()
    if listing is None:
        return False
    score_due(store, listing, now)
    stored = store.fetch_forecasts(until=listing.observed_at)
    if _is_due(store, listing, stored, now):
        horizons = _longest_waiting_first(store, listing.observed_at)
    else:
        horizons = _left_out(store, listing, stored)
    if not horizons:
        return False
    forecasts, bases = make_forecasts(store, listing, now, budget=budget, horizons=horizons)
    days = min(KEEP.days, retention_days or KEEP.days)
    store.save_forecasts(forecasts, bases, keep=ORIGINS_A_DAY * days)
    return True


def score_due(store: Store, listing: Listing, now: datetime) -> int:
    """Store the outcomes of forecasts that have come due; returns how many have been settled.

    Those that were settled without an outcome under a clock far ahead are scored again.
    """
    due = store.fetch_due_forecasts(listing.observed_at, HORIZONS, latest_believable(now))
    if not due:  # pandas is not loaded for nothing
        return 0
    from tmdbdash.learning.forecasting.features import tolerance_hours

    groups: dict[tuple[datetime, int], list[Forecast]] = {}
    for forecast in due:
        groups.setdefault((forecast.origin_at, forecast.days), []).append(forecast)
    settled = []
    for (origin, days), group in groups.items():
        tolerance = timedelta(hours=tolerance_hours(days))
        at = origin + timedelta(days=days)
        snapshots: dict[int, list[Snapshot]] = {}
        ids = [forecast.tmdb_id for forecast in group]
        for snapshot in store.fetch_snapshots(ids, at - tolerance, at + tolerance):
            snapshots.setdefault(snapshot.tmdb_id, []).append(snapshot)
        settled += score(group, snapshots, tolerance, newest=listing.observed_at, now=now)
    if settled:
        store.save_forecast_scores(settled)
    return len(settled)


def make_forecasts(
    store: Store,
    listing: Listing,
    now: datetime,
    *,
    horizons: Sequence[int],
    budget: float = BUDGET,
) -> tuple[list[Forecast], list[ForecastBasis]]:
    """Fit on the stored history, and forecast every film of a list that has a popularity.

    The ``horizons`` are fitted in their order, while less than ``budget`` seconds have passed.
    """
    from tmdbdash.learning.forecasting.forecaster import fit_forecaster
    from tmdbdash.learning.models.threads import threads_for

    origin = listing.observed_at
    panel, rows = read_panel(store, listing)
    if panel.empty:
        return [], []
    earlier = store.fetch_forecast_bases(origin - KEEP, origin)
    disabled = disabled_horizons(earlier, origin)
    until = time.monotonic() + budget
    with threads_for(len(rows)):
        forecaster = fit_forecaster(
            panel,
            rows,
            disabled,
            order=horizons,
            is_time_left=lambda: time.monotonic() < until,
            miss=adapted_miss(earlier, origin),
        )
    popularity = {e.tmdb_id: e.popularity for e in listing.entries}
    # An import, or the tick itself, may have observed other films at the time of the list.
    is_listed = rows["tmdb_id"].isin(list(popularity))
    fresh = rows[is_listed & (rows["ts"] == panel["ts"].max())].set_index("tmdb_id")
    forecasts, bases = [], []
    for days in horizons:
        report = forecaster.reports[days]
        predicted = forecaster.predict(fresh, days).round(DECIMALS)
        bases.append(
            ForecastBasis(
                origin_at=origin,
                days=days,
                made_at=now,
                method=report.method,
                reason=report.reason,
                films=len(predicted),
                pairs=report.pairs,
                weight=report.weight,
                held_out=report.held_out,
                held_out_mae=report.mae,
                held_out_mae_persistence=report.mae_persistence,
            )
        )
        films = predicted.index.to_numpy(dtype=np.int64).tolist()
        for film, (value, low, high) in zip(films, predicted.to_numpy().tolist(), strict=True):
            forecasts.append(
                Forecast(
                    origin_at=origin,
                    tmdb_id=film,
                    days=days,
                    made_at=now,
                    popularity=value,
                    low=low,
                    high=high,
                    method=report.method,
                    origin_popularity=float(popularity[film] or 0.0),
                )
            )
    log.info("forecast %d films from %s: %s", len(fresh), iso(origin), _methods_text(bases))
    return forecasts, bases


def read_panel(store: Store, listing: Listing) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The history up to a list, that list included, as panel and rows; see `features`.

    The list's entries are added as snapshots, since a film that has not changed has none stored.
    """
    from tmdbdash.learning.forecasting.features import THIN_HOURS, make_panel, make_rows

    origin = listing.observed_at
    every = timedelta(hours=THIN_HOURS)
    listed = {entry.tmdb_id for entry in listing.entries}
    known = store.fetch_observed_ids(origin - HISTORY, origin, MAX_FILMS)
    others = [film for film in known if film not in listed][: max(MAX_FILMS - len(listed), 0)]
    ids = listed.union(others)
    affordable = MAX_SNAPSHOTS * every / max(len(ids), 1)
    since = origin - min(HISTORY, max(LEAST_HISTORY, affordable))
    columns = snapshots_on_one_scale(
        store, store.fetch_snapshot_columns(ids, since, origin, every), origin
    )
    for entry in listing.entries:
        columns["tmdb_id"].append(entry.tmdb_id)
        columns["snapshot_ts"].append(origin)
        for name in ("popularity", "vote_count", "rank"):
            columns[name].append(getattr(entry, name))
    panel = make_panel(columns)
    if panel.empty:
        return panel, panel
    released = {film: movie.release_date for film, movie in store.fetch_movies(ids).items()}
    return panel, make_rows(panel, released)


def _longest_waiting_first(store: Store, origin: datetime) -> list[int]:
    """All horizons, by the last origin for which there was time to fit them."""
    had_time: dict[int, datetime] = {}
    for basis in store.fetch_forecast_bases(origin - KEEP, origin):
        if basis.reason != NO_TIME:
            had_time[basis.days] = max(basis.origin_at, had_time.get(basis.days, basis.origin_at))
    never = origin - 2 * KEEP
    return sorted(HORIZONS, key=lambda days: had_time.get(days, never))


def _left_out(store: Store, listing: Listing, stored: list[Forecast]) -> list[int]:
    """The horizons of this list that there was no time to fit."""
    origin = listing.observed_at
    if not stored or stored[0].origin_at != origin:
        return []
    return [b.days for b in store.fetch_forecast_bases(origin, origin) if b.reason == NO_TIME]


def _is_due(store: Store, listing: Listing, stored: list[Forecast], now: datetime) -> bool:
    wanted = {e.tmdb_id for e in listing.entries if e.popularity is not None and e.popularity >= 0}
    if not wanted:
        return False
    if not stored or listing.observed_at - stored[0].origin_at >= REFIT_AFTER:
        return True
    if wanted - {forecast.tmdb_id for forecast in stored}:
        return True
    imported = store.fetch_last_run("import", until=latest_believable(now))
    return imported is not None and stored[0].made_at < imported.finished_at <= latest_believable(
        now
    )


def _reason(error: Exception) -> str:
    """The error's message; with its class where it is not ours (a `KeyError` is just "7")."""
    if isinstance(error, TmdbdashError):
        return str(error)
    kind = type(error).__name__
    return f"{error} ({kind})" if str(error) else kind


def _methods_text(bases: list[ForecastBasis]) -> str:
    return "; ".join(
        f"{basis.days} d by {basis.method}"
        + (f" ({_REASONS.get(basis.reason, basis.reason)})" if basis.reason else "")
        for basis in bases
    )

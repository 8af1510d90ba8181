"""Forecasts of past days by models fitted before them, on real daily lists and on made-up ones."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from tmdbdash.importing.importer import import_files
from tmdbdash.learning.forecasting.change_models import SETTINGS, ModelSettings
from tmdbdash.learning.forecasting.features import THIN_HOURS, make_pairs, make_panel, make_rows
from tmdbdash.learning.forecasting.forecaster import fit_forecaster
from tmdbdash.learning.forecasting.live_accuracy import adapted_miss, disabled_horizons
from tmdbdash.learning.jobs.forecast import refresh_forecasts
from tmdbdash.records import ForecastBasis
from tmdbdash.records.forecasts import HORIZONS
from tmdbdash.settings import load_settings
from tmdbdash.storage import open_store

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "popular_pages_daily.jsonl.gz"
NOW = datetime(2026, 11, 22, tzinfo=UTC)

Columns = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class History:
    """Snapshots in the store's columns, and release dates by film."""

    columns: Columns
    released: Mapping[int, date | None]

    def until(self, end: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Panel and rows of the snapshots up to that time."""
        known = pd.DataFrame(self.columns)
        panel = make_panel(columns_of(known[known["snapshot_ts"] <= end]))
        return panel, make_rows(panel, self.released)


def columns_of(frame: pd.DataFrame) -> Columns:
    """A frame as the store's columns."""
    return {str(name): frame[name].tolist() for name in frame}


def real_history() -> tuple[History, str]:
    """The real lists, imported by the real importer; and the seconds of `predict` for them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(Path(folder))
        with open_store(settings) as store:
            import_files(store, [DATA], now=NOW, reject_dir=Path(folder, "rejects"))
            listing = store.fetch_listing()
            assert listing is not None
            ids = store.fetch_movie_columns(["tmdb_id"])["tmdb_id"]
            since = listing.observed_at - timedelta(days=365)
            every = timedelta(hours=THIN_HOURS)
            columns = store.fetch_snapshot_columns(ids, since, listing.observed_at, every)
            released = {film: m.release_date for film, m in store.fetch_movies(ids).items()}
            spent = []
            for _ in range(2):
                started = time.process_time()
                refresh_forecasts(store, NOW)
                spent.append(time.process_time() - started)
    cost = (
        f"`predict` at the last list: {spent[0]:.1f} s of CPU where the forecasts are due "
        f"(every 3 hours), {spent[1] * 1000:.0f} ms where they are not."
    )
    return History(columns, released), cost


def backtest(
    history: History, start: pd.Timestamp, step: int, settings: ModelSettings = SETTINGS
) -> pd.DataFrame:
    """Fit at each block's start on what came before, forecast every film and day of the block.

    One row a forecast: ``ts``, ``days``, absolute errors of log(1 + popularity) as ``error`` and
    ``persistence``, ``inside`` its interval, ``new`` (first seen less than a week before) and
    whether a ``model`` made it. Outcomes that were known at a block's start disable horizons and
    adapt intervals, as in the program.
    """
    end = pd.Timestamp(pd.DataFrame(history.columns)["snapshot_ts"].max())
    panel, rows = history.until(end)
    truth = {days: make_pairs(panel, rows, days) for days in HORIZONS}
    bases: list[ForecastBasis] = []
    parts = []
    while start < end:
        outcomes = [b for b in bases if b.origin_at + timedelta(days=b.days) <= start]
        at = start.to_pydatetime()
        forecaster = fit_forecaster(
            *history.until(start),
            disabled_horizons(outcomes, at),
            settings=settings,
            miss=adapted_miss(outcomes, at),
        )
        until = start + pd.Timedelta(days=step)
        for days in HORIZONS:
            pairs = truth[days]
            block = pairs[(pairs["ts"] > start) & (pairs["ts"] <= until)]
            predicted = np.log1p(forecaster.predict(block, days))
            part = pd.DataFrame(
                {
                    "ts": block["ts"],
                    "days": days,
                    "error": (
                        block["log_popularity"] + block["change"] - predicted["popularity"]
                    ).abs(),
                    "persistence": block["change"].abs(),
                    "inside": (block["log_popularity"] + block["change"]).between(
                        predicted["low"] - 1e-9, predicted["high"] + 1e-9
                    ),
                    "new": block["days_seen"] < 7,
                    "model": forecaster.reports[days].method == "model",
                }
            )
            parts.append(part)
            bases += _bases(part, days, forecaster.reports[days].method)
        start = until
    return pd.concat(parts)


def _bases(part: pd.DataFrame, days: int, method: str) -> list[ForecastBasis]:
    """The store's rows of these forecasts once they have been scored."""
    return [
        ForecastBasis(
            origin_at=own["ts"].iloc[0].to_pydatetime(),
            days=days,
            made_at=NOW,
            method=method,
            scored=len(own),
            scored_inside=int(own["inside"].sum()),
            scored_mae=float(own["error"].mean()),
            scored_mae_persistence=float(own["persistence"].mean()),
        )
        for _, own in part.groupby(part["ts"].dt.floor("D"))
    ]


def walk(history: History, seed: int, trend_until: pd.Timestamp | None = None) -> History:
    """The same films and times with popularities that walk at random, first with a trend if any."""
    frame = pd.DataFrame(history.columns).sort_values(["tmdb_id", "snapshot_ts"])
    chance = np.random.default_rng(seed)
    step = chance.normal(0, 0.08, len(frame)) * (chance.random(len(frame)) > 0.3)
    if trend_until is not None:
        step = np.where(frame["snapshot_ts"] < trend_until, step - 0.05, step)
    step[~frame.duplicated("tmdb_id").to_numpy()] = 0
    film = frame["tmdb_id"]
    first = frame.groupby(film)["popularity"].transform("first")
    frame["popularity"] = np.exp(
        np.log(first) + pd.Series(step, index=frame.index).groupby(film).cumsum()
    )
    return History(columns_of(frame), history.released)


def thinned(history: History, share: float) -> History:
    """Without a share of the lists, drawn at random."""
    frame = pd.DataFrame(history.columns)
    times = pd.Series(frame["snapshot_ts"].unique())
    kept = times[np.random.default_rng(0).random(len(times)) >= share]
    return History(columns_of(frame[frame["snapshot_ts"].isin(kept)]), history.released)

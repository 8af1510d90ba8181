"""Snapshots to rows: one a film and day, with features of its past and the change that followed.

Days are counted back from the newest snapshot. No feature of a row is from later than the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)
LAGS = (1, 2, 3, 5, 7, 14)
FEATURES = (
    "log_popularity",
    "rank",
    "days_seen",
    "age",
    "log_age",
    "weekday",
    *(f"change_{k}" for k in LAGS),
    "acceleration_1",
    "acceleration_3",
    "last_step",
    "days_unchanged",
    "movement",
    "below_peak",
    "log_votes",
    "votes_1",
    "votes_3",
    "votes_7",
    "votes_vs_popularity",
)

THIN_HOURS = 8
"""At most one snapshot of a film is used in so many hours, counted back from the newest of all, so
that polling every two minutes costs no more than polling three times a day."""


def tolerance_hours(days: int) -> float:
    """The most hours from the due time to an observation that counts as the outcome."""
    return min(24.0, max(8.0, 6.0 * days))


def make_panel(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Snapshots, cleaned and thinned, by film and time.

    ``columns`` has equally long ``tmdb_id``, ``snapshot_ts`` (UTC), ``popularity``,
    ``vote_count`` and ``rank``; any order, repeats allowed: of two of one film and time the later
    in the columns counts. The panel has ``tmdb_id``, ``ts``, ``rank``, ``log_popularity`` (of
    1 + popularity), ``log_votes`` and ``day`` (whole days before the newest).
    """
    panel = pd.DataFrame(
        {
            "tmdb_id": np.array(columns["tmdb_id"], dtype=np.int64),
            "ts": pd.Series(pd.to_datetime(list(columns["snapshot_ts"]), utc=True)).dt.as_unit(
                "us"
            ),
            "rank": np.array(columns["rank"], dtype=np.float64),
            "popularity": np.array(columns["popularity"], dtype=np.float64),
            "votes": np.array(columns["vote_count"], dtype=np.float64),
        }
    )
    panel = panel[np.isfinite(panel["popularity"]) & (panel["popularity"] >= 0)]
    panel = panel.sort_values(["tmdb_id", "ts"], kind="stable")
    back = panel["ts"].max() - panel["ts"]
    panel["slot"] = (back // (THIN_HOURS * HOUR)).astype("int64")
    panel["day"] = (back // DAY).astype("int64")
    panel = panel.drop_duplicates(["tmdb_id", "slot"], keep="last").reset_index(drop=True)
    panel["log_popularity"] = np.log1p(panel["popularity"])
    panel["log_votes"] = np.log1p(panel["votes"].clip(lower=0))
    thinned: pd.DataFrame = panel.drop(columns=["popularity", "votes", "slot"])
    return thinned


def make_rows(panel: pd.DataFrame, released: Mapping[int, date | None]) -> pd.DataFrame:
    """The newest row of each film and day with `FEATURES`, ``tmdb_id`` and ``ts``.

    ``released`` are release dates by film. Missing values stay NaN, which the model can split on.
    """
    film = panel["tmdb_id"]
    step = panel["log_popularity"].groupby(film).diff()
    moved = step.fillna(0.0).ne(0.0) | step.isna()
    path = step.abs().fillna(0.0).groupby(film).cumsum()
    known = pd.DataFrame(
        {
            "first": panel["ts"].groupby(film).transform("min"),
            "peak": panel["log_popularity"].groupby(film).cummax(),
            "since": panel["ts"].where(moved).groupby(film).ffill(),
            "last_step": step.where(moved).groupby(film).ffill(),
            "path": path,
        }
    )
    at = panel.drop_duplicates(["tmdb_id", "day"], keep="last")
    known, panel = known.loc[at.index], panel.assign(path=path)

    x = at[["tmdb_id", "ts", "log_popularity", "rank", "log_votes"]].copy()
    seen = _days(at["ts"] - known["first"])
    x["days_seen"] = seen.clip(upper=30.0)
    known_dates = pd.Series([released.get(f) for f in at["tmdb_id"]], index=at.index, dtype=object)
    dates = pd.to_datetime(known_dates, utc=True, errors="coerce").dt.as_unit("us")
    x["age"] = _days(at["ts"] - dates).clip(-400.0, 4000.0)
    x["log_age"] = np.sign(x["age"]) * np.log1p(x["age"].abs())  # negative: not yet released
    x["weekday"] = at["ts"].dt.day_of_week.astype(float)
    for k in LAGS:
        hours = {1: 8, 2: 12}.get(k, 24)
        then = nearest(panel, at["tmdb_id"], at["ts"] - k * DAY, hours * HOUR)
        x[f"change_{k}"] = at["log_popularity"] - then["log_popularity"]
        if k in (1, 3, 7):
            x[f"votes_{k}"] = at["log_votes"] - then["log_votes"]
    x["acceleration_1"] = 2.0 * x["change_1"] - x["change_2"]
    x["acceleration_3"] = 2.0 * x["change_3"] - x["change_7"]
    x["last_step"] = known["last_step"]
    x["days_unchanged"] = _days(at["ts"] - known["since"]).clip(upper=7.0)
    week = nearest(panel, at["tmdb_id"], at["ts"] - 7 * DAY, None)
    travelled = known["path"] - week["path"].fillna(0.0)
    x["movement"] = (travelled / seen.clip(upper=7.0)).where(seen >= 0.9)  # log change a day
    x["below_peak"] = at["log_popularity"] - known["peak"]
    new_votes = (np.expm1(at["log_votes"]) * -np.expm1(-x["votes_3"])).clip(lower=0.0)
    x["votes_vs_popularity"] = np.log1p(new_votes) - at["log_popularity"]
    return x


def make_pairs(panel: pd.DataFrame, rows: pd.DataFrame, days: int) -> pd.DataFrame:
    """The rows that have a target, in order of time.

    ``change`` is the log popularity at the outcome less that of the row, ``target_ts`` the
    outcome's time. The outcome is the film's observation nearest to ``days`` later, within
    `tolerance_hours`. A film that left the list has none: the models are for films that stay.
    """
    within = tolerance_hours(days) * HOUR
    then = nearest(panel, rows["tmdb_id"], rows["ts"] + days * DAY, within)
    pairs = rows.assign(
        change=then["log_popularity"] - rows["log_popularity"], target_ts=then["found"]
    )
    return pairs[pairs["change"].notna()].sort_values(["ts", "tmdb_id"], kind="stable")


def nearest(
    panel: pd.DataFrame,
    film: pd.Series[int],
    when: pd.Series[pd.Timestamp],
    within: pd.Timedelta | None,
) -> pd.DataFrame:
    """The film's panel row nearest to ``when``, with its time as ``found``; indexed like ``film``.

    NaN where none is ``within``; without that, the last row at or before ``when``.
    """
    left = pd.DataFrame({"tmdb_id": film, "at": when, "row": np.arange(len(film))})
    wanted = [
        "tmdb_id",
        "ts",
        "log_popularity",
        "log_votes",
        *(["path"] if "path" in panel else []),
    ]
    right = panel[wanted].assign(at=panel["ts"]).rename(columns={"ts": "found"})
    found = pd.merge_asof(
        left.sort_values("at", kind="stable"),
        right.sort_values("at", kind="stable"),
        on="at",
        by="tmdb_id",
        tolerance=within,
        direction="backward" if within is None else "nearest",
    ).sort_values("row", kind="stable")
    found.index = film.index
    return found


def _days(spans: pd.Series[pd.Timedelta]) -> pd.Series[float]:
    days: pd.Series[float] = spans.dt.total_seconds() / 86_400.0
    return days

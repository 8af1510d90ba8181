"""What films that left the list do to the error of forecasts: the survivors' effect.

The daily lists have 20 films, and a film that left them has no outcome there. At one time,
2025-10-24 03:31 UTC, 200 pages are known as well, which have every film that was on page 1 in the
eight days before.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from benchmarks.forecast_backtest import DATA, History
from benchmarks.measure import table
from tmdbdash.learning.forecasting.forecaster import fit_forecaster
from tmdbdash.records.forecasts import HORIZONS

PAGES = DATA.with_name("popular_200pages_2025-11.csv.gz")
DAY_OF_PAGES = pd.Timestamp("2025-10-24", tz="UTC")
"""The popularities of page 1 are those of this day's list, to the last digit."""
BACK = {1: (1,), 3: (3,), 7: (6, 7, 8)}
"""Days from each origin to the pages, by horizon; a day more or less counts, as in the program."""
HEADINGS = ["days", "films", "forecasts", "no-change baseline", "forecast", "gain",
            "mean of actual - forecast", "empirical coverage"]  # fmt: skip


def leavers_table(history: History) -> str:
    """Forecasts for the time of the pages, of films that stayed on page 1 and of those that left.

    Errors are of log(1 + popularity); all models are fitted on lists up to their origins.
    """
    pages = pd.read_csv(PAGES).drop_duplicates("id").set_index("id")["popularity"]
    known = pd.DataFrame(history.columns)
    at = known["snapshot_ts"][known["snapshot_ts"] >= DAY_OF_PAGES].min()
    listed = known["tmdb_id"][known["snapshot_ts"] == at]
    rows = []
    for days in HORIZONS:
        own = pd.concat([_scored(history, days, at, back, pages) for back in BACK[days]])
        stayed = own["film"].isin(listed)
        for name, part in (
            ("all films", own),
            ("stayed on the list", own[stayed]),
            ("left the list", own[~stayed]),
        ):
            error, base = part["error"].abs().mean(), part["change"].abs().mean()
            rows.append(
                [
                    str(days) if part is own else "",
                    name,
                    str(len(part)),
                    f"{base:.3f}",
                    f"{error:.3f}",
                    f"{1 - error / base:.0%}",
                    f"{part['error'].mean():+.3f}",
                    f"{part['inside'].mean():.0%}",
                ]
            )
    return table(HEADINGS, rows)


def _scored(
    history: History, days: int, at: pd.Timestamp, back: int, pages: pd.Series[float]
) -> pd.DataFrame:
    """The forecasts of one list, ``back`` days before the pages, with their outcomes in these."""
    origins = pd.Series(pd.DataFrame(history.columns)["snapshot_ts"].unique())
    origin = origins.iloc[(origins - (at - timedelta(days=back))).abs().argmin()]
    panel, rows = history.until(origin)
    fresh = rows[rows["ts"] == panel["ts"].max()]
    made = np.log1p(fit_forecaster(panel, rows, order=(days,)).predict(fresh, days))
    actual = np.log1p(fresh["tmdb_id"].map(pages))
    scored = pd.DataFrame(
        {
            "film": fresh["tmdb_id"],
            "error": actual - made["popularity"],
            "change": actual - fresh["log_popularity"],
            "inside": actual.between(made["low"], made["high"]),
        }
    )
    return scored.dropna(subset="error")

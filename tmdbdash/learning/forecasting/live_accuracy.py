"""Earlier forecasts against their outcomes, and the horizons disabled by them: pure, no pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from tmdbdash.records import Forecast, ForecastBasis, Snapshot
from tmdbdash.records.evaluation import NOMINAL_COVERAGE
from tmdbdash.records.forecasts import LOST, MODEL

DISABLING_WINDOW = timedelta(days=14)
"""Time before the origin within which the forecasts that are compared have come due."""
DISABLING_SCORED = 60
"""Outcomes below which no horizon is disabled."""
DISABLING_DAYS = 5
"""Days with origins below which no horizon is disabled."""
STEP = 0.05
"""How far a day's misses move the share that intervals leave out; on the lists of October and
November 2025, .1 made intervals of seven days a third wider for no better coverage."""
MISS_BOUNDS = (0.04, 0.4)
"""Bounds of the share of outcomes that intervals are made to leave out."""


def score(
    due: Iterable[Forecast],
    snapshots: Mapping[int, Sequence[Snapshot]],
    tolerance: timedelta,
    *,
    newest: datetime,
    now: datetime,
) -> list[Forecast]:
    """The forecasts whose outcome is settled, with it and with ``now`` as the time of scoring.

    All are due at or before ``newest``, the time of the newest tick. The outcome is the film's
    observation nearest to the due time within ``tolerance``. A forecast without one is settled
    once ``newest`` is later than that: the film was no longer listed.
    """
    settled = []
    for forecast in due:
        at = forecast.origin_at + timedelta(days=forecast.days)
        near = [
            (abs(s.snapshot_ts - at), s.snapshot_ts, s.popularity)
            for s in snapshots.get(forecast.tmdb_id, ())
            if s.popularity is not None
            and s.popularity >= 0
            and abs(s.snapshot_ts - at) <= tolerance
        ]
        actual = min(near)[2] if near else None
        if actual is not None or newest > at + tolerance:
            settled.append(replace(forecast, actual_popularity=actual, scored_at=now))
    return settled


def disabled_horizons(bases: Iterable[ForecastBasis], origin: datetime) -> dict[int, str]:
    """The horizons at which the model's forecasts of the last `DISABLING_WINDOW` lost, as `LOST`.

    A backtest does not see that films have begun to behave differently. Once these forecasts are
    older than the window, the model is tried again.
    """
    lately: dict[int, list[ForecastBasis]] = {}
    for basis in bases:
        due = basis.origin_at + timedelta(days=basis.days)
        if basis.method == MODEL and basis.scored and due > origin - DISABLING_WINDOW:
            lately.setdefault(basis.days, []).append(basis)
    return {days: LOST for days, bases in sorted(lately.items()) if _lost(bases)}


def adapted_miss(bases: Iterable[ForecastBasis], origin: datetime) -> dict[int, float]:
    """By days, the share of outcomes that the next intervals should be made to leave out.

    It starts at that of the nominal coverage and follows the misses of each day whose outcomes were
    known at the ``origin``, in order of time: a + `STEP` (nominal - missed), within `MISS_BOUNDS`
    (Gibbs and Candès, "Adaptive conformal inference under distribution shift", 2021, equation 2;
    the bounds are ours). A day with several origins counts once.
    """
    nominal = 1.0 - NOMINAL_COVERAGE
    counts: dict[int, dict[date, tuple[int, int]]] = {}
    for basis in bases:
        due = basis.origin_at + timedelta(days=basis.days)
        if basis.scored and due <= origin:
            own = counts.setdefault(basis.days, {})
            scored, inside = own.get(due.date(), (0, 0))
            own[due.date()] = (scored + basis.scored, inside + basis.scored_inside)
    adapted = {}
    for days, own in counts.items():
        miss = nominal
        for _, (scored, inside) in sorted(own.items()):
            moved = miss + STEP * (nominal - (1.0 - inside / scored))
            miss = min(max(moved, MISS_BOUNDS[0]), MISS_BOUNDS[1])
        adapted[days] = miss
    return adapted


def _lost(bases: Sequence[ForecastBasis]) -> bool:
    scored = sum(basis.scored for basis in bases)
    days = {basis.origin_at.date() for basis in bases}
    if scored < DISABLING_SCORED or len(days) < DISABLING_DAYS:
        return False
    error = sum(basis.scored * (basis.scored_mae or 0.0) for basis in bases)
    return error > sum(basis.scored * (basis.scored_mae_persistence or 0.0) for basis in bases)

"""The films farthest from their predictions, by popularity and by rating."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tmdbdash.records import SIDES, UNDER_RATED, PredictedFilm, Side, rated
from tmdbdash.records.tasks import TARGET_NAMES
from tmdbdash.report.panels.parts import Choice, Column, Interval, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import rounded, text_value, title_of

FEW_TIMES = 10
"""Below it, how many times is said to a tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A film far from its prediction of ``target``, and whether it is under-rated or over-rated.

    ``times`` is how far actual and expected value are apart, as a text for the catalogue: for
    popularity how many times the one is the other, for ratings the points between them.
    """

    tmdb_id: int
    title: str
    target: str
    side: Side
    actual: float
    expected: float
    interval: Interval
    times: Mapping[str, object]
    vote_count: int | None
    release_date: date | None
    basis: str | None


def outliers(rows: Rows) -> tuple[Outlier, ...]:
    """For each target the under-rated films, then the over-rated, the largest difference first."""
    found: list[Outlier] = []
    for target in TARGET_NAMES:
        made = [_outlier(film, target) for film in rows.outliers.get(target, ())]
        for side in SIDES:
            own = [one for one in made if one is not None and one.side == side]
            found += sorted(own, key=_difference, reverse=True)
    return tuple(found)


def _difference(film: Outlier) -> float:
    """What `times` says, as a number that grows with it."""
    if film.target == "popularity" and min(film.expected, film.actual) > 0:
        return abs(math.log(film.actual / film.expected))
    return abs(film.actual - film.expected)


def _outlier(film: PredictedFilm, target: str) -> Outlier | None:
    """The film with its side; ``None`` where expected and actual value give none."""
    made = film.prediction
    predicted, low, high, actual = (
        rounded(getattr(made, name))
        for name in (
            f"predicted_{target}",
            f"predicted_{target}_low",
            f"predicted_{target}_high",
            f"actual_{target}",
        )
    )
    side = rated(expected=predicted, actual=actual)
    if side is None or predicted is None or actual is None:
        return None
    return Outlier(
        tmdb_id=made.tmdb_id,
        title=title_of(film.title, None, made.tmdb_id),
        target=target,
        side=side,
        actual=actual,
        expected=predicted,
        interval=Interval(predicted, low, high, actual),
        times=_times(target, side, predicted, actual),
        vote_count=film.vote_count,
        release_date=film.release_date,
        basis=made.basis_of(target),
    )


def _times(target: str, side: Side, expected: float, actual: float) -> Mapping[str, object]:
    if target == "popularity" and min(expected, actual) > 0:
        ratio = actual / expected
        if side == UNDER_RATED:
            return {"key": "term.times.share", "values": {"share": text_value("share", ratio)}}
        digits = 1 if ratio < FEW_TIMES else 0
        return {"key": "term.times.over", "values": {"times": text_value("number", ratio, digits)}}
    points = text_value("signed", actual - expected, 1)
    return {"key": "term.times.points", "values": {"points": points}}


OUTLIERS = Panel(
    id="outliers",
    rows=outliers,
    choices=(
        Choice(key="target", values=TARGET_NAMES, term="measure"),
        Choice(key="side", values=SIDES),
    ),
    columns=(
        Column(key="title", kind="film"),
        Column(key="actual", digits=1),
        Column(key="expected", digits=1),
        Column(key="interval", kind="dumbbell", digits=1, scale_by="target", powers=True),
        Column(key="times", kind="said"),
        Column(key="vote_count", minor=True),
        Column(key="release_date", kind="date", minor=True),
        Column(key="basis", kind="term", term="basis", minor=True),
        Column(key="side", kind="term", term="side", minor=True),
        Column(key="target", kind="term", term="measure", minor=True),
    ),
)

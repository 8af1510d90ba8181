"""Guesses when a file of films was made, by the release days of its films with votes.

Films get votes once they are released, so a file with the newest films of its time has films of
each recent week and none of later ones: it was observed where the mass of release days ends.
Single days after that end are mistakes, defaults, or films with votes before their release.

The end is the one that makes the release days most likely, where

* the ages of the films have a density that falls with the age as ``(1 + age / scale) ** -(shape +
  1)`` (Lomax), whose scale and shape are fitted for each possible end, and of which the newest
  months may have less than their share, since many collections thin out towards their end;
* a share `MISDATED` of the films may have any day.

Of ends that are about as likely the oldest is taken: a time that is too late would let the file
overwrite values of later ones. Measured in docs/BENCHMARKS.md.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

Sureness = Literal["sure", "rough", "weak"]

TMDB_OPENED = date(2008, 1, 1)
"""Nobody voted on TMDB before: a file that ends earlier lacks the films of its time."""
MISDATED = 0.03
SPREAD = math.log(MISDATED / 7_300)
"""Logarithm of the density of mis-dated films, a day; they are spread over some twenty years."""
DROPPED = 0.15
"""Largest share of the films that may be after the end, besides one film."""
POINTS = 160
"""Films that represent all; more do not improve the end, and take longer."""
AS_LIKELY = 1.5
PLAUSIBLE = 2.0
"""Logarithms of likelihood ratios: about as likely, and not excluded."""
SCALES = (20.0, 120.0, 720.0, 4_320.0, 15_000.0)
SHAPES = (0.5, 1.5, 6.0)
THINNED = ((120, 0.3),)
"""Newest days, and the part of their share of films that they have."""
AHEAD = (1, 2, 4, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365, 730, 1_460, 2_920)
NEIGHBOURS = 6
CROWDED = 2
"""A day counts at most this many times the median of the days around it: defaults repeat."""
FRESH_DAYS = 45
FEW_VOTES = 20
"""Most films of a fresh list's last month have fewer, and a sixth of those a year older."""
SURE_FILMS = 100
SURE_DAYS = 60
ROUGH_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationGuess:
    """A guessed day of observation.

    ``earliest`` and ``latest`` are the plausible bounds, both included. ``sureness`` is "sure"
    where the release days break off within weeks and the newest films have had no time for votes
    yet; "rough" where they thin out, have votes like all others, or have a year alone, so that
    the file may be of any later time; "weak" for few films, or old ones. ``films`` counts the dated
    ones with votes, ``newer`` those of them released after ``day``, which count as mis-dated.
    """

    day: date
    earliest: date
    latest: date
    sureness: Sureness
    films: int
    newer: int

    @property
    def observed_at(self) -> datetime:
        """Midnight (UTC) of the day."""
        return datetime.combine(self.day, time(), tzinfo=UTC)

    def __str__(self) -> str:
        if self.sureness == "sure":
            return f"guessed from release dates, give or take {self._days()} days"
        bounds = f"between {self.earliest.isoformat()} and {self.latest.isoformat()}"
        return f"guessed from release dates, {self.sureness}: {bounds}"

    def _days(self) -> int:
        return max((self.day - self.earliest).days, (self.latest - self.day).days, 1)


def guess_observation(
    releases: Mapping[date, int], *, until: date, few_votes: Mapping[date, int] | None = None
) -> ObservationGuess | None:
    """The day on which the mass of recent releases ends; ``None`` without films to judge by.

    ``releases`` is the number of films *with votes* for each day of release, ``few_votes`` of
    those with fewer than `FEW_VOTES`; days after ``until`` (today) are left out. Without
    ``few_votes`` no guess is sure. Takes some hundredths of a second for any number of films.
    """
    counted = sorted((day.toordinal(), n) for day, n in releases.items() if day <= until and n > 0)
    if not counted:
        return None
    days, counts = [day for day, _ in counted], [n for _, n in counted]
    weights = _uncrowded(counts)
    points = _points(days, weights)
    last = until.toordinal()
    likely = {end: _likelihood(points, end) for end in _ends(points)}
    best = max(likely.values())
    found = min(end for end, value in likely.items() if value > best - AS_LIKELY)
    end = _refined(days, weights, found)
    breaks_off = _breaks_off(days, weights, end)
    is_young = few_votes is not None and _is_young(releases, few_votes, end)
    earliest = min(end, *(day for day, value in likely.items() if value > best - PLAUSIBLE))
    latest = _latest(points, end, last, () if breaks_off else THINNED)
    sureness = _sureness(days, weights, end, latest - earliest, breaks_off=breaks_off and is_young)
    coarse = _coarseness(days, weights, end)
    if coarse > SURE_DAYS and sureness == "sure":
        sureness = "rough"
    if end < TMDB_OPENED.toordinal():
        sureness, end = "weak", min(last, TMDB_OPENED.toordinal())
        earliest = end
    latest = last if sureness != "sure" else min(last, max(latest, end + coarse))
    return ObservationGuess(
        day=date.fromordinal(end),
        earliest=date.fromordinal(earliest),
        latest=date.fromordinal(latest),
        sureness=sureness,
        films=sum(counts),
        newer=sum(counts[bisect_right(days, end) :]),
    )


def _uncrowded(counts: Sequence[int]) -> list[float]:
    """The films of each day, of crowded ones no more than the days around them allow."""
    weights = []
    for index, count in enumerate(counts):
        if count == 1:
            weights.append(1.0)
            continue
        before = counts[max(0, index - NEIGHBOURS) : index]
        around = sorted([*before, *counts[index + 1 : index + 1 + NEIGHBOURS]]) or [1]
        weights.append(float(min(count, CROWDED * around[len(around) // 2])))
    return weights


def _points(days: Sequence[int], weights: Sequence[float]) -> list[int]:
    """At most `POINTS` days for all films, newest first: medians of equal parts."""
    total = sum(weights)
    number = min(POINTS, round(total))
    step = total / number
    points: list[int] = []
    passed = 0.0
    for day, weight in zip(reversed(days), reversed(weights), strict=True):
        passed += weight
        while len(points) < number and passed > step * (len(points) + 0.5):
            points.append(day)
    return points


def _ends(points: Sequence[int]) -> set[int]:
    """The days that may be the end: with only two films either may be a mistake."""
    if len(points) < 3:
        return {points[0]}
    return set(points[: 2 + int(DROPPED * len(points))])


def _likelihood(
    points: Sequence[int], end: int, thinned: Sequence[tuple[int, float]] = THINNED
) -> float:
    """The logarithm of the likelihood of the points, with the best shape."""
    ages = Counter(end - day for day in points if day <= end)
    late = len(points) - sum(ages.values())
    anywhere = math.exp(SPREAD)
    best = -math.inf
    for scale, shape in itertools.product(SCALES, SHAPES):
        falling = [(age, n, (1 + age / scale) ** (-shape - 1)) for age, n in ages.items()]
        for newest, part in ((0, 1.0), *thinned):
            whole = 1 - (1 - part) * (1 - (1 + newest / scale) ** -shape)
            factor = (1 - MISDATED) * shape / scale / whole
            fit = sum(
                n * math.log(factor * (part if age < newest else 1.0) * density + anywhere)
                for age, n, density in falling
            )
            best = max(best, fit)
    return best + late * SPREAD


def _latest(
    points: Sequence[int], end: int, last: int, thinned: Sequence[tuple[int, float]]
) -> int:
    """The latest plausible end, found in steps that grow."""
    least = _likelihood(points, end, thinned) - PLAUSIBLE
    latest = end
    for step in AHEAD:
        if end + step > last or _likelihood(points, end + step, thinned) < least:
            break
        latest = end + step
    return latest


def _refined(days: Sequence[int], weights: Sequence[float], end: int) -> int:
    """The end to the day, for which the points of a large file are too coarse.

    It moves back over days with mistakes alone, then on while films are as frequent as in the year
    before: a collection that thins out ends where its films are no more frequent than mistakes.
    """
    rate = _films_between(days, weights, end - 365, end) / 365
    if rate * 365 < 12:
        return end
    window = math.ceil(12 / rate)
    index = bisect_right(days, end) - 1
    while index and _films_between(days, weights, days[index] - window, days[index]) < (
        rate * window / 4
    ):
        index -= 1
    end = days[index]
    for day in days[index + 1 :]:
        if day - end > 6 / rate:
            break
        end = day
    return end


def _films_between(days: Sequence[int], weights: Sequence[float], after: int, end: int) -> float:
    return sum(weights[bisect_right(days, after) : bisect_right(days, end)])


def _breaks_off(days: Sequence[int], weights: Sequence[float], end: int) -> bool:
    """Whether the weeks before the end have about as many films as others, those after it few."""
    year = _films_between(days, weights, end - 365, end)
    before = _films_between(days, weights, end - FRESH_DAYS, end)
    after = _films_between(days, weights, end, end + 180)
    return before >= max(5, 0.7 * year * FRESH_DAYS / 365) and after <= 0.2 * year * 180 / 365


def _is_young(releases: Mapping[date, int], few_votes: Mapping[date, int], end: int) -> bool:
    """Whether the newest films have had less time for votes than others.

    A list whose films end years before it was made breaks off just as sharply.
    """

    def odds(first: int, last: int) -> float:
        days = [day for day in releases if first < day.toordinal() <= last]
        few = sum(few_votes.get(day, 0) for day in days)
        return (few + 0.5) / (sum(releases[day] for day in days) - few + 0.5)

    newest = odds(end - 30, end)
    return newest > 0.4 and newest >= 4 * odds(end - 3 * 365, end - 365)


def _sureness(
    days: Sequence[int], weights: Sequence[float], end: int, width: int, *, breaks_off: bool
) -> Sureness:
    if breaks_off and width <= SURE_DAYS and sum(weights) >= SURE_FILMS:
        return "sure"
    few = _films_between(days, weights, end - 365, end) < 5
    return "weak" if few or width > ROUGH_DAYS else "rough"


def _coarseness(days: Sequence[int], weights: Sequence[float], end: int) -> int:
    """Days that a written day may mean: a year where most are of 1 January, or a month."""
    first = bisect_left(days, end - 5 * 365)
    year = month = total = 0.0
    for ordinal, weight in zip(days[first:], weights[first:], strict=True):
        day = date.fromordinal(ordinal)
        total += weight
        month += weight * (day.day == 1)
        year += weight * (day.day == 1 and day.month == 1)
    return 365 if year > total / 2 else 31 if month > total / 2 else 0

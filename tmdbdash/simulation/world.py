"""The simulated world: films whose popularity, votes and ranks change as its time passes."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random

from tmdbdash.simulation.invented_films import Film, invent

MINUTES_A_DAY = 1440.0
MOMENTUM_DAYS = 1.5
DAILY_SPEED = 0.11
"""Chosen so that from one day to the next most films move by less than a fifth, as TMDB's do."""
REVERTS = 0.3
"""The part of its distance from its level that a film loses in a day."""
PRAISED_DAILY, PRAISE_FADES = 0.012, 0.4
"""The part of films that somebody praises in a day, and how fast a day what that adds is over."""
SATURDAY = 5
WEEKEND_GENRES = frozenset({16, 35, 10751})
"""Animation, comedy, family."""
LONGEST_STEP = 360.0
"""Minutes: a longer time is simulated in several steps."""


class World:
    """Invented films, the same for the same number, seed and day.

    ``untidy`` adds what TMDB's lists really have now and then: ranks that do not follow the
    popularity shown, films repeated where a page ends, adult films. Not safe for threads.
    """

    def __init__(self, films: int, seed: int, today: date, *, untidy: bool = True) -> None:
        rng = Random(f"{seed} invent")  # noqa: S311  # repeatable, not secret
        self._rng = Random(f"{seed} drift")  # noqa: S311
        self._seed = seed
        self._start = today
        self._minutes = 0.0
        self._untidy = untidy
        self._films = invent(films, rng, today)
        self._by_id = {film.tmdb_id: film for film in self._films}
        self._popular: list[Film] | None = None
        self.moment = 0
        """The number of calls of `advance`; lists change only then."""

    @property
    def today(self) -> date:
        """The day it is in the simulation."""
        return self._start + timedelta(days=int(self._minutes // MINUTES_A_DAY))

    def film(self, tmdb_id: int) -> Film | None:
        """The film of that id, if there is one."""
        return self._by_id.get(tmdb_id)

    def film_of_poster(self, name: str) -> Film | None:
        """The film whose poster has that name, such as ``abc.jpg``, if there is one."""
        return next((film for film in self._films if film.poster == f"/{name}"), None)

    def advance(self, minutes: float) -> None:
        """Let time pass: popularity drifts, votes come in, new films rise and old ones fade."""
        if minutes <= 0:
            raise ValueError("time passes forward only")
        self.moment += 1
        self._popular = None
        steps = math.ceil(minutes / LONGEST_STEP)
        for _ in range(steps):
            self._minutes += minutes / steps
            for film in self._films:
                self._drift(film, minutes / steps / MINUTES_A_DAY)
        # TMDB computes popularity seldom: of two observations minutes apart most are the same.
        remeasured = 1 - 0.85 * math.exp(-minutes / 600)
        day = self._start.toordinal() + self._minutes / MINUTES_A_DAY
        for film in self._films:
            if self._rng.random() < remeasured:
                season = film.release_wave(day) + _weekend(film, day)
                shown = film.level * math.exp(film.heat + season + self._rng.gauss(0, 0.03))
                film.popularity = round(shown, 4)

    def praise(self, tmdb_id: int, strength: float) -> None:
        """Have a film rise for some days, by about ``strength`` in its logarithm."""
        self._by_id[tmdb_id].climb += strength

    def _drift(self, film: Film, days: float) -> None:
        """One short step of a film's life."""
        rng = self._rng
        kept = math.exp(-days / MOMENTUM_DAYS)
        film.speed = kept * film.speed + DAILY_SPEED * rng.gauss(0, math.sqrt(1 - kept * kept))
        if rng.random() < PRAISED_DAILY * days:
            film.climb += PRAISE_FADES * rng.uniform(0.4, 1.1)  # somebody praised it
        film.heat += (film.speed + film.climb - REVERTS * film.heat) * days
        film.heat = max(-2.0, min(1.6, film.heat))
        film.climb *= math.exp(-days * PRAISE_FADES)
        if film.released(self.today):
            film.votes += int(0.35 * film.popularity * days + rng.random())
            if film.votes > 20 and rng.random() < 0.004:
                film.votes -= 1  # an account was closed

    def popular(self) -> list[Film]:
        """All films by popularity, most popular first, as the popular list has them now."""
        if self._popular is None:
            films = [film for film in self._films if self._untidy or not film.adult]
            rng = self._moment_rng("order")
            # The list was ordered by an earlier or later measurement than the one it shows.
            spread = 0.05 if self._untidy and rng.random() < 0.6 else 0.0
            films.sort(key=lambda film: -film.popularity * math.exp(rng.gauss(0, spread)))
            self._popular = films
        return self._popular

    def discover(
        self,
        *,
        genres: set[int],
        earliest: date | None,
        latest: date | None,
        min_votes: int,
    ) -> list[Film]:
        """Films with all these genres and within the bounds, the most popular first."""

        def wanted(film: Film) -> bool:
            if film.adult or film.votes < min_votes or not genres <= set(film.genres):
                return False
            if film.release is None:
                return not (earliest or latest)
            return (earliest or date.min) <= film.release <= (latest or date.max)

        return sorted(filter(wanted, self._films), key=lambda film: -film.popularity)

    def slip(self, page: int) -> int:
        """By how many films this page begins too early, repeating the end of the one before."""
        if not self._untidy or page < 2:
            return 0
        return 1 if self._moment_rng(f"page {page}").random() < 0.15 else 0

    def _moment_rng(self, purpose: str) -> Random:
        return Random(f"{self._seed} {self.moment} {purpose}")  # noqa: S311


def _weekend(film: Film, day: float) -> float:
    """The logarithm of what Saturday and Sunday add, most of all to films for families."""
    if date.fromordinal(int(day)).weekday() < SATURDAY:
        return 0.0
    return 0.07 if WEEKEND_GENRES.intersection(film.genres) else 0.02

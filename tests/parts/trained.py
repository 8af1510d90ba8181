"""Homes whose models are trained: recipes for `Prepared.copy`."""

import math
from datetime import timedelta

from tests.parts.catalogue import OBSERVED, catalogue, put
from tests.parts.few_trees import boosted_by_few
from tests.parts.films import NOON, movie
from tests.parts.followed import DAY, follow, hours
from tests.parts.home import Home
from tmdbdash.learning.jobs.forecast import update_forecasts
from tmdbdash.learning.jobs.train import train
from tmdbdash.records import FilmChange, Movie, TickWrite
from tmdbdash.storage import open_store


def of_sixty_films(home: Home) -> None:
    """All models of the films 1 to 60, without the studies of groups and hits."""
    changes = tuple(FilmChange(kind="new", movie=movie(i)) for i in range(1, 61))
    with open_store(home.settings()) as store:
        store.save_tick(TickWrite(observed_at=NOON, changes=changes))
        with boosted_by_few():
            train(store, home.settings().models_dir, now=NOON, studies=False)


CATALOGUE = catalogue(120)


def of_a_catalogue(home: Home) -> None:
    """The ridge of 120 invented films, with all studies, trained when they were observed."""
    with open_store(home.settings()) as store:
        put(store, CATALOGUE)
        with boosted_by_few():
            train(store, home.settings().models_dir, now=OBSERVED, models=["ridge"])


def of_a_month(home: Home) -> None:
    """The same films, forty of them listed for a month, with predictions and forecasts."""
    with open_store(home.settings()) as store:
        put(store, CATALOGUE)
        ages = [*hours(26, 2), *(n * DAY for n in range(2, 34))]
        follow(store, CATALOGUE, ages, _listed, until=OBSERVED)
        with boosted_by_few():
            train(store, home.settings().models_dir, now=OBSERVED, models=["ridge"])
        update_forecasts(store, OBSERVED)


def _listed(movie: Movie, age: timedelta) -> float | None:
    """Forty films at a time: each week two others, and none stays as popular as it was."""
    days = age / DAY
    if not days < 7 * (movie.tmdb_id % 60) - 3 <= days + 280:
        return None
    wave = math.sin(days / (2 + movie.tmdb_id % 5)) / 3
    return round((movie.popularity or 0.0) * (1 + wave), 3)

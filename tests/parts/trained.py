"""Homes whose models are trained: recipes for `Prepared.copy`."""

from tests.parts.catalogue import OBSERVED, catalogue, put
from tests.parts.few_trees import boosted_by_few
from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tmdbdash.learning.jobs.train import train
from tmdbdash.records import FilmChange, TickWrite
from tmdbdash.storage import open_store


def of_sixty_films(home: Home) -> None:
    """All models of the films 1 to 60, without the studies of groups and hits."""
    changes = tuple(FilmChange(kind="new", movie=movie(i)) for i in range(1, 61))
    with open_store(home.settings()) as store:
        store.save_tick(TickWrite(observed_at=NOON, changes=changes))
        train(store, home.settings().models_dir, now=NOON, studies=False)


CATALOGUE = catalogue(120)


def of_a_catalogue(home: Home) -> None:
    """The ridge of 120 invented films, with all studies, trained when they were observed."""
    with open_store(home.settings()) as store:
        put(store, CATALOGUE)
        with boosted_by_few():
            train(store, home.settings().models_dir, now=OBSERVED, models=["ridge"])

"""Stores of the catalogue, and their training."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.parts.catalogue import OBSERVED, put
from tests.parts.few_trees import boosted_by_few
from tests.parts.home import Home
from tests.parts.prepared import Prepared, with_tables
from tests.parts.trained import CATALOGUE as FILMS
from tmdbdash.learning.jobs.train import train
from tmdbdash.storage import Store, open_store

LATER = OBSERVED + timedelta(minutes=15)


def train_on(store: Store, home: Home, films: int) -> None:
    put(store, FILMS[:films])
    with boosted_by_few():
        train(store, home.settings().models_dir, now=OBSERVED, models=["ridge"])


@pytest.fixture
def own_store(home: Home, prepared: Prepared) -> Iterator[Store]:
    """The store of an empty database."""
    with open_store(prepared.copy(with_tables, home).settings()) as opened:
        yield opened

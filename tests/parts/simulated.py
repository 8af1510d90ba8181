"""A running simulated TMDB, and a home that is connected to it."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.parts.changed import FEW_MODELS
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home

TODAY = date(2026, 11, 22)


@pytest.fixture
def tmdb() -> Iterator[SimulatedTmdb]:
    """Six tidy pages of invented films: 40 different ones on the first two."""
    with SimulatedTmdb(films=120, seed=11, untidy=False, today=TODAY) as running:
        yield running


def connect(home: Home, tmdb: SimulatedTmdb, **env: str) -> Home:
    """Point a home at a simulated TMDB, in its environment and in its ``.env``.

    Its programs train few models: see `tests.parts.changed`.
    """
    values = {"TMDB_BASE_URL": tmdb.base_url, "TMDB_API_KEY": tmdb.api_key, "TMDB_MAX_RPS": "40"}
    values |= env
    home.env.update(values | FEW_MODELS)
    file = home.path / ".env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    file.chmod(0o600)
    return home


@pytest.fixture
def connected_home(home: Home, tmdb: SimulatedTmdb) -> Home:
    return connect(home, tmdb)

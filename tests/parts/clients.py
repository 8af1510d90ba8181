"""Clients of the simulated TMDB."""

import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.parts.faulty_tmdb import SimulatedTmdb
from tmdbdash.tmdb.client import ListQuery, TmdbClient

POPULAR = ListQuery()
Connect = Callable[..., TmdbClient]


@pytest.fixture
def connect(tmdb: SimulatedTmdb) -> Iterator[Connect]:
    """Clients of the simulated TMDB, quick to try again."""
    opened: list[TmdbClient] = []

    def connected(**changes: Any) -> TmdbClient:
        given = {"base_url": tmdb.base_url, "api_key": tmdb.api_key, "budget": 20.0, **changes}
        opened.append(TmdbClient(**{"max_rps": 40.0, "backoff": 0.01, **given}))
        return opened[-1]

    yield connected
    for client in opened:
        client.close()


def everything(error: BaseException) -> str:
    """All text that an exception and those behind it can show, tracebacks included."""
    texts: list[str] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        item = waiting.pop()
        if item is not None:
            texts += [str(item), repr(item), repr(item.args), repr(vars(item))]
            texts += traceback.format_exception(item)
            waiting += [item.__cause__, item.__context__]
    return "\n".join(texts)

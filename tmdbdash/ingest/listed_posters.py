"""Posters of the latest list: those that are missing are fetched, those that nobody has are not.

Nothing here is worth a failed tick: what cannot be had is counted, logged, and asked for again the
next day.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tmdbdash.errors import TmdbdashError, TmdbError
from tmdbdash.ingest.fetching import fan_out
from tmdbdash.poster_files import (
    POSTER_PATH,
    Attempts,
    poster_file,
    prune,
    save_poster,
    stored_posters,
)
from tmdbdash.tmdb.posters import WORKERS, PosterClient

if TYPE_CHECKING:
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

MOST = 40
"""Posters of one tick: the films of the two pages that `ingest` reads by default."""
MOST_SECONDS = 20.0
"""For which a tick asks for posters, so that an image host that hangs holds up no page."""


@dataclass(frozen=True, slots=True)
class PosterCounts:
    """How many posters a tick has fetched, and how many it could not have."""

    fetched: int = 0
    failed: int = 0


def update_posters(
    store: Store,
    folder: Path,
    *,
    image_url: str,
    now: datetime,
    seconds: float,
    max_rps: float,
    most: int = MOST,
) -> PosterCounts:
    """Fetch what is missing of the latest list, at most ``most``, and prune once a day.

    Requests are made for ``seconds``, at most for `MOST_SECONDS`. A poster that could not be had
    is not asked for again for a day. Raises nothing of `TmdbdashError` or `OSError`: that is
    logged.
    """
    try:
        attempts = Attempts.read(folder, now)
        if attempts.pruned_at is None:
            prune(folder, store.fetch_poster_paths(stored_posters(folder)))
            attempts.pruned_at = now
            attempts.save(folder)
        missing = _missing(store, folder, attempts)[:most]
        if not missing or seconds <= 0:
            return PosterCounts()
        with PosterClient(
            image_url=image_url, budget=min(seconds, MOST_SECONDS), max_rps=max_rps
        ) as client:
            return _fetch(client, folder, missing, attempts, now)
    except (TmdbdashError, OSError) as error:
        log.warning("posters could not be brought up to date: %s", error)
        return PosterCounts()


def _missing(store: Store, folder: Path, attempts: Attempts) -> list[str]:
    """The poster paths of the latest list, by rank, that have no file and were not asked for."""
    return [
        path
        for path in store.fetch_listed_poster_paths()
        if POSTER_PATH.fullmatch(path)
        and path not in attempts.failed
        and poster_file(folder, path) is None
    ]


def _fetch(
    client: PosterClient, folder: Path, paths: Sequence[str], attempts: Attempts, now: datetime
) -> PosterCounts:
    def fetch(number: int) -> None:
        content = client.fetch(paths[number])
        try:
            save_poster(folder, paths[number], content)
        except ValueError as error:
            raise TmdbError(f"not a poster: {error}") from None

    outcome = fan_out(fetch, range(len(paths)), workers=WORKERS, abort=client.abort)
    for number, error in outcome.failures.items():
        log.info("poster %s: %s", paths[number], error)
        attempts.failed[paths[number]] = now
    if outcome.failures:
        attempts.save(folder)
    return PosterCounts(len(outcome.results), len(outcome.failures))

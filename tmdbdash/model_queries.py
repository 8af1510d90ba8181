"""The commands `predict --explain` and `estimate`: they read, and change nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tmdbdash.errors import UsageError
from tmdbdash.job_runner import Clock
from tmdbdash.settings import Settings
from tmdbdash.storage import open_empty_store, open_store_read_only
from tmdbdash.utc import utc_now

if TYPE_CHECKING:
    from tmdbdash.learning.jobs.estimate import EstimateReport, FilmIdea
    from tmdbdash.learning.jobs.explain import ExplainedFilm

_LANGUAGE = re.compile(r"[a-z]{2}")
_FIRST = date(1874, 1, 1)
"""Older than the first film."""
_YEARS_AHEAD = 20


def explain(settings: Settings, tmdb_id: int, *, clock: Clock = utc_now) -> ExplainedFilm:
    """One stored film's predictions with their contributions.

    Raises `UsageError` for a film that is not stored, `NotReadyError` without a usable model.
    """
    with open_store_read_only(settings) or open_empty_store() as store:
        from tmdbdash.learning.jobs.explain import explain as explain_film

        return explain_film(store, settings.models_dir, tmdb_id, clock())


def estimate(settings: Settings, idea: FilmIdea, *, clock: Clock = utc_now) -> EstimateReport:
    """The estimate for a film that is described, not stored.

    Raises `UsageError` for an empty title, and `NotReadyError` where too few films are stored to
    learn from.
    """
    if not idea.title.strip():
        raise UsageError("--title is empty: give the film a name")
    with open_store_read_only(settings) or open_empty_store() as store:
        from tmdbdash.learning.jobs.estimate import estimate as estimate_film

        return estimate_film(store, idea, clock())


def genre_list(text: str) -> tuple[str, ...]:
    """TMDB's genre names in a comma-separated list, in any case, each once.

    Raises `UsageError`, with the names there are, for any other name and for none.
    """
    from tmdbdash.tmdb.genres import GENRES, genre_id

    names: Sequence[str] = [part for part in text.split(",") if part.strip()]
    if not names:
        known = ", ".join(sorted(GENRES.values()))
        raise UsageError(f"--genres names no genre; the genres are: {known}")
    return tuple(dict.fromkeys(GENRES[genre_id(name)] for name in names))


def release_day(text: str, now: datetime) -> date:
    """The date of release; raises `UsageError` for another text, and for a year out of range."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"--release {text!r} is not a date: write it as 2026-12-18") from None
    last = now.astimezone(UTC).year + _YEARS_AHEAD
    if day < _FIRST or day.year > last:
        raise UsageError(f"--release {text} is not from {_FIRST.year} to {last}")
    return day


def language_code(text: str) -> str:
    """TMDB's two-letter code of a language; raises `UsageError` for anything else."""
    code = text.strip().lower()
    if not _LANGUAGE.fullmatch(code):
        raise UsageError(
            f"--language {text!r} is not a language code: write two letters, such as en, fr or ja"
        )
    return code


def names_of(option: str, given: Sequence[str]) -> tuple[str, ...]:
    """Names of people or companies, each once; raises `UsageError` for a blank one."""
    from tmdbdash.tmdb import cleaning

    names = [cleaning.line(name) for name in given]
    if None in names:
        raise UsageError(f"{option} is empty: give a name, or leave it out")
    return tuple(dict.fromkeys(name for name in names if name is not None))

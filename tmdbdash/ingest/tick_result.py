"""The outcome of a tick, as its row of ``runs`` and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tmdbdash.errors import TmdbError
from tmdbdash.records import Movie, Run, as_dict
from tmdbdash.redaction import redact
from tmdbdash.utc import iso

_TOP_KEYS = ("rank", "tmdb_id", "title", "popularity", "vote_count", "vote_average")


@dataclass(frozen=True, slots=True, kw_only=True)
class TickResult:
    """The outcome of a tick, "ok" or "incomplete", its counts, and the list's first ten films.

    ``films_unchanged`` counts films of which at most a time changed. ``details_left`` are left for
    the next tick. ``message`` is a sentence on pages or details that are missing, if any are.
    ``requests`` are those of TMDB's API, which posters are not.
    """

    source: str
    observed_at: datetime
    outcome: str
    message: str | None
    pages_wanted: int
    pages_read: int
    requests: int
    films_seen: int
    films_new: int
    films_changed: int
    films_unchanged: int
    snapshots: int
    details_fetched: int
    details_failed: int
    details_left: int
    dry_run: bool
    top: tuple[Movie, ...]
    posters_fetched: int = 0
    posters_failed: int = 0

    @property
    def exit_code(self) -> int:
        """0, or 3 for an incomplete read."""
        return 0 if self.outcome == "ok" else TmdbError.exit_code

    def to_run(self, started_at: datetime, finished_at: datetime) -> Run:
        """The row of ``runs`` that is stored with the tick."""
        return Run(
            job="ingest",
            started_at=started_at,
            finished_at=finished_at,
            outcome=self.outcome,
            exit_code=self.exit_code,
            source=self.source,
            requests=self.requests,
            films_seen=self.films_seen,
            films_new=self.films_new,
            films_changed=self.films_changed,
            films_unchanged=self.films_unchanged,
            message=None if self.message is None else redact(self.message),
        )

    def as_json(self) -> dict[str, object]:
        """The result as plain JSON values."""
        top = [{key: getattr(movie, key) for key in _TOP_KEYS} for movie in self.top]
        return as_dict(self) | {"observed_at": iso(self.observed_at), "top": top}

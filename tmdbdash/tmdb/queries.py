"""Queries for lists of films, and their parameters at TMDB."""

from __future__ import annotations

from dataclasses import dataclass

from tmdbdash.errors import UsageError
from tmdbdash.tmdb.cleaning import FIRST_YEAR, LAST_YEAR
from tmdbdash.tmdb.genres import genre_id

SOURCES = ("popular", "discover")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The list that a tick reads: "popular", or "discover" with filters, and how many pages of it.

    ``genres`` are English names, all of which a film must have. Years are inclusive.
    """

    source: str = "popular"
    genres: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    min_votes: int | None = None
    pages: int = 2

    def params(self) -> dict[str, str]:
        """TMDB's parameters for the filters; raises `UsageError` where they make no sense."""
        if self.source not in SOURCES:
            raise UsageError(f"the source must be one of {', '.join(SOURCES)}")
        for year in (self.year_from, self.year_to):
            if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
                raise UsageError(f"years must lie between {FIRST_YEAR} and {LAST_YEAR}")
        if self.year_from and self.year_to and self.year_from > self.year_to:
            raise UsageError(f"no film is from {self.year_from} on and until {self.year_to}")
        if self.min_votes is not None and self.min_votes < 0:
            raise UsageError("the least number of votes cannot be negative")
        if self.source == "popular":
            return {}
        params = {"include_adult": "false", "sort_by": "popularity.desc"}
        if self.genres:
            params["with_genres"] = ",".join(str(genre_id(name)) for name in self.genres)
        if self.year_from is not None:
            params["primary_release_date.gte"] = f"{self.year_from}-01-01"
        if self.year_to is not None:
            params["primary_release_date.lte"] = f"{self.year_to}-12-31"
        if self.min_votes is not None:
            params["vote_count.gte"] = str(self.min_votes)
        return params

"""Known films found by IMDb's id, or by title and year, for rows without TMDB's id."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tmdbdash.importing.observations import ReplayStore
    from tmdbdash.records import FilmFacts


_ARTICLES = re.compile(r"^(?:the|a|an) ")


class FilmFinder:
    """Finds films among those stored at its first use; each index is made when needed."""

    def __init__(self, store: ReplayStore) -> None:
        self._store = store
        self._by_imdb: dict[str, int] | None = None
        self._by_title: dict[tuple[str, int], set[int]] | None = None

    def find(self, facts: FilmFacts) -> int | str:
        """The film's id, or a sentence why it was not found."""
        if facts.imdb_id is not None:
            found = self._imdb_index().get(facts.imdb_id)
            return found or f"no film known here has the IMDb id {facts.imdb_id}"
        title = facts.title or facts.original_title
        if title is None or facts.release_date is None:
            return "no id, and no title with a year by which to find the film"
        year = facts.release_date.year
        index = self._title_index()
        films = index.get((folded(title), year), set())
        if not films:  # festivals and countries differ by a year
            near = [index.get((folded(title), year + step), set()) for step in (-1, 1)]
            films = set().union(*near)
        if len(films) == 1:
            return next(iter(films))
        if films:
            return f"{len(films)} known films are called {title!r} ({year})"
        return f"no film known here is called {title!r} ({year})"

    def _imdb_index(self) -> dict[str, int]:
        if self._by_imdb is None:
            columns = self._store.fetch_movie_columns(["tmdb_id", "imdb_id"])
            self._by_imdb = {
                imdb: tmdb
                for tmdb, imdb in zip(columns["tmdb_id"], columns["imdb_id"], strict=True)
                if imdb
            }
        return self._by_imdb

    def _title_index(self) -> dict[tuple[str, int], set[int]]:
        if self._by_title is None:
            names = ["tmdb_id", "title", "original_title", "release_date"]
            columns = self._store.fetch_movie_columns(names)
            self._by_title = {}
            for film, title, original, day in zip(*(columns[name] for name in names), strict=True):
                year = getattr(day, "year", None)
                for name in (title, original):
                    if isinstance(year, int) and name:
                        self._by_title.setdefault((folded(name), year), set()).add(film)
        return self._by_title


def folded(title: str) -> str:
    """The key of a title: without case, accents, marks and an article before it."""
    plain = unicodedata.normalize("NFKD", title.casefold()).replace("&", " and ")
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return _ARTICLES.sub("", " ".join(letters.split())) or title.casefold().strip()

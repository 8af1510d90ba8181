"""Addresses within the site, relative to a page: the site may lie below any path."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that one page uses.

    ``root`` leads to the site's folder, ``home`` to that of the page's language; both are empty or
    end with a slash. ``own_pages`` are the films with a page of their own, ``posters`` the
    addresses of posters by film, from the site's folder or with a scheme.
    """

    root: str = ""
    home: str = ""
    own_pages: Set[int] = frozenset()
    posters: Mapping[int, str] = field(default_factory=dict)

    def film(self, tmdb_id: int) -> str:
        """The film's page."""
        own = tmdb_id in self.own_pages
        return f"{self.home}film/{tmdb_id}.html" if own else f"{self.home}film.html?id={tmdb_id}"

    def poster(self, tmdb_id: int) -> str | None:
        """The film's poster, ``None`` where there is none to show."""
        found = self.posters.get(tmdb_id)
        return found if found is None or found.startswith("https://") else self.root + found

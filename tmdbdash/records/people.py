"""Who made a film, what it is about, and for what age it is."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {"director": "directors", "writer": "writers", "cast": "cast"}
"""The roles that people have in a film, and the field of `Movie` for each."""
CAST = 5
"""Of a film's cast the first ones, in TMDB's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person by name; ``person_id`` is TMDB's, ``None`` where a file gives names alone."""

    name: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A keyword by name; ``keyword_id`` is TMDB's, ``None`` where a file gives names alone."""

    name: str
    keyword_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """The certification of a film in a country: ("US", "PG-13")."""

    country: str
    certification: str

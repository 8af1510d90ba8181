"""Which films have a poster to show, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tmdbdash.poster_files import POSTER_PATH, stored_posters
from tmdbdash.report.query.page_queries import Rows

IMAGES = "https://image.tmdb.org/t/p/w185"
"""Where the reader's browser gets posters from, where settings allow that."""


@dataclass(frozen=True, slots=True)
class FilmPosters:
    """Addresses by film, and the files to publish by their path in the site's folder.

    An address is such a path, or one with a scheme.
    """

    addresses: Mapping[int, str] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)


def film_posters(rows: Rows, setting: str, folder: Path) -> FilmPosters:
    """The posters of the tracked films by the setting "local", "remote" or "off"."""
    paths = {
        film.tmdb_id: film.poster_path
        for film in rows.tracked.values()
        if film.poster_path and POSTER_PATH.fullmatch(film.poster_path)
    }
    if setting == "remote":
        return FilmPosters({tmdb_id: IMAGES + path for tmdb_id, path in paths.items()})
    if setting != "local":
        return FilmPosters()
    stored = stored_posters(folder)
    found = {
        tmdb_id: stored[stem]
        for tmdb_id, path in paths.items()
        if (stem := path.rpartition(".")[0]) in stored
    }
    return FilmPosters(
        {tmdb_id: f"posters/{file.name}" for tmdb_id, file in found.items()},
        {f"posters/{file.name}": file for file in found.values()},
    )

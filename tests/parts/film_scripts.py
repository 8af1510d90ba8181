"""What the scripts of all films pass to a page."""

import json
import re
from typing import Any

from tmdbdash.report.films.film_files import FilmFiles

SCRIPT = re.compile(
    r'\(self\.tmdbdash=self\.tmdbdash\|\|\{passed:\{\}\}\)\.passed\["([a-z0-9-]+)"\]=(.*);\n',
    re.DOTALL,
)


def received(content: bytes) -> tuple[str, Any]:
    """What a script passes to the page, and under which name."""
    found = SCRIPT.fullmatch(content.decode())
    assert found is not None
    return found[1], json.loads(found[2])


def library_of(made: FilmFiles) -> dict[str, Any]:
    """The paths of the table and of the shards."""
    name, value = received(made.files[f"assets/library.{made.library}.js"])
    assert name == "library"
    found: dict[str, Any] = value
    return found


def table_of(made: FilmFiles) -> dict[str, Any]:
    _, value = received(made.files[library_of(made)["films"]])
    found: dict[str, Any] = value
    return found


def shards_of(made: FilmFiles) -> list[dict[str, Any]]:
    found = []
    for number, path in enumerate(library_of(made)["shards"]):
        name, value = received(made.files[path])
        assert name == f"shard-{number:02d}"
        assert path.startswith(f"assets/{name}.")
        found.append(value)
    return found


def details_of(made: FilmFiles, tmdb_id: int) -> dict[str, Any]:
    shards = shards_of(made)
    found: dict[str, Any] = shards[tmdb_id % len(shards)][str(tmdb_id)]
    return found

"""All tracked films in columns, as the page loads them when someone looks for one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tmdbdash.report.query.page_queries import EXPECTED_COLUMNS, Rows
from tmdbdash.report.values import finite, plain, title_of

PREDICTED = (
    "predicted_popularity",
    "predicted_popularity_low",
    "predicted_popularity_high",
    "predicted_vote_average",
)


def film_table(rows: Rows) -> dict[str, Any]:
    """``columns``, each a list in order of tmdb_id, and the ``genre_names`` that they refer to.

    Numbers are rounded to what the page can show; ``rank`` is the place in the latest list.
    """
    table = rows.table
    ids = table["tmdb_id"]
    listed = rows.listing.entries if rows.listing else ()
    ranks = {entry.tmdb_id: entry.rank for entry in listed}
    names, genres = _genres(table["genres"])
    expected = {tmdb_id: place for place, tmdb_id in enumerate(rows.expected["tmdb_id"])}
    places = [expected.get(tmdb_id) for tmdb_id in ids]
    columns = {
        "tmdb_id": list(ids),
        "title": [
            title_of(*film)
            for film in zip(table["title"], table["original_title"], ids, strict=True)
        ],
        "release_date": [plain(day) for day in table["release_date"]],
        "genres": genres,
        "language": list(table["language"]),
        "popularity": [rounded(value, "popularity") for value in table["popularity"]],
        "vote_count": list(table["vote_count"]),
        "vote_average": [rounded(value, "vote_average") for value in table["vote_average"]],
        "rank": [ranks.get(tmdb_id) for tmdb_id in ids],
    }
    for name in PREDICTED:
        values = rows.expected[name]
        columns[name] = [
            None if place is None else rounded(values[place], name) for place in places
        ]
    return {"columns": columns, "genre_names": names}


def rounded(value: float | None, name: str) -> float | None:
    """A figure to the digits that tell films apart: ratings to 2, popularity to 3."""
    known = finite(value)
    return None if known is None else round(known, 2 if "vote_average" in name else 3)


def expectation(rows: Rows, place: int) -> dict[str, Any]:
    """One film's row of what is expected, by column."""
    return {name: rows.expected[name][place] for name in EXPECTED_COLUMNS}


def _genres(texts: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """The names of all genres in order, and each film's as places among them."""
    split = [text.split(",") if text else [] for text in texts]
    names = sorted({name for film in split for name in film})
    places = {name: place for place, name in enumerate(names)}
    return names, [[places[name] for name in film] for film in split]

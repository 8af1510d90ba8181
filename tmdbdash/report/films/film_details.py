"""What is known of one film beside its line in the table, as the page opens it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tmdbdash.records import Contribution, FilmEmbedding, Forecast, NearFilm
from tmdbdash.report.films.film_table import expectation, rounded
from tmdbdash.report.query.page_queries import Columns, Rows
from tmdbdash.report.values import TARGETS, finite, plain, title_of

if TYPE_CHECKING:
    from tmdbdash.storage.past_values import Point

FACTS = (
    "original_title",
    "overview",
    "tagline",
    "runtime",
    "status",
    "budget",
    "revenue",
    "collection",
    "imdb_id",
)
LISTS = {
    "companies": "production_companies",
    "countries": "production_countries",
    "languages": "spoken_languages",
}
MOST_NAMES = 5
"""Companies, countries and languages of a film; the first ones are the main ones."""
DETAIL_COLUMNS = ("tmdb_id", *FACTS, *LISTS.values(), "poster_path")
POSTER_PATH = re.compile(r"/[A-Za-z0-9_-]{1,100}\.(jpg|png)")
"""What TMDB's poster paths look like; nothing else becomes part of an image's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailRows:
    """Database rows of some films: facts in `DETAIL_COLUMNS`, and the rest by film."""

    facts: Columns
    points: Mapping[int, Sequence[Point]] = field(default_factory=dict)
    contributions: Sequence[Contribution] = ()
    places: Mapping[int, FilmEmbedding] = field(default_factory=dict)
    near: Mapping[int, Sequence[NearFilm]] = field(default_factory=dict)


class Details:
    """Makes the details of films; holds what is looked up for each of them in ``rows``."""

    def __init__(self, rows: Rows, *, posters: bool) -> None:
        self._rows = rows
        self._posters = posters
        self._in_table = {tmdb_id: n for n, tmdb_id in enumerate(rows.table["tmdb_id"])}
        self._expected = {tmdb_id: n for n, tmdb_id in enumerate(rows.expected["tmdb_id"])}
        self._groups = {group.group_no: group.codes for group in rows.groups}
        self._forecasts: dict[int, list[Forecast]] = {}
        for forecast in rows.forecasts:
            self._forecasts.setdefault(forecast.tmdb_id, []).append(forecast)

    def of(self, found: DetailRows) -> dict[int, dict[str, Any]]:
        """The details of these films by id, as plain JSON values."""
        moves: dict[int, list[Contribution]] = {}
        for contribution in found.contributions:
            moves.setdefault(contribution.tmdb_id, []).append(contribution)
        made = {}
        for row in zip(*(found.facts[name] for name in DETAIL_COLUMNS), strict=True):
            film = dict(zip(DETAIL_COLUMNS, row, strict=True))
            tmdb_id = film["tmdb_id"]
            place = found.places.get(tmdb_id)
            made[tmdb_id] = {
                "facts": self._facts(film),
                "history": [_point(point) for point in found.points.get(tmdb_id, ())],
                "predictions": self._predictions(tmdb_id),
                "moves": _moves(moves.get(tmdb_id)),
                "forecasts": [_forecast(made) for made in self._forecasts.get(tmdb_id, ())],
                "group": self._group(place),
                "hit_chance": _share(place.hit_chance if place else None),
                "near": self._near(found.near.get(tmdb_id, ())),
            }
        return made

    def _facts(self, film: Mapping[str, Any]) -> dict[str, Any]:
        """What is known; nothing is said of the rest."""
        facts = {name: film[name] for name in FACTS if film[name]}
        for name, column in LISTS.items():
            if film[column]:
                facts[name] = list(film[column][:MOST_NAMES])
        if self._posters and POSTER_PATH.fullmatch(film["poster_path"] or ""):
            facts["poster_path"] = film["poster_path"]
        return facts

    def _predictions(self, tmdb_id: int) -> dict[str, Any]:
        place = self._expected.get(tmdb_id)
        if place is None:
            return {}
        made = expectation(self._rows, place)
        return {
            target: {
                "predicted": rounded(made[f"predicted_{target}"], target),
                "low": rounded(made[f"predicted_{target}_low"], target),
                "high": rounded(made[f"predicted_{target}_high"], target),
                "actual": rounded(made[f"actual_{target}"], target),
                "model": self._model(target, made["mode"]),
                "mode": made["mode"],
                "basis": made["basis"],
            }
            for target in TARGETS
            if finite(made[f"predicted_{target}"]) is not None
        }

    def _model(self, target: str, mode: str | None) -> str | None:
        """The name of the model that is shown for films of this mode."""
        training = self._rows.training
        champions = training.champions if training else {}
        key = f"{target}/early" if mode == "early" else target
        return champions.get(key, self._rows.model)

    def _group(self, place: FilmEmbedding | None) -> list[str] | None:
        codes = self._groups.get(place.group_no) if place and place.group_no is not None else None
        return None if codes is None else list(codes)

    def _near(self, near: Sequence[NearFilm]) -> list[dict[str, Any]]:
        table = self._rows.table
        places = [(film.other_id, self._in_table.get(film.other_id)) for film in near]
        return [
            {
                "tmdb_id": tmdb_id,
                "title": title_of(table["title"][n], table["original_title"][n], tmdb_id),
                "release_date": plain(table["release_date"][n]),
            }
            for tmdb_id, n in places
            if n is not None
        ]


def _point(point: Point) -> list[float | None]:
    return [
        point.at,
        rounded(point.popularity, "popularity"),
        point.vote_count,
        rounded(point.vote_average, "vote_average"),
        point.rank,
    ]


def _moves(contributions: Sequence[Contribution] | None) -> dict[str, list[list[Any]]] | None:
    """The groups of features by what they moved, the largest first; ``None`` where none is kept."""
    if not contributions:
        return None
    known = [made for made in contributions if finite(made.value) is not None]
    ordered = sorted(known, key=lambda made: (-abs(made.value), made.feature_group))
    return {
        target: [[m.feature_group, round(m.value, 4)] for m in ordered if m.target == target]
        for target in TARGETS
    }


def _forecast(made: Forecast) -> dict[str, Any]:
    return {
        "days": made.days,
        "at": int((made.origin_at + timedelta(days=made.days)).timestamp()),
        "popularity": rounded(made.popularity, "popularity"),
        "low": rounded(made.low, "popularity"),
        "high": rounded(made.high, "popularity"),
        "basis": made.basis,
    }


def _share(value: float | None) -> float | None:
    known = finite(value)
    return None if known is None else round(known, 3)

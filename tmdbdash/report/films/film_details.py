"""The details of each film that its line in the table leaves out, as JSON values. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from tmdbdash.records import Contribution, FilmEmbedding, Forecast, NearFilm
from tmdbdash.records.evaluation import TaskEvaluation
from tmdbdash.records.tasks import RELEASED, TARGET_NAMES, Task
from tmdbdash.report.panels.all_films import TableFilm
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.tracked_films import ExpectedFilm
from tmdbdash.report.values import finite, json_value, record_json, rounded

if TYPE_CHECKING:
    from tmdbdash.storage.past_values import Point

LEAST_FOR_THIRDS = 30
"""Films below which a third is no group."""
MOST_NAMES = 5
"""Companies, countries and languages of a film; the first ones are the main ones."""


class FactRow(NamedTuple):
    """A row of ``movies``; the fields are its columns."""

    tmdb_id: int
    original_title: str | None
    overview: str | None
    tagline: str | None
    runtime: int | None
    status: str | None
    budget: int | None
    revenue: int | None
    collection: str | None
    imdb_id: str | None
    production_companies: tuple[str, ...] | None
    production_countries: tuple[str, ...] | None
    spoken_languages: tuple[str, ...] | None


FACTS = FactRow._fields[1:10]
"""The facts that are passed on unchanged: from the original title to the IMDb id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailRows:
    """Database rows of some films: their facts, and the rest by film."""

    facts: Sequence[FactRow]
    points: Mapping[int, Sequence[Point]] = field(default_factory=dict)
    contributions: Sequence[Contribution] = ()
    embeddings: Mapping[int, FilmEmbedding] = field(default_factory=dict)
    near: Mapping[int, Sequence[NearFilm]] = field(default_factory=dict)


class Details:
    """Makes the details of films from ``rows``, which it indexes once for all of them."""

    def __init__(self, rows: Rows, lines: Sequence[TableFilm], posters: Mapping[int, str]) -> None:
        self._rows = rows
        self._lines = {line.tmdb_id: line for line in lines}
        self._ranked = {line.rank: line for line in lines if line.rank is not None}
        self._places_before = rows.places_before("7d")
        self._listed = {line.tmdb_id for line in lines if line.rank is not None}
        self._thirds = _thirds(rows)
        self._posters = posters
        self._clusters = {cluster.group_no: cluster.codes for cluster in rows.clusters}
        self._forecasts: dict[int, list[Forecast]] = {}
        for forecast in rows.forecasts:
            self._forecasts.setdefault(forecast.tmdb_id, []).append(forecast)

    def of(self, found: DetailRows) -> dict[int, dict[str, object]]:
        """The details of these films by id, as plain JSON values."""
        contributions: dict[int, list[Contribution]] = {}
        for contribution in found.contributions:
            contributions.setdefault(contribution.tmdb_id, []).append(contribution)
        details: dict[int, dict[str, object]] = {}
        for film in found.facts:
            tmdb_id = film.tmdb_id
            embedding = found.embeddings.get(tmdb_id)
            details[tmdb_id] = {
                **self._line(tmdb_id),
                "facts": self._facts(film),
                "poster": self._posters.get(tmdb_id),
                "history": [_point(point) for point in found.points.get(tmdb_id, ())],
                "predictions": self._predictions(tmdb_id),
                "moves": _contributions(contributions.get(tmdb_id)),
                "forecasts": [_forecast(one) for one in self._forecasts.get(tmdb_id, ())],
                "group": self._cluster(embedding),
                "hit_chance": rounded(embedding.hit_chance, 3) if embedding else None,
                "near": self._near(found.near.get(tmdb_id, ())),
            }
        return details

    def _line(self, tmdb_id: int) -> dict[str, object]:
        """The film's line of the table, with genres as a list, and its neighbours in the list.

        ``week`` has popularity and place of seven days before, where these are known.
        """
        line = self._lines[tmdb_id]
        own = record_json(line) | {"genres": line.genres.split(",") if line.genres else []}
        neighbours = {}
        for name, rank in (("before", -1), ("after", 1)):
            other = self._ranked.get(line.rank + rank) if line.rank is not None else None
            neighbours[name] = other and [other.tmdb_id, other.title, other.rank]
        week = self._rows.past.ago.get("7d", {}).get(tmdb_id)
        before = week and [rounded(week.popularity), self._places_before.get(tmdb_id)]
        return {"film": own, "week": before, **neighbours}

    def _facts(self, film: FactRow) -> dict[str, object]:
        """The facts that are known, by name."""
        facts = {name: fact for name in FACTS if (fact := getattr(film, name))}
        names = {
            "companies": film.production_companies,
            "countries": film.production_countries,
            "languages": film.spoken_languages,
        }
        facts |= {name: list(listed[:MOST_NAMES]) for name, listed in names.items() if listed}
        return facts

    def _predictions(self, tmdb_id: int) -> dict[str, object]:
        made = self._rows.expected.get(tmdb_id)
        if made is None:
            return {}
        return {
            target: {
                **{name: rounded(value) for name, value in figures.items()},
                "model": self._model(target, made.mode),
                "mode": made.mode,
                "basis": made.basis_of(target),
                "coverage": rounded(coverage, 3),
                "coverage_of": like,
            }
            for target in TARGET_NAMES
            for coverage, like in [self._coverage(target, made)]
            if finite((figures := made.of(target)._asdict())["predicted"]) is not None
        }

    def _model(self, target: str, mode: str | None) -> str | None:
        """The name of the model that is shown for films of this mode."""
        training = self._rows.training
        champions = training.champions if training else {}
        return champions.get(Task(target, mode or RELEASED).key, self._rows.model)

    def _coverage(self, target: str, made: ExpectedFilm) -> tuple[float | None, str]:
        """The measured coverage of intervals of the film's like, and which films those are.

        Of a film that no training had, that of the films newer than the models' own ("newer"), or
        live coverage where intervals are multiplied by what that asks for ("live"). Of others that
        of the third with such expected values ("overall").
        """
        if made.basis_of(target) != "unseen":
            return self._oof_coverage(target, made), "overall"
        for live in self._rows.live:
            if live.target == target and live.widening != 1.0:
                return live.coverage, "live"
        task = self._task(target, made)
        return task.coverage.temporal if task and task.coverage else None, "newer"

    def _oof_coverage(self, target: str, made: ExpectedFilm) -> float | None:
        task = self._task(target, made)
        if task is None or task.coverage is None:
            return None
        predicted = made.of(target).predicted
        ends = self._thirds.get((target, made.mode or RELEASED))
        if ends is None or predicted is None:
            return task.coverage.overall
        thirds = task.coverage.thirds
        own = (thirds.low, thirds.middle, thirds.high)[sum(predicted > end for end in ends)]
        return task.coverage.overall if own is None else own

    def _task(self, target: str, made: ExpectedFilm) -> TaskEvaluation | None:
        """The evaluation of the models for films of this mode."""
        wanted = target, made.mode or RELEASED
        tasks = self._rows.evaluation.tasks if self._rows.evaluation else ()
        return next((task for task in tasks if (task.target, task.mode) == wanted), None)

    def _cluster(self, embedding: FilmEmbedding | None) -> list[str] | None:
        if embedding is None or embedding.group_no not in self._clusters:
            return None
        return list(self._clusters[embedding.group_no])

    def _near(self, near: Iterable[NearFilm]) -> list[dict[str, object]]:
        films = [self._rows.tracked.get(film.other_id) for film in near]
        return [
            {
                "tmdb_id": film.tmdb_id,
                "title": film.shown_title,
                "release_date": json_value(film.release_date),
                "listed": film.tmdb_id in self._listed,
            }
            for film in films
            if film is not None
        ]


def _thirds(rows: Rows) -> dict[tuple[str, str], tuple[float, float]]:
    """For each target and mode the expected values at which the second and last third begin."""
    values: dict[tuple[str, str], list[float]] = {}
    for film in rows.expected.values():
        for target in TARGET_NAMES:
            predicted = finite(film.of(target).predicted)
            if predicted is not None and film.basis_of(target) == "out_of_fold":
                values.setdefault((target, film.mode or RELEASED), []).append(predicted)
    ends = {}
    for key, known in values.items():
        known.sort()
        if len(known) >= LEAST_FOR_THIRDS:
            ends[key] = (known[len(known) // 3], known[2 * len(known) // 3])
    return ends


def _point(point: Point) -> list[float | None]:
    return [
        point.at,
        rounded(point.popularity),
        point.vote_count,
        rounded(point.vote_average),
        point.rank,
    ]


def _contributions(
    contributions: Iterable[Contribution] | None,
) -> dict[str, list[tuple[str, float]]] | None:
    """Feature groups with their contributions by target, the largest first; ``None`` without."""
    if not contributions:
        return None
    known = [made for made in contributions if finite(made.value) is not None]
    ordered = sorted(known, key=lambda made: (-abs(made.value), made.feature_group))
    return {
        target: [(m.feature_group, round(m.value, 4)) for m in ordered if m.target == target]
        for target in TARGET_NAMES
    }


def _forecast(made: Forecast) -> dict[str, object]:
    return {
        "days": made.days,
        "at": int((made.origin_at + timedelta(days=made.days)).timestamp()),
        "popularity": rounded(made.popularity),
        "low": rounded(made.low),
        "high": rounded(made.high),
        "basis": made.method,
    }

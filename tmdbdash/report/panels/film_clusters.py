"""Clusters: which films are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tmdbdash.records import ClusterMark, FilmCluster
from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import text_value, title_of

TRAITS = {"votes": 0, "popularity": 1, "rating": 1, "runtime": 0, "year": 0}
"""What may mark a cluster, with the decimals of its median."""


class Example(NamedTuple):
    """A typical film of a cluster."""

    tmdb_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRow:
    """A cluster of films: its marks, some examples, and how stable the clusters are.

    ``name`` has codes, ``marks`` texts for the catalogue. ``share`` is of all clustered films;
    ``stability`` is one figure for all clusters together.
    """

    group: int
    name: tuple[str, ...]
    films: int
    share: float | None
    marks: tuple[Mapping[str, object], ...]
    examples: tuple[Example, ...]
    stability: float | None


def film_clusters(rows: Rows) -> tuple[ClusterRow, ...]:
    """The clusters of the newest study by number."""
    total = sum(cluster.films for cluster in rows.clusters)
    return tuple(
        ClusterRow(
            group=cluster.group_no,
            name=cluster.codes,
            films=cluster.films,
            share=cluster.films / total if total else None,
            marks=_marks(cluster.marks),
            examples=_examples(rows, cluster),
            stability=rows.clustering.ari if rows.clustering else None,
        )
        for cluster in rows.clusters
    )


def _marks(marks: Sequence[ClusterMark]) -> tuple[Mapping[str, object], ...]:
    """The two strongest, as texts such as "votes 155 (all films: 1,264)"."""
    return tuple(
        {
            "key": f"term.trait.{mark.trait}",
            "values": {
                "own": _trait(mark.trait, mark.median),
                "overall": _trait(mark.trait, mark.overall),
            },
        }
        for mark in marks[:2]
        if mark.trait in TRAITS
    )


def _trait(trait: str, value: float | None) -> dict[str, object] | str | None:
    """A trait's median as a text for the catalogue; a year has no separator."""
    if trait == "year":
        return None if value is None else str(round(value))
    return text_value("number", value, TRAITS[trait])


def _examples(rows: Rows, cluster: FilmCluster) -> tuple[Example, ...]:
    known = [film for film in cluster.examples if film in rows.named]
    return tuple(Example(film, _title(rows, film)) for film in known)


def _title(rows: Rows, tmdb_id: int) -> str:
    movie = rows.named.get(tmdb_id)
    if movie is None:
        return title_of("", None, tmdb_id)
    return title_of(movie.title, movie.original_title, tmdb_id)


CLUSTERS = Panel(
    id="groups",
    rows=film_clusters,
    columns=(
        Column(key="group"),
        Column(key="name", kind="term", term="mark"),
        Column(key="films"),
        Column(key="share", kind="share", minor=True),
        Column(key="marks", kind="said", minor=True),
        Column(key="examples", kind="films"),
        Column(key="stability", digits=2, minor=True),
    ),
)

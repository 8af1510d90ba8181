"""Hits and clusters: which films reach the top quarter, and which are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tmdbdash.records import FilmCluster
from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import isolated, label_of, number, title_of

TRAITS = {"votes": 0, "popularity": 1, "rating": 1, "runtime": 0, "year": 0}
"""What may mark a group, with the decimals of its median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: its code, and its value and what it means, to be said by the catalogue."""

    figure: str
    value: Mapping[str, Any]
    meaning: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceBin:
    """Films whose stated chances were alike: how many were hits, as shares.

    ``chance`` is the range of the chances, for the catalogue to say.
    """

    chance: Mapping[str, Any]
    films: int
    stated: float | None
    observed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RocPoint:
    """One threshold: the share of hits found for the share of others called hits by mistake."""

    curve: str
    false_alarms: float
    found: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A group of films: what marks it, some examples, and how stable the groups are.

    ``name`` holds codes, ``marks`` values to be said.
    ``share`` is of all films in groups; ``stability`` is one figure for all groups together.
    """

    group: int
    name: tuple[str, ...]
    films: int
    share: float | None
    marks: tuple[Mapping[str, Any], ...]
    examples: str
    stability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """A film's place in the plane that shows most of how films differ."""

    title: str
    group: tuple[str, ...]
    x: float
    y: float


def hit_figures(rows: Rows) -> tuple[Figure, ...]:
    """How well films in the top quarter are told from others, out-of-fold."""
    if rows.hits is None:
        return ()
    body = rows.hits
    confusion = body.get("confusion") or {}
    own = {
        "threshold": _said("share", number(body, "threshold")),
        "films": _said("number", number(body, "films")),
        "brier_of_share": _said("number", number(body, "brier_of_share"), 3),
    }
    figures = (
        ("found", number(confusion, "called_and_was"), 0, ("threshold",)),
        ("missed", number(confusion, "missed"), 0, ()),
        ("false_alarms", number(confusion, "called_but_was_not"), 0, ()),
        ("left_out", number(confusion, "neither"), 0, ()),
        ("cut", number(body, "cut"), 1, ("films",)),
        ("auc", number(body, "auc"), 3, ()),
        ("auc_without_votes", number(body, "auc_without_votes"), 3, ()),
        ("brier", number(body, "brier"), 3, ("brier_of_share",)),
        ("calibration_error", number(body, "calibration_error"), 3, ()),
    )
    return tuple(
        Figure(
            figure=code,
            value=_said("number", value, digits),
            meaning={"key": f"term.hit_meaning.{code}", "values": {key: own[key] for key in needs}},
        )
        for code, value, digits, needs in figures
        if value is not None
    )


def hit_reliability(rows: Rows) -> tuple[ChanceBin, ...]:
    """Stated chances of being a hit beside how many were."""
    return tuple(
        ChanceBin(
            chance={
                "key": "term.range",
                "values": {end: _said("share", number(part, end)) for end in ("from", "to")},
            },
            films=int(number(part, "films") or 0),
            stated=number(part, "stated"),
            observed=number(part, "observed"),
        )
        for part in (rows.hits or {}).get("reliability", ())
    )


def hit_roc(rows: Rows) -> tuple[RocPoint, ...]:
    """The ROC curve, and the line that tossing a coin would give."""
    points = (rows.hits or {}).get("roc", ())
    if not points:
        return ()
    curve = [RocPoint(curve="classifier", false_alarms=x, found=y) for x, y in points]
    coin = [RocPoint(curve="coin", false_alarms=n, found=n) for n in (0.0, 1.0)]
    return (*curve, *coin)


def film_groups(rows: Rows) -> tuple[GroupRow, ...]:
    """The groups of the newest study by number."""
    total = sum(group.films for group in rows.groups)
    return tuple(
        GroupRow(
            group=group.group_no,
            name=group.codes,
            films=group.films,
            share=group.films / total if total else None,
            marks=_marks(group.marks),
            examples=_examples(rows, group),
            stability=number(rows.grouping or {}, "ari"),
        )
        for group in rows.groups
    )


def film_map(rows: Rows) -> tuple[MapPoint, ...]:
    """Some films of each group where they lie, group by group."""
    names = {group.group_no: group.codes for group in rows.groups}
    return tuple(
        MapPoint(
            title=label_of(_title(rows, place.tmdb_id)),
            group=names[place.group_no],
            x=round(place.x, 2),
            y=round(place.y, 2),
        )
        for place in sorted(rows.places, key=lambda p: (p.group_no or 0, p.tmdb_id))
        if place.group_no in names and place.x is not None and place.y is not None
    )


def _marks(marks: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """The two strongest, to be said as in "votes 155 (all films: 1,264)"."""
    return tuple(
        {
            "key": f"term.trait.{mark['trait']}",
            "values": {
                "own": _trait(mark["trait"], number(mark, "median")),
                "overall": _trait(mark["trait"], number(mark, "overall")),
            },
        }
        for mark in marks[:2]
        if mark.get("trait") in TRAITS
    )


def _trait(trait: str, value: float | None) -> dict[str, Any] | str | None:
    """A trait's median, to be said; a year has no separator."""
    if trait == "year":
        return None if value is None else str(round(value))
    return _said("number", value, TRAITS[trait])


def _said(kind: str, value: float | None, digits: int = 0) -> dict[str, Any]:
    """A value for the catalogue to say."""
    return {"kind": kind, "value": value, "digits": digits}


def _examples(rows: Rows, group: FilmCluster) -> str:
    known = [film for film in group.examples if film in rows.named]
    return " · ".join(isolated(label_of(_title(rows, film))) for film in known)


def _title(rows: Rows, tmdb_id: int) -> str:
    movie = rows.named.get(tmdb_id)
    if movie is None:
        return title_of("", None, tmdb_id)
    return title_of(movie.title, movie.original_title, tmdb_id)


HITS = Panel(
    id="hits",
    rows=hit_figures,
    columns=(
        Column(key="figure", kind="term", term="hit_figure"),
        Column(key="value", kind="said"),
        Column(key="meaning", kind="said"),
    ),
)

CHANCE = Column(key="chance", kind="said")
RELIABILITY = Panel(
    id="reliability",
    half=True,
    folded=True,
    rows=hit_reliability,
    charts=(
        Chart(
            id="hit-reliability",
            kind="lines",
            series=(Series(key="stated"), Series(key="observed")),
            digits=2,
            label=CHANCE,
        ),
    ),
    columns=(
        CHANCE,
        Column(key="films"),
        Column(key="stated", kind="share", digits=1),
        Column(key="observed", kind="share", digits=1),
    ),
)

ROC = Panel(
    id="roc",
    half=True,
    rows=hit_roc,
    charts=(
        Chart(
            id="hit-roc",
            kind="points",
            series=(Series(key="found"),),
            digits=2,
            x="false_alarms",
            group=Column(key="curve", kind="term", term="curve"),
            joined=True,
        ),
    ),
    folded=True,
    lazy_table=True,
    columns=(
        Column(key="curve", kind="term", term="curve"),
        Column(key="false_alarms", kind="share", digits=1),
        Column(key="found", kind="share", digits=1),
    ),
)

GROUPS = Panel(
    id="groups",
    rows=film_groups,
    columns=(
        Column(key="group"),
        Column(key="name", kind="term", term="mark"),
        Column(key="films"),
        Column(key="share", kind="share", minor=True),
        Column(key="marks", kind="said", minor=True),
        Column(key="examples", kind="text"),
        Column(key="stability", digits=2, minor=True),
    ),
)

FILM_MAP = Panel(
    id="film_map",
    in_kiosk=True,
    rows=film_map,
    charts=(
        Chart(
            id="map-of-films",
            kind="points",
            series=(Series(key="y"),),
            digits=1,
            x="x",
            group=Column(key="group", kind="term", term="mark"),
        ),
    ),
    folded=True,
    lazy_table=True,
    columns=(
        Column(key="title", kind="text"),
        Column(key="group", kind="term", term="mark"),
        Column(key="x", digits=2),
        Column(key="y", digits=2),
    ),
)

"""Hits and clusters: which films reach the top quarter, and which are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tmdbdash.records import ClusterMark, FilmCluster
from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import isolated, label_of, title_of

TRAITS = {"votes": 0, "popularity": 1, "rating": 1, "runtime": 0, "year": 0}
"""What may mark a group, with the decimals of its median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: its code, and its value and meaning as texts for the catalogue."""

    figure: str
    value: Mapping[str, object]
    meaning: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityRow:
    """One bin: the predicted probability (``stated``) and the fraction of positives.

    ``chance`` is the bin's range, as a text for the catalogue.
    """

    chance: Mapping[str, object]
    films: int
    stated: float | None
    observed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RocRow:
    """One threshold: the false and the true positive rate."""

    curve: str
    false_alarms: float | None
    found: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A cluster of films: its marks, some examples, and how stable the clusters are.

    ``name`` holds codes, ``marks`` texts for the catalogue. ``share`` is of all clustered films;
    ``stability`` is one figure for all clusters together.
    """

    group: int
    name: tuple[str, ...]
    films: int
    share: float | None
    marks: tuple[Mapping[str, object], ...]
    examples: str
    stability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """A film's point on the first two principal axes, and its cluster."""

    title: str
    group: tuple[str, ...]
    x: float
    y: float


def hit_figures(rows: Rows) -> tuple[Figure, ...]:
    """How well a classifier finds the films in the top quarter, out of fold."""
    study = rows.hits
    if study is None:
        return ()
    confusion = study.confusion
    own = {
        "threshold": _value("share", study.probability_threshold),
        "films": _value("number", study.films),
        "brier_of_share": _value("number", study.reference_brier_score, 3),
    }
    figures: tuple[tuple[str, float | None, int, tuple[str, ...]], ...] = (
        ("found", confusion.true_positives, 0, ("threshold",)),
        ("missed", confusion.false_negatives, 0, ()),
        ("false_alarms", confusion.false_positives, 0, ()),
        ("left_out", confusion.true_negatives, 0, ()),
        ("cut", study.popularity_threshold, 1, ("films",)),
        ("auc", study.auc, 3, ()),
        ("auc_without_votes", study.auc_without_votes, 3, ()),
        ("brier", study.brier_score, 3, ("brier_of_share",)),
        ("calibration_error", study.calibration_error, 3, ()),
    )
    return tuple(
        Figure(
            figure=code,
            value=_value("number", value, digits),
            meaning={"key": f"term.hit_meaning.{code}", "values": {key: own[key] for key in needs}},
        )
        for code, value, digits, needs in figures
        if value is not None
    )


def hit_reliability(rows: Rows) -> tuple[ReliabilityRow, ...]:
    """Predicted probabilities of a hit beside the fractions that were hits."""
    return tuple(
        ReliabilityRow(
            chance={
                "key": "term.range",
                "values": {"from": _value("share", one.lower), "to": _value("share", one.upper)},
            },
            films=one.films,
            stated=one.predicted_probability,
            observed=one.fraction_of_positives,
        )
        for one in (rows.hits.reliability if rows.hits else ())
    )


def hit_roc(rows: Rows) -> tuple[RocRow, ...]:
    """The ROC curve, and that of a random classifier."""
    if rows.hits is None or not rows.hits.roc:
        return ()
    curve = [RocRow(curve="classifier", false_alarms=p.fpr, found=p.tpr) for p in rows.hits.roc]
    coin = [RocRow(curve="coin", false_alarms=n, found=n) for n in (0.0, 1.0)]
    return (*curve, *coin)


def film_groups(rows: Rows) -> tuple[GroupRow, ...]:
    """The clusters of the newest study by number."""
    total = sum(group.films for group in rows.groups)
    return tuple(
        GroupRow(
            group=group.group_no,
            name=group.codes,
            films=group.films,
            share=group.films / total if total else None,
            marks=_marks(group.marks),
            examples=_examples(rows, group),
            stability=rows.clustering.ari if rows.clustering else None,
        )
        for group in rows.groups
    )


def film_map(rows: Rows) -> tuple[MapPoint, ...]:
    """The points of some films of each cluster, cluster by cluster."""
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
    return _value("number", value, TRAITS[trait])


def _value(kind: str, value: float | None, digits: int = 0) -> dict[str, object]:
    """A number as a text for the catalogue."""
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

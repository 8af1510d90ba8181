"""Hits and groups: who is in the top quarter, and which films are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tmdbdash.records import FilmGroup
from tmdbdash.report.rows import Rows
from tmdbdash.report.sections.values import label_of, number, title_of
from tmdbdash.report.wording import number_text, share_text

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
"""Round a foreign title among others: its direction of writing ends with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure in words: what it is called, its value, and what it means."""

    figure: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceBin:
    """Films whose stated chances were alike: how many were hits. All but ``films`` are shares."""

    label: str
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

    ``share`` is of all films in groups; ``stability`` is one figure for all groups together.
    """

    group: int
    name: str
    films: int
    share: float | None
    marks: str
    examples: str
    stability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """A film's place in the plane that shows most of how films differ."""

    title: str
    group: str
    x: float
    y: float


def hit_figures(rows: Rows) -> tuple[Figure, ...]:
    """How well films in the top quarter are told from others, out-of-fold."""
    if rows.hits is None:
        return ()
    body = rows.hits
    confusion = body.get("confusion") or {}
    found, missed = number(confusion, "called_and_was"), number(confusion, "missed")
    alarms, neither = number(confusion, "called_but_was_not"), number(confusion, "neither")
    figures = (
        (
            "Hits found",
            found,
            0,
            "films in the top quarter to which the classifier gave a chance of at least "
            f"{share_text(number(body, 'threshold'))}",
        ),
        ("Hits missed", missed, 0, "films in the top quarter that it gave less"),
        ("False alarms", alarms, 0, "other films that it called hits"),
        ("Rightly left out", neither, 0, "other films that it did not call hits"),
        (
            "Popularity of a hit",
            number(body, "cut"),
            1,
            f"where the top quarter of the {number_text(number(body, 'films'))} films begins",
        ),
        (
            "AUC",
            number(body, "auc"),
            3,
            "how often a hit has the higher chance of a hit and another film: 1 is always, "
            "0.5 is tossing a coin",
        ),
        (
            "AUC without votes",
            number(body, "auc_without_votes"),
            3,
            "the same for a plain model that sees no votes: what can be told beforehand",
        ),
        (
            "Brier score",
            number(body, "brier"),
            3,
            "the mean squared error of the chances; always saying the share of hits has "
            f"{number_text(number(body, 'brier_of_share'), 3)}, and less is better",
        ),
        (
            "Calibration error",
            number(body, "calibration_error"),
            3,
            "how far stated chances are from what happened, on average",
        ),
    )
    return tuple(
        Figure(figure=name, value=number_text(value, digits), meaning=meaning)
        for name, value, digits, meaning in figures
        if value is not None
    )


def hit_reliability(rows: Rows) -> tuple[ChanceBin, ...]:
    """Stated chances of being a hit beside how many were."""
    return tuple(
        ChanceBin(
            label=f"{share_text(number(part, 'from'))} to {share_text(number(part, 'to'))}",
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
    curve = [RocPoint(curve="Classifier", false_alarms=x, found=y) for x, y in points]
    coin = [RocPoint(curve="Tossing a coin", false_alarms=n, found=n) for n in (0.0, 1.0)]
    return (*curve, *coin)


def film_groups(rows: Rows) -> tuple[GroupRow, ...]:
    """The groups of the newest study by number."""
    total = sum(group.films for group in rows.groups)
    return tuple(
        GroupRow(
            group=group.group_no,
            name=group.name,
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
    names = {group.group_no: group.name for group in rows.groups}
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


def _marks(marks: Sequence[Mapping[str, Any]]) -> str:
    """The two strongest, such as "votes 155 (all films: 1,264)"."""
    texts = []
    for mark in marks[:2]:
        trait = str(mark.get("trait"))
        own, overall = number(mark, "median"), number(mark, "overall")
        if trait == "year":
            told = [str(round(value)) if value is not None else "–" for value in (own, overall)]
        else:
            digits = 1 if trait in {"popularity", "rating"} else 0
            told = [number_text(value, digits) for value in (own, overall)]
        texts.append(f"{trait} {told[0]} (all films: {told[1]})")
    return ", ".join(texts)


def _examples(rows: Rows, group: FilmGroup) -> str:
    known = [film for film in group.examples if film in rows.named]
    return " · ".join(f"{ISOLATE}{label_of(_title(rows, film))}{END_ISOLATE}" for film in known)


def _title(rows: Rows, tmdb_id: int) -> str:
    movie = rows.named.get(tmdb_id)
    if movie is None:
        return title_of("", None, tmdb_id)
    return title_of(movie.title, movie.original_title, tmdb_id)

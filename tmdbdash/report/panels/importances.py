"""Feature importance, by group of features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tmdbdash.records import Importance
from tmdbdash.records.tasks import EARLY, TARGET_WORDS, Task
from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupImportance:
    """The importance of one feature group to the champions, for each target and mode.

    ``*_early`` are those of films without votes; ``*_spread`` are standard deviations.
    """

    group: str
    popularity: float | None
    popularity_spread: float | None
    popularity_early: float | None
    popularity_early_spread: float | None
    rating: float | None
    rating_spread: float | None
    rating_early: float | None
    rating_early_spread: float | None


def model_importances(rows: Rows) -> tuple[GroupImportance, ...]:
    """The feature groups by their importance for the popularity of released films."""
    found: dict[str, dict[str, Importance]] = {}
    champions = rows.training.champions if rows.training else {}
    for made in rows.importances:
        if champions.get(Task(made.target, made.mode).key) == made.model_name:
            early = "_early" if made.mode == EARLY else ""
            column = TARGET_WORDS.get(made.target, "") + early
            found.setdefault(made.feature_group, {})[column] = made
    groups = [_group_importance(group, by_column) for group, by_column in found.items()]
    return tuple(
        sorted(groups, key=lambda g: (-(g.popularity or 0.0), -(g.rating or 0.0), g.group))
    )


def _group_importance(group: str, by_column: Mapping[str, Importance]) -> GroupImportance:
    values: dict[str, float | None] = {}
    for column in ("popularity", "popularity_early", "rating", "rating_early"):
        made = by_column.get(column)
        values[column] = finite(made.importance) if made else None
        values[f"{column}_spread"] = finite(made.spread) if made else None
    return GroupImportance(group=group, **values)


GROUP = Column(key="group", kind="term", term="features")


def _importance_chart(target: str) -> Chart:
    return Chart(
        id=f"importance-{target}",
        kind="bars",
        series=(
            Series(key=target, spread=f"{target}_spread"),
            Series(key=f"{target}_early", spread=f"{target}_early_spread"),
        ),
        digits=3,
        label=GROUP,
    )


IMPORTANCES = Panel(
    id="importances",
    folded=True,
    rows=model_importances,
    charts=(_importance_chart("popularity"), _importance_chart("rating")),
    columns=(
        GROUP,
        Column(key="popularity", digits=3),
        Column(key="popularity_spread", digits=3, minor=True),
        Column(key="popularity_early", digits=3),
        Column(key="popularity_early_spread", digits=3, minor=True),
        Column(key="rating", digits=3),
        Column(key="rating_spread", digits=3, minor=True),
        Column(key="rating_early", digits=3),
        Column(key="rating_early_spread", digits=3, minor=True),
    ),
)

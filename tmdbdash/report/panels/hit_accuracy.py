"""Hits: how well a classifier finds the films in the top quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import text_value


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


def hit_figures(rows: Rows) -> tuple[Figure, ...]:
    """How well a classifier finds the films in the top quarter, out of fold."""
    study = rows.hits
    if study is None:
        return ()
    confusion = study.confusion
    own = {
        "threshold": text_value("share", study.probability_threshold),
        "films": text_value("number", study.films),
        "brier_of_share": text_value("number", study.reference_brier_score, 3),
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
            value=text_value("number", value, digits),
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
                "values": {
                    "from": text_value("share", one.lower),
                    "to": text_value("share", one.upper),
                },
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
        ),
    ),
    folded=True,
    columns=(
        Column(key="curve", kind="term", term="curve"),
        Column(key="false_alarms", kind="share", digits=1),
        Column(key="found", kind="share", digits=1),
    ),
)

"""Panels on the models themselves: figures, intervals, and feature importance."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Chart, Choice, Column, Panel, Series

MODELS = Panel(
    id="models",
    rows=sections.model_figures,
    choices=(
        Choice(
            key="task",
            values=("popularity", "vote_average", "popularity/early", "vote_average/early"),
        ),
    ),
    columns=(
        Column(key="task", kind="term", term="task"),
        Column(key="model_name", kind="term", term="model"),
        Column(key="standing", kind="term", term="standing"),
        Column(key="mae", digits=3),
        Column(key="log_mae", digits=3, minor=True),
        Column(key="rmse", digits=2, minor=True),
        Column(key="r2", digits=3),
        Column(key="r2_50_votes", digits=3, minor=True),
        Column(key="spearman", digits=3, minor=True),
        Column(key="temporal_mae", digits=3, minor=True),
        Column(key="temporal_log_mae", digits=3, minor=True),
        Column(key="early_mae", digits=3, minor=True),
        Column(key="early_log_mae", digits=3, minor=True),
        Column(key="rows", minor=True),
    ),
)

COVERAGE = Panel(
    id="coverage",
    rows=sections.interval_coverage,
    columns=(
        Column(key="task", kind="term", term="task"),
        Column(key="model_name", kind="term", term="model", minor=True),
        Column(key="stated", kind="share"),
        Column(key="overall", kind="share", digits=1),
        Column(key="low_third", kind="share", digits=1, minor=True),
        Column(key="middle_third", kind="share", digits=1, minor=True),
        Column(key="high_third", kind="share", digits=1, minor=True),
        Column(key="young", kind="share", digits=1, minor=True),
        Column(key="temporal", kind="share", digits=1),
        Column(key="width", digits=2, minor=True),
        Column(key="median_width", digits=2),
    ),
)

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
    in_kiosk=True,
    rows=sections.model_importances,
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

"""Panels of the studies beside the models: hits and groups of films."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Chart, Column, Panel, Series

NO_HITS = "No study of hits yet: it comes with “tmdbdash train”, from 50 films on."
NO_GROUPS = "No groups yet: they come with “tmdbdash train”, from 60 different films on."

HITS = Panel(
    id="hits",
    short="Hits",
    title="Can a hit be told?",
    words=(
        "A hit is a film in the top quarter of popularity among the films tracked. The classifier "
        "states a chance for each film; all figures are of films that it had not seen.",
        "It tells who is popular now among films that someone put on a list, not whether a film "
        "will make money, nor who would become popular if you changed something about it.",
    ),
    rows=sections.hit_figures,
    caption="How well hits are told from others",
    columns=(
        Column(key="figure", heading="Figure", kind="text"),
        Column(key="value", heading="Value", kind="text"),
        Column(key="meaning", heading="What it means", kind="text"),
    ),
    empty=NO_HITS,
)

RELIABILITY = Panel(
    id="reliability",
    short="Chances",
    title="Do the chances hold what they say?",
    words=(
        "Films are sorted by the chance that was stated for them. Where the lines lie on one "
        "another, a chance of 30 % means that 30 of 100 such films are hits. Rows of few films are "
        "partly luck.",
    ),
    rows=sections.hit_reliability,
    charts=(
        Chart(
            id="hit-reliability",
            kind="lines",
            title="Stated chance and share of hits",
            description="Line chart of stated chances and of how many films were hits.",
            series=(
                Series(key="stated", name="Stated"),
                Series(key="observed", name="Were hits"),
            ),
            axis="Share",
            digits=2,
        ),
    ),
    caption="Stated chances of being a hit, and what was so",
    columns=(
        Column(key="label", heading="Chance", kind="text"),
        Column(key="films", heading="Films"),
        Column(key="stated", heading="Stated, on average", kind="share", digits=1),
        Column(key="observed", heading="Were hits", kind="share", digits=1),
    ),
    empty=NO_HITS,
)

ROC = Panel(
    id="roc",
    short="ROC",
    title="Hits found for false alarms",
    words=(
        "Called a hit from a lower chance on, more films are found, and more others are called so "
        "by mistake. The curve shows what each bound would give; the higher it rises above the "
        "straight line, which tossing a coin would give, the better. The area below it is the AUC "
        "of the table above.",
    ),
    rows=sections.hit_roc,
    charts=(
        Chart(
            id="hit-roc",
            kind="points",
            title="ROC curve",
            description="Curve of the share of hits found against the share of false alarms.",
            series=(Series(key="found", name="Hits found"),),
            axis="Share of hits found",
            digits=2,
            x="false_alarms",
            x_axis="Share of others called hits",
            group="curve",
            joined=True,
        ),
    ),
    empty=NO_HITS,
)

GROUPS = Panel(
    id="groups",
    short="Groups",
    title="Groups of films",
    words=(
        "Films sorted into groups by votes, popularity, rating, length and year, as many as come "
        "out alike when a fifth of the films is left out. “Stability” says how alike: 1 is the "
        "same groups each time, 0 is chance. A name says what marks the group most, beside the "
        "median of all films.",
        "Films lie in one cloud, and the groups cut it into regions that can be named; at the "
        "borders a film could as well stand on the other side. They are not kinds of films that "
        "someone defined, and say nothing of quality.",
    ),
    rows=sections.film_groups,
    caption="The groups, with films that are typical of them",
    columns=(
        Column(key="group", heading="Group"),
        Column(key="name", heading="Name", kind="text"),
        Column(key="films", heading="Films"),
        Column(key="share", heading="Share", kind="share", minor=True),
        Column(key="marks", heading="Marked by (medians)", kind="text", minor=True),
        Column(key="examples", heading="For example", kind="text"),
        Column(key="stability", heading="Stability", digits=2, minor=True),
    ),
    empty=NO_GROUPS,
)

FILM_MAP = Panel(
    id="film_map",
    short="Map",
    title="A map of films",
    words=(
        "Some films of each group, laid on the two directions in which films differ most. Films "
        "that lie near one another are alike in those; much of how films differ does not fit a "
        "plane. The directions have no unit. The table of groups describes them in figures.",
    ),
    rows=sections.film_map,
    charts=(
        Chart(
            id="map-of-films",
            kind="points",
            title="Films by group",
            description="Scatter chart of films, in a colour and shape for each group. The "
            "table of groups describes them.",
            series=(Series(key="y", name="Second direction"),),
            axis="Second direction",
            digits=1,
            x="x",
            x_axis="First direction",
            group="group",
        ),
    ),
    empty=NO_GROUPS,
)

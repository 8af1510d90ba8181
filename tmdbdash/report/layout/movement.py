"""What moves: the films of the list that rose and fell most."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Choice, Column, Panel

MOVERS = Panel(
    id="movers",
    in_kiosk=True,
    rows=sections.film_movers,
    choices=(
        Choice(key="window", values=("24h", "7d")),
        Choice(key="by", values=("points", "ratio")),
    ),
    columns=(
        Column(key="side", kind="term", term="mover"),
        Column(key="title", kind="film"),
        Column(key="before", digits=1, minor=True),
        Column(key="popularity", digits=1),
        Column(key="points", kind="signed", digits=1),
        Column(key="ratio", kind="growth"),
        Column(key="vote_count", minor=True),
        Column(key="release_date", kind="date", minor=True),
        Column(key="window", kind="term", term="window", minor=True),
        Column(key="by", kind="term", term="by", minor=True),
    ),
)

"""What a panel is made of: words, charts over its rows, and a table that lists them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tmdbdash.report.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: which key it shows, under which heading, formatted how.

    ``kind`` "film" is a title that links to the film's page at TMDB; ``digits`` are the decimal
    places of a number or of a share in percent. ``minor`` columns give way on narrow screens.
    """

    key: str
    heading: str
    kind: Literal["text", "film", "number", "share", "date", "time"] = "number"
    digits: int = 0
    minor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One set of bars or one line: which key it draws, under which name.

    ``spread`` is the key of what a bar's whisker reaches to either side.
    """

    key: str
    name: str
    spread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart over a panel's rows; ``kind`` names the module that draws it.

    ``description`` is what someone hears who cannot see it. Kind "points" draws each row at its
    ``x`` and the only series' key, in one colour for each value of ``group``, ``joined`` by lines
    where wanted.
    """

    id: str
    kind: str
    title: str
    description: str
    series: tuple[Series, ...]
    axis: str
    digits: int = 1
    label: str = "label"
    x: str | None = None
    x_axis: str = ""
    group: str | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of the page: its rows, the charts that draw them and the table that lists them.

    ``empty`` is shown in place of charts and table while there are no rows. Without columns there
    is no table, and the words have to say where the same can be read. ``short`` names the panel in
    the list of contents.
    """

    id: str
    title: str
    words: tuple[str, ...]
    rows: Callable[[Rows], Sequence[Any]]
    empty: str
    short: str = ""
    caption: str = ""
    columns: tuple[Column, ...] = ()
    charts: tuple[Chart, ...] = ()

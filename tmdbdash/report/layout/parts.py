"""What a panel is made of: charts over its rows, and a table that lists them.

Its words are in the catalogue, under keys that follow from the ids and keys given here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tmdbdash.report.page_queries import Rows

Kind = Literal[
    "text", "film", "number", "share", "signed", "growth", "date", "time", "term", "said", "moves",
    "spark", "change",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, or a chart's label: which key it shows, formatted how.

    ``kind`` "film" is a title that links to the film's page at TMDB; "term" a code, or a list of
    them, that the catalogue words as ``term.<term>.<code>``; "growth" a ratio, shown as a change
    in percent; "said" a value in one of the forms of
    `catalogue`; "moves" pairs of a group of features and what it added; "spark" a line of
    ``[unix seconds, value]`` pairs; "change" places gained, or lost, by a record that says also
    whether it ``is_new``. ``digits`` are the decimal places of a number, of a line's ends, of what
    moved, or of a share in percent. ``minor`` columns give way on narrow screens. The heading is
    ``panel.<panel>.column.<key>`` or else ``column.<key>``.
    """

    key: str
    kind: Kind = "number"
    digits: int = 0
    minor: bool = False
    term: str = ""


LABEL = Column(key="label", kind="text")
"""The title of a film, short enough for an axis: what most charts stand their bars on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One set of bars or one line: which key it draws, named ``series.<chart>.<key>``.

    ``spread`` is the key of what a bar's whisker reaches to either side.
    """

    key: str
    spread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart over a panel's rows; ``kind`` names the module that draws it.

    Its texts are ``chart.<id>.title``, ``.description`` (what someone hears who cannot see it) and
    ``.axis``. Kind "points" draws each row at its ``x``, named by ``.x_axis``, and the only
    series' key, in one colour for each value of ``group``, ``joined`` by lines where wanted. Kind
    "scatter" does so over the diagonal of equal values, by ``powers`` of ten where all allow it;
    kind "times" joins the points of each group through the times at ``x``. ``only`` is a key and
    the value of the records that are drawn.
    """

    id: str
    kind: str
    series: tuple[Series, ...]
    digits: int = 1
    label: Column = LABEL
    x: str | None = None
    group: Column | None = None
    joined: bool = False
    powers: bool = False
    only: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A row of buttons of which one is pressed: only records with that code under ``key`` show.

    Its name is ``choice.<key>``, its buttons ``term.<term or key>.<value>``; the first is pressed
    to begin with.
    """

    key: str
    values: tuple[str, ...]
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of the page: its rows, the charts that draw them and the table that lists them.

    Its texts are ``panel.<id>.title``, ``.short`` (its name in the contents), ``.words.1`` (one
    sentence of introduction), ``.words.2`` and so on (under "How to read this"), ``.caption`` of
    the table, and ``.empty``, shown in place of charts and table while there are no rows. Without
    columns there is no table, and the words have to say where the same can be read.

    ``choices`` filter the rows in the browser; without scripts all are listed, so each has a column
    of its own. ``half`` panels share a row on wide screens, a ``folded`` table lies behind its
    charts until asked for, a kiosk shows those that are ``in_kiosk``. ``block`` names a template
    that stands in place of charts and table. A ``lazy_table`` is long: it gets its rows only when
    someone unfolds it.
    """

    id: str
    rows: Callable[[Rows], Sequence[Any]]
    columns: tuple[Column, ...] = ()
    charts: tuple[Chart, ...] = ()
    choices: tuple[Choice, ...] = ()
    half: bool = False
    folded: bool = False
    in_kiosk: bool = False
    block: str = ""
    lazy_table: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Panels that belong together, under the heading ``chapter.<id>``."""

    id: str
    panels: tuple[Panel, ...]

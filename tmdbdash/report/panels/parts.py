"""The parts of a panel: charts of its rows, and a table of them.

Their texts are in the catalogue, under keys made of the ids and keys given here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tmdbdash.report.query.page_queries import Rows

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kind = Literal[
    "text", "film", "number", "share", "signed", "growth", "date", "time", "term", "said", "moves",
    "spark", "change",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, or a chart's label: the key of the record's field, and its format.

    ``kind`` "film" is a title that links to the film's page at TMDB; "term" a code, or a list of
    them, with the texts ``term.<term>.<code>``; "growth" a ratio, shown as a change in percent;
    "said" a value in one of the forms of `catalogue`; "moves" pairs of a feature group and its
    contribution; "spark" a line of ``[unix seconds, value]`` pairs; "change" the places gained
    (below 0: lost) by a record with ``is_new``. ``digits`` are the decimals of a number, of a
    line's first and last value, of contributions, or of a share in percent. ``minor`` columns are
    hidden on narrow screens. The heading is ``panel.<panel>.column.<key>`` or else
    ``column.<key>``.
    """

    key: str
    kind: Kind = "number"
    digits: int = 0
    minor: bool = False
    term: str = ""


LABEL = Column(key="label", kind="text")
"""The title of a film, short enough for an axis: the label in most charts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One set of bars or one line: the key of its values, named ``series.<chart>.<key>``.

    ``spread`` is the key of the length of a bar's whisker to either side.
    """

    key: str
    spread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of a panel's rows; ``kind`` names the script that draws it.

    Its texts are ``chart.<id>.title``, ``.description`` (for screen readers) and ``.axis``. Kind
    "points" draws each row at its ``x``, named by ``.x_axis``, and the value of the only series,
    in a colour for each value of ``group``, ``joined`` by lines or not. Kind "scatter" adds the
    diagonal of equal values, and has logarithmic axes by ``powers`` of ten where all values are
    above 0; kind "times" joins the points of each group, with times as ``x``. ``only`` is a key
    and a value: other records are not drawn.
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
    """A row of buttons that select the records with one code under ``key``, first the first one.

    Its name is ``choice.<key>``, that of a button ``term.<term or key>.<value>``.
    """

    key: str
    values: tuple[str, ...]
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of the page: the function that makes its records, its charts and its table.

    Its texts are ``panel.<id>.title``, ``.short`` (its name in the contents), ``.words.1`` and so
    on, ``.caption`` of the table, and ``.empty``, shown instead of charts and table where there
    are no records.

    ``choices`` filter the records in the browser; without scripts all are listed, so each choice
    has a column. ``half`` panels share a row on wide screens, a ``folded`` table is hidden until a
    reader opens it, a kiosk shows the panels ``in_kiosk``. ``block`` names a template that replaces
    charts and table. A ``lazy_table`` is long: scripts add its rows when it is opened.
    """

    id: str
    rows: Callable[[Rows], Sequence[DataclassInstance]]
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
    """Panels under one heading, ``chapter.<id>``."""

    id: str
    panels: tuple[Panel, ...]

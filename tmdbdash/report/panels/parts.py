"""The parts of a panel: charts of its rows, and a table of them.

Their texts are in the catalogue, under keys made of the ids and keys given here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from tmdbdash.report.query.page_queries import Rows

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kind = Literal[
    "text", "film", "films", "genres", "number", "share", "signed", "growth", "date", "time",
    "term", "said", "spark", "change", "bar", "shift", "range", "dumbbell", "dots",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, or a chart's label: the key of the record's field, and its format.

    ``kind`` "film" is a title that links to the film's page, with its poster where the column has
    ``posters``; "films" several of them; "genres" TMDB's names joined by commas; "term" a code,
    or a list of them, with the texts ``term.<term>.<code>``; "growth" a ratio, shown as a change
    in percent; "said" a value in one of the forms of `catalogue`; "change" the places gained
    (below 0: lost) by a record with ``is_new``. Six kinds have a picture: "spark" a line of
    ``[unix seconds, value]`` pairs, "bar" a number, "shift" a signed number, "range" an
    `Interval`, "dumbbell" an `Interval` with an actual value, "dots" a list of shares; pictures
    of one column have one scale, or one for each value of the field ``scale_by``, logarithmic by
    ``powers`` of ten. ``digits`` are the decimals of a number, of a line's first and last value,
    or of a share in percent. ``minor`` columns are hidden on narrow screens. The
    heading is ``panel.<panel>.column.<key>`` or else ``column.<key>``.
    """

    key: str
    kind: Kind = "number"
    digits: int = 0
    minor: bool = False
    term: str = ""
    posters: bool = False
    scale_by: str = ""
    powers: bool = False


class Interval(NamedTuple):
    """A value with its 80 % interval, and the actual value where there is one."""

    value: float | None
    low: float | None
    high: float | None
    actual: float | None = None


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
    "points" joins each row's ``x``, named by ``.x_axis``, and the value of the only series, in a
    colour for each value of ``group``. Kind "scatter" draws them beside the diagonal of equal
    values, with logarithmic axes by ``powers`` of ten where all values are above 0, and names the
    farthest; kind "times" joins the points of each group, with times as ``x``. ``only`` is a key
    and a value: other records are not drawn. ``most`` is how many records are drawn.
    """

    id: str
    kind: str
    series: tuple[Series, ...]
    digits: int = 1
    label: Column = LABEL
    x: str | None = None
    group: Column | None = None
    powers: bool = False
    only: tuple[str, str] | None = None
    most: int | None = None


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
    """A part of a page: the function that makes its records, its charts and its table.

    Its texts are ``panel.<id>.title``, ``.words.1`` and so on, ``.caption`` of the table, and
    ``.empty``, shown instead of charts and table where there are no records.

    ``choices`` filter rows and charts in the browser; without scripts all are listed, so each
    choice has a column. ``half`` panels share a row on wide screens, a ``folded`` table is hidden
    until a reader opens it, a kiosk shows the panels ``in_kiosk``. ``block`` names a template that
    replaces charts and table. An ``optional`` panel is left out where it has no records.
    ``headline`` makes the finding that stands first, as a text for the catalogue.
    """

    id: str
    rows: Callable[[Rows], Sequence[DataclassInstance]]
    columns: tuple[Column, ...] = ()
    charts: tuple[Chart, ...] = ()
    choices: tuple[Choice, ...] = ()
    half: bool = False
    folded: bool = False
    in_kiosk: bool = False
    optional: bool = False
    block: str = ""
    headline: Callable[[Sequence[DataclassInstance]], Mapping[str, object] | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page ``<id>.html`` of these panels; its texts are ``page.<id>.title`` and ``.words``."""

    id: str
    panels: tuple[Panel, ...] = ()

    @property
    def path(self) -> str:
        """The page's file in the folder of its language."""
        return f"{self.id}.html"

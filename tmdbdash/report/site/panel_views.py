"""Panels as the templates show them: headings by key, cells as text and pictures. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from tmdbdash.report.i18n.catalogue import Catalogue, rank_change_kind
from tmdbdash.report.i18n.wording import MISSING
from tmdbdash.report.panels.parts import Choice, Column, Interval, Panel
from tmdbdash.report.site import graphics
from tmdbdash.report.site.cell_texts import cell_text
from tmdbdash.report.site.chart_views import LINKED, ChartView, chart_view
from tmdbdash.report.site.links import Links


@dataclass(frozen=True, slots=True)
class Link:
    """A film in a cell."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: its text or links, and a picture.

    ``mark`` is shown instead of the text, which is then for screen readers alone; ``way`` is the
    mark's colour by the kind of a change in rank. ``poster`` is an image's address.
    """

    text: str
    classes: str
    links: tuple[Link, ...] = ()
    mark: str = ""
    way: str = ""
    picture: Markup | None = None
    poster: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column with the key of its heading."""

    column: Column
    key: str
    classes: str


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; ``codes`` are those of the panel's choices."""

    cells: tuple[Cell, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel with the keys of its paragraphs, headings, rows, charts, and its records.

    ``choices`` have the values that any record has; the page begins with the first of each,
    ``chosen``, and hides what has the class "unchosen" until scripts have it.
    """

    panel: Panel
    words: tuple[str, ...]
    choices: tuple[Choice, ...]
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    charts: tuple[ChartView, ...]
    records: Sequence[object]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.records

    @property
    def chosen(self) -> tuple[str, ...]:
        """The first value of each choice."""
        return tuple(choice.values[0] for choice in self.choices)


def panel_view(
    panel: Panel, records: Sequence[object], catalogue: Catalogue, links: Links
) -> PanelView:
    """The panel with these records as the rows of its table.

    A table that no script fills has no columns that are not worth their room.
    """
    drawn = [(c, _column_cells(c, panel, records, catalogue, links)) for c in panel.columns]
    columns = [
        (column, cells)
        for column, cells in drawn
        if panel.block == "films" or not _is_idle(column, panel, cells)
    ]
    offered = (_offered(choice, records) for choice in panel.choices)
    choices = tuple(choice for choice in offered if choice.values)
    codes = [tuple(str(getattr(r, c.key)) for c in choices) for r in records]
    chosen = tuple(choice.values[0] for choice in choices)
    headings, made = [], []
    for column, drawn_cells in columns:
        classes, cells = _classes(column, panel), drawn_cells
        first = {cell.text for cell, own in zip(cells, codes, strict=True) if own == chosen}
        if choices and first == {MISSING}:
            classes += " unchosen"
            cells = [replace(cell, classes=f"{cell.classes} unchosen") for cell in cells]
        headings.append(Heading(column, catalogue.column_key(panel.id, column.key), classes))
        made.append(cells)
    rows = zip(*made, strict=True) if made else [() for _ in records]
    return PanelView(
        panel,
        catalogue.paragraph_keys(panel.id),
        choices,
        tuple(headings),
        tuple(map(Row, rows, codes)),
        tuple(chart_view(chart, records, catalogue, links) for chart in panel.charts),
        records,
    )


def _offered(choice: Choice, records: Sequence[object]) -> Choice:
    """The choice between the values that any record has."""
    present = {str(getattr(record, choice.key)) for record in records}
    return replace(choice, values=tuple(value for value in choice.values if value in present))


def _is_idle(column: Column, panel: Panel, cells: Sequence[Cell]) -> bool:
    """Whether a column has no value, or is minor with one text in all rows."""
    texts = {cell.text for cell in cells}
    minor = column.minor and column.kind != "time" and not _is_chosen(column, panel)
    may_go = minor or column.kind == "change"
    return texts == {MISSING} or (may_go and len(cells) > 1 and len(texts) == 1)


def _is_chosen(column: Column, panel: Panel) -> bool:
    return any(choice.key == column.key for choice in panel.choices)


def _classes(column: Column, panel: Panel) -> str:
    """The CSS classes of a column; "chosen" is one that scripts hide, as a choice selects by it."""
    chosen = " chosen" * _is_chosen(column, panel)
    return column.kind + " minor" * column.minor + chosen


def _column_cells(
    column: Column, panel: Panel, records: Sequence[object], catalogue: Catalogue, links: Links
) -> list[Cell]:
    classes = _classes(column, panel)
    draw = _painter(column, records)
    return [_cell(record, column, classes, catalogue, links, draw) for record in records]


def _cell(
    record: object,
    column: Column,
    classes: str,
    catalogue: Catalogue,
    links: Links,
    draw: Callable[[object], Markup | None] | None,
) -> Cell:
    mark = kind = ""
    films: tuple[Link, ...] = ()
    poster = None
    value = getattr(record, column.key)
    if column.kind == "change":
        is_new = getattr(record, "is_new", False)
        kind = rank_change_kind(value, is_new=is_new)
        mark = catalogue.rank_change_mark(value, is_new=is_new)
    elif column.kind == "film":
        tmdb_id = getattr(record, LINKED)
        films = (Link(value, links.film(tmdb_id)),)
        poster = links.poster(tmdb_id) if column.posters else None
    elif column.kind == "films":
        films = tuple(Link(film.title, links.film(film.tmdb_id)) for film in value)
    if getattr(record, "deciding", None) == column.key:
        classes += " deciding"
    return Cell(
        text=cell_text(column, record, catalogue),
        classes=classes,
        links=films,
        mark=mark,
        way=kind,
        picture=draw(record) if draw else None,
        poster=poster,
    )


def _painter(column: Column, records: Sequence[object]) -> Callable[[object], Markup | None] | None:
    """The function that draws a record's picture in this column; ``None`` for kinds without."""
    if column.kind not in ("spark", "bar", "shift", "range", "dumbbell", "dots"):
        return None
    values: dict[object, list[float | None]] = {}
    for record in records:
        scaled = values.setdefault(_scale_key(column, record), [])
        value = getattr(record, column.key)
        if isinstance(value, Interval):
            scaled += value
        elif isinstance(value, (int, float)):
            scaled.append(value)
    scales = {
        key: graphics.Scale.over(known, powers=column.powers) for key, known in values.items()
    }

    def draw(record: object) -> Markup | None:
        value = getattr(record, column.key)
        scale = scales[_scale_key(column, record)]
        if isinstance(value, Interval):
            return graphics.interval(scale, value)
        if isinstance(value, (int, float)):
            return graphics.bar(scale, value)
        if column.kind == "spark" and value and len(value) > 1:
            return graphics.spark(value)
        return graphics.dots(value) if column.kind == "dots" else None

    return draw


def _scale_key(column: Column, record: object) -> object:
    return getattr(record, column.scale_by) if column.scale_by else None

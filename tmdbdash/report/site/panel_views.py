"""Panels as the templates show them: headings by key, and cells as text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tmdbdash.report.i18n.catalogue import Catalogue, rank_change_kind
from tmdbdash.report.i18n.wording import MISSING, value_text
from tmdbdash.report.panels import FILM_PAGE
from tmdbdash.report.panels.parts import Column, Panel

LINKED = "tmdb_id"
"""The field of records with a column of kind "film": the column's link is made of it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell; ``href`` makes its text a link.

    ``mark`` is shown instead of the text, which is then for screen readers alone; ``way`` is the
    mark's colour by the kind of a change in rank.
    """

    text: str
    classes: str
    href: str | None
    mark: str
    way: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column with the key of its heading; ``hidden`` where its cells are not worth the room."""

    column: Column
    key: str
    classes: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel with the keys of its paragraphs, its headings, and its rows as text.

    ``rows`` are empty where scripts fill the table: of a ``block`` or a ``lazy_table``.
    """

    panel: Panel
    words: tuple[str, ...]
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: bool


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter with its panels."""

    id: str
    panels: tuple[PanelView, ...]


def panel_view(
    panel: Panel, records: Sequence[object], catalogue: Catalogue, *, empty: bool
) -> PanelView:
    """The panel with these records as the rows of its table."""
    classes = [_classes(column, panel) for column in panel.columns]
    rows = tuple(
        tuple(map(partial(_cell, record, catalogue), panel.columns, classes)) for record in records
    )
    return PanelView(
        panel,
        catalogue.paragraph_keys(panel.id),
        tuple(
            Heading(
                column,
                catalogue.column_key(panel.id, column.key),
                classes[index],
                _is_idle(column, classes[index], {row[index].text for row in rows}, len(rows)),
            )
            for index, column in enumerate(panel.columns)
        ),
        rows,
        empty=empty,
    )


def _is_idle(column: Column, classes: str, texts: set[str], rows: int) -> bool:
    """Whether a column has no value, or is minor with one text in all rows; as ``tables.js``."""
    minor = column.minor and column.kind != "time" and "chosen" not in classes
    return texts == {MISSING} or (minor and rows > 1 and len(texts) == 1)


def _classes(column: Column, panel: Panel) -> str:
    """The CSS classes of a column; "chosen" is one that scripts hide, as a choice selects by it."""
    chosen = any(choice.key == column.key for choice in panel.choices)
    return column.kind + " minor" * column.minor + " chosen" * chosen


def _cell(record: object, catalogue: Catalogue, column: Column, classes: str) -> Cell:
    mark = kind = ""
    if column.kind == "change":
        places, is_new = getattr(record, column.key), getattr(record, "is_new", False)
        kind = rank_change_kind(places, is_new=is_new)
        mark = catalogue.rank_change_mark(places, is_new=is_new)
    return Cell(
        text=cell_text(column, record, catalogue),
        classes=classes,
        href=f"{FILM_PAGE}{getattr(record, LINKED)}" if column.kind == "film" else None,
        mark=mark,
        way=kind,
    )


def cell_text(column: Column, record: object, catalogue: Catalogue) -> str:
    """The text of a table's cell, or of a chart's label; codes begin with a capital."""
    value = getattr(record, column.key)
    match column.kind:
        case "term":
            return catalogue.term(column.term, [value] if isinstance(value, str) else value)
        case "said":
            return catalogue.formatted(value)
        case "moves":
            return catalogue.contributions(value, column.digits)
        case "spark":
            return catalogue.first_and_last(value, column.digits)
        case "change":
            return catalogue.rank_change(value, is_new=getattr(record, "is_new", False))
        case kind:
            return value_text(kind, value, column.digits, catalogue.locale)

"""Columns and cells of the terminal's tables, which fit 80 characters.

rich is imported when a part is made: a command that prints JSON, or nothing, does not load it. No
text from TMDB is read as rich's markup or as a terminal's own codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmdbdash.terminal.plaintext import one_line

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

MISSING = "–"


def new_table() -> Table:
    """A table without columns, whose only line is the one below its headings."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)


def framed_table(title: str) -> Table:
    """A table without columns, in a frame below its title."""
    from rich.table import Table

    return Table(title=title, title_justify="left")


def stacked(*parts: RenderableType) -> Group:
    """The parts below each other."""
    from rich.console import Group

    return Group(*parts)


def plain(text: str) -> Text:
    """The text as it is, without markup."""
    from rich.text import Text

    return Text(text)


def set_caption(table: Table, caption: Text | str) -> None:
    """Put a text below a table; a `str` is dimmed, and must not be foreign."""
    table.caption = caption
    table.caption_justify = "left"


def add_title_column(table: Table, heading: str) -> None:
    """Add the only column that may be cut.

    rich takes from columns that may wrap before it touches the others, so this one may, and its
    texts (see `title_cell`) may not.
    """
    table.add_column(heading, min_width=12)


def add_number_columns(table: Table, *headings: str) -> None:
    """Add columns of numbers, which are never cut."""
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)


def title_cell(title: object) -> Text:
    """A film's title, cut where it is too long."""
    from rich.text import Text

    return Text(one_line(str(title)) or MISSING, no_wrap=True, overflow="ellipsis")


def date_cell(value: object) -> Text:
    """A date, or its text."""
    return plain(MISSING if value is None else str(value))


def number_cell(value: object, pattern: str) -> str:
    """A number, formatted."""
    return MISSING if value is None else pattern.format(value)


def percent(share: object) -> str:
    """A share of 1 in percent."""
    return number_cell(share, "{:.1%}").replace("%", " %")

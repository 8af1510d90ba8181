"""What cells and labels of charts say, in a language. Pure."""

from __future__ import annotations

from tmdbdash.report.i18n.catalogue import Catalogue
from tmdbdash.report.i18n.wording import MISSING, value_text
from tmdbdash.report.panels.parts import Column, Interval


def cell_text(column: Column, record: object, catalogue: Catalogue) -> str:
    """The text of a table's cell, or of a chart's label; codes begin with a capital."""
    value = getattr(record, column.key)
    match column.kind:
        case "term" if column.term == "genre":
            return catalogue.genre(value)
        case "term":
            return catalogue.term(column.term, [value] if isinstance(value, str) else value)
        case "genres":
            return ", ".join(map(catalogue.genre, value.split(","))) if value else MISSING
        case "said":
            return catalogue.formatted(value)
        case "spark":
            return catalogue.first_and_last(value, column.digits)
        case "change":
            return catalogue.rank_change(value, is_new=getattr(record, "is_new", False))
        case "range" | "dumbbell":
            return _interval_text(value, column.digits, catalogue)
        case "films":
            return ", ".join(film.title for film in value)
        case "dots":
            known = (value_text("share", share, 0, catalogue.locale) for share in value[1:])
            return ", ".join(known)
        case kind:
            written = {"bar": "number", "shift": "signed"}.get(kind, kind)
            return value_text(written, value, column.digits, catalogue.locale)


def _interval_text(value: Interval | None, digits: int, catalogue: Catalogue) -> str:
    """As in "31 (24 to 40)"; without ends the value alone."""
    if value is None or value.value is None:
        return MISSING
    shown = value_text("number", value.value, digits, catalogue.locale)
    if value.low is None or value.high is None:
        return shown
    ends = (value_text("number", end, digits, catalogue.locale) for end in (value.low, value.high))
    return catalogue.text("term.interval", value=shown, low=next(ends), high=next(ends))

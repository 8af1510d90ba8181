"""Values of records: finite numbers, titles that are never empty, and values as JSON has them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from tmdbdash.records import as_dict
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LABEL_LENGTH = 30
DIGITS = 3
"""Decimals of a film's figures: rounded to them first, a figure reads the same in every table."""


def finite(value: float | None) -> float | None:
    """The value, or ``None`` where it is no finite number: JSON has only null for that."""
    return value if value is not None and math.isfinite(value) else None


def rounded(value: float | None, digits: int = DIGITS) -> float | None:
    """The value with so many decimals, or ``None`` where it is no finite number."""
    known = finite(value)
    return None if known is None else round(known, digits)


def title_of(title: str, original_title: str | None, tmdb_id: int) -> str:
    """The title, or the original one, or the film's number: never an empty text."""
    candidates = (title, original_title or "")
    return next((text for text in candidates if text.strip()), f"#{tmdb_id}")


def label_of(title: str) -> str:
    """The title on one line, at most `LABEL_LENGTH` characters: short enough for a chart's axis."""
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in title)
    line = " ".join(visible.split())
    return line if len(line) <= LABEL_LENGTH else line[: LABEL_LENGTH - 1].rstrip() + "…"


def isolated(title: str) -> str:
    """The title between the marks that end its direction of writing with it, in a sentence."""
    return f"\u2068{title}\u2069"


def record_json(record: DataclassInstance) -> dict[str, object]:
    """A record's fields by name, in JSON's own types."""
    return {key: json_value(value) for key, value in as_dict(record).items()}


def json_value(value: object) -> object:
    """The value in JSON's own types; times as ISO 8601 in UTC with seconds and a Z."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: json_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return record_json(value)
    return value


def text_value(kind: str, value: float | None, digits: int = 0) -> dict[str, object]:
    """A number as a text for the catalogue."""
    return {"kind": kind, "value": value, "digits": digits}

"""Values as records hold them: numbers that JSON can say, titles that a page can show."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tmdbdash.records import as_dict

LABEL_LENGTH = 30
TARGETS = ("popularity", "vote_average")
LEAST_FOR_R2 = 50
"""Films below which an R2 says nothing and is withheld."""


def finite(value: float | None) -> float | None:
    """The value, or ``None`` where it is no finite number: JSON has no other word for that."""
    return value if value is not None and math.isfinite(value) else None


def number(body: Mapping[str, Any], key: str) -> float | None:
    """A number of a stored study, ``None`` where the study has none under that key."""
    value = body.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return finite(value)


def title_of(title: str, original_title: str | None, tmdb_id: int) -> str:
    """A title to show, never empty: the film's number where it has none."""
    candidates = (title, original_title or "")
    return next((text for text in candidates if text.strip()), f"#{tmdb_id}")


def label_of(title: str) -> str:
    """The title on one line and short enough for a chart's axis."""
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in title)
    line = " ".join(visible.split())
    return line if len(line) <= LABEL_LENGTH else line[: LABEL_LENGTH - 1].rstrip() + "…"


def plain(value: Any) -> Any:
    """The value in JSON's own types; times as ISO 8601 in UTC with seconds and a Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return plain(as_dict(value))
    return value

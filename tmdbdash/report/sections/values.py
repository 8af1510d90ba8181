"""Values as records hold them: numbers that JSON can say, titles that a page can show."""

from __future__ import annotations

import math
import unicodedata

LABEL_LENGTH = 30
TARGETS = ("popularity", "vote_average")
LEAST_FOR_R2 = 50
"""Films below which an R2 says nothing and is withheld."""


def finite(value: float | None) -> float | None:
    """The value, or ``None`` where it is no finite number: JSON has no other word for that."""
    return value if value is not None and math.isfinite(value) else None


def title_of(title: str, original_title: str | None, tmdb_id: int) -> str:
    """A title to show, never empty: the film's number where it has none."""
    candidates = (title, original_title or "")
    return next((text for text in candidates if text.strip()), f"#{tmdb_id}")


def label_of(title: str) -> str:
    """The title on one line and short enough for a chart's axis."""
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in title)
    line = " ".join(visible.split())
    return line if len(line) <= LABEL_LENGTH else line[: LABEL_LENGTH - 1].rstrip() + "…"

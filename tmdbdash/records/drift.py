"""Changes of TMDB's popularity scale, as ``studies`` has them in JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tmdbdash.records.json_records import JsonRecord

RESCALED, RESTARTED, MIXED = "rescaled", "restarted", "mixed"


@dataclass(frozen=True, kw_only=True)
class ScaleShift(JsonRecord):
    """A time from which popularity is on another scale, and what learning does about it.

    ``at`` is in ISO 8601, UTC. ``factor`` is the newer scale over the older one, measured on
    ``films`` that were observed on both sides; ``None`` where nobody can say. It is stored
    as it was found, so that all jobs multiply by the same number. ``action`` is "rescaled" where
    older values are multiplied by the factor, "restarted" where they are not learned from, and
    "mixed" where too few films are newer for that.
    """

    at: str = ""
    factor: float | None = None
    films: int = 0
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class Drift(JsonRecord):
    """The scale shifts that a training knew of, oldest first."""

    study_name: ClassVar[str] = "drift"

    shifts: tuple[ScaleShift, ...] = ()

"""How records are made, and how one becomes a mapping."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

__all__ = ["as_dict", "record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, **options: Any) -> Any:
        """A dataclass that is frozen for the type checker alone.

        Frozen ones take three times as long to make, which was a tenth of an import's time.
        """
        return dataclass(unsafe_hash=frozen, **options)


def as_dict(record: Any) -> dict[str, Any]:
    """The fields of one flat record as a dict; unlike `dataclasses.asdict` it copies nothing."""
    return {f.name: getattr(record, f.name) for f in fields(record)}

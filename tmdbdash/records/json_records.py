"""Records that are stored as JSON objects: each field under its own name, or that of `wire`.

What another version of the program wrote is read as far as it goes: a value that is absent, or of
another type than its field's, leaves the field's default. A named tuple of numbers is a list.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field, fields
from types import UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

JsonObject = Mapping[str, object]
_KNOWN: dict[type[JsonRecord], dict[str, tuple[str, Any, int | None]]] = {}


def wire(name: str = "", default: object = None, *, digits: int | None = None) -> Any:
    """A field that JSON has under another name, or rounds."""
    return field(default=default, metadata={"name": name, "digits": digits})


class JsonRecord:
    """A dataclass that reads and writes itself as a JSON object. All fields have defaults."""

    @classmethod
    def from_json(cls, body: JsonObject) -> Self:
        """The record in this object."""
        kinds = _kinds(cls)
        found = {name: _read(kind, body.get(key)) for name, (key, kind, _) in kinds.items()}
        return cls(**{name: value for name, value in found.items() if value is not None})

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        kinds = _kinds(type(self)).items()
        return {key: _plain(getattr(self, name), digits) for name, (key, _, digits) in kinds}


def number(value: object) -> float | None:
    """The value where it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _kinds(cls: type[JsonRecord]) -> dict[str, tuple[str, Any, int | None]]:
    """By field: its name in JSON, its type, and to how many decimals it is rounded."""
    if cls not in _KNOWN:
        hints = get_type_hints(cls)
        _KNOWN[cls] = {
            f.name: (f.metadata.get("name") or f.name, hints[f.name], f.metadata.get("digits"))
            for f in fields(cls)  # type: ignore[arg-type] # all that inherit from it are dataclasses
        }
    return _KNOWN[cls]


def _read(kind: Any, value: object) -> Any:
    """The value as this type; ``None`` where it is of another."""
    if isinstance(kind, UnionType):
        return _read(get_args(kind)[0], value)
    origin, of = get_origin(kind) or kind, get_args(kind)
    if issubclass(origin, JsonRecord):
        return kind.from_json(value) if isinstance(value, Mapping) else None
    if origin in (int, float):  # JSON makes no difference between 1 and 1.0
        known = number(value)
        return None if known is None else kind(known)
    if issubclass(origin, tuple) and isinstance(value, list | tuple):
        if not of:
            return kind(*map(number, value[: len(kind.__annotations__)]))
        items = (_read(of[0], item) for item in value)
        return tuple(item for item in items if item is not None)
    if not isinstance(value, origin):
        return None
    if of and isinstance(value, Mapping):
        pairs = ((key, _read(of[1], item)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not None}
    return value


def _plain(value: object, digits: int | None) -> object:
    if isinstance(value, JsonRecord):
        return value.as_json()
    if isinstance(value, Mapping):
        return {str(key): _plain(item, digits) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item, digits) for item in value]
    return round(value, digits) if isinstance(value, float) and digits is not None else value

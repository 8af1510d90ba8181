"""Column types that make untrusted values storable, alike on both engines.

Values are cut, cleaned and clamped here and nowhere else, so that neither a strict MySQL nor SQLite
refuses what TMDB sent.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import NoneType
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, DateTime, Double, Integer, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

MYSQL_NAMES = ("mysql", "mariadb")
LONG_TEXT = 16_000
"""Characters in a long text: four bytes each still fit MySQL's TEXT of 65,535 bytes."""
LIST_ITEM = 500
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

TmdbId = Integer().with_variant(BigInteger(), *MYSQL_NAMES)
"""SQLite's INTEGER has 64 bits and, alone as primary key, is the row's own address."""


class FilePart(TypeDecorator[bytes]):
    """A part of a file; MySQL's plain BLOB is limited to 65,535 bytes."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[bytes]:
        """MEDIUMBLOB on MySQL."""
        if dialect.name in MYSQL_NAMES:
            from sqlalchemy.dialects.mysql import MEDIUMBLOB

            return dialect.type_descriptor(MEDIUMBLOB())
        return dialect.type_descriptor(LargeBinary())


def cleaned(text: str, limit: int) -> str:
    """The text without what a database cannot store, cut to ``limit`` characters.

    NUL ends strings in C and a lone surrogate has no UTF-8 form: each becomes U+FFFD.
    """
    if "\0" in text or not text.isascii():
        text = _UNSTORABLE.sub(REPLACEMENT, text)
    return text[:limit]


class _PlainTexts(TypeDecorator[str]):
    """Text that is cleaned and cut."""

    impl = String
    cache_ok = True
    limit: int

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Cleaned and cut."""
        return None if value is None else cleaned(value, self.limit)

    def are_plain(self, values: Sequence[str | None]) -> bool:
        """Whether all are stored unchanged; far quicker for many together than one by one."""
        texts = list(filter(None, values))
        together = "".join(texts)
        if max(map(len, texts), default=0) > self.limit or "\0" in together:
            return False
        return together.isascii() or _UNSTORABLE.search(together) is None


class CleanText(_PlainTexts):
    """Text of at most ``length`` characters."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.limit = length


class LongText(_PlainTexts):
    """Text of at most `LONG_TEXT` characters."""

    impl = Text
    cache_ok = True
    limit = LONG_TEXT


class TextList(TypeDecorator[tuple[str, ...]]):
    """A list of names as a JSON array; items that no longer fit are left out whole."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, _dialect: Dialect) -> str | None:
        """A JSON array of at most `LONG_TEXT` characters."""
        if value is None:
            return None
        items = [cleaned(item, LIST_ITEM) for item in value]
        while len(text := json.dumps(items, ensure_ascii=False)) > LONG_TEXT:
            del items[len(items) * LONG_TEXT // len(text) :]
        return text

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[str, ...] | None:
        """A tuple, or ``None`` where the list is not known."""
        return None if value is None else tuple(json.loads(value))


class TextMap(TypeDecorator[Mapping[str, str]]):
    """A small mapping of names as a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, _dialect: Dialect) -> str | None:
        """A JSON object with sorted keys."""
        if value is None:
            return None
        return json.dumps(dict(value), ensure_ascii=False, sort_keys=True, allow_nan=False)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> dict[str, str]:
        """A dict; empty where nothing is stored."""
        return {} if value is None else dict(json.loads(value))


class JsonText(TypeDecorator[object]):
    """Any plain JSON value as text, of up to 16 MB."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """MySQL's plain TEXT ends at 64 KB."""
        if dialect.name in MYSQL_NAMES:
            from sqlalchemy.dialects.mysql import MEDIUMTEXT

            return dialect.type_descriptor(MEDIUMTEXT())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: object, _dialect: Dialect) -> str:
        """ASCII, so that no text in it can be unstorable. Raises `ValueError` for NaN."""
        return json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> object:
        """The value."""
        return None if value is None else json.loads(value)


class GenreNames(TypeDecorator[tuple[str, ...]]):
    """Genre names joined by commas alone, as people's own queries expect them."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.limit = length

    def process_bind_param(self, value: Sequence[str] | None, _dialect: Dialect) -> str:
        """Joined; a comma inside a name would split it when read, so it becomes a space."""
        text = ",".join(value or ())
        apart = text.count(",") == max(0, len(value or ()) - 1)
        if apart and text.isascii() and "\0" not in text and len(text) <= self.limit:
            return text
        names = [cleaned(name, self.limit).replace(",", " ") for name in value or ()]
        while len(text := ",".join(names)) > self.limit:
            names.pop()
        return text

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[str, ...]:
        """A tuple; empty where none is known."""
        return tuple(value.split(",")) if value else ()


class Real(TypeDecorator[float]):
    """A double; what is not finite is missing, and numpy's numbers become Python's."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, _dialect: Dialect) -> float | None:
        """A finite Python float or ``None``."""
        return None if value is None or not math.isfinite(value) else float(value)

    def are_plain(self, values: Sequence[float | None]) -> bool:
        """Whether all are stored unchanged."""
        # One infinity or NaN among them shows in the sum.
        return set(map(type, values)) <= {float, NoneType} and math.isfinite(
            sum(filter(None, values))
        )


class Whole(TypeDecorator[int]):
    """A whole number of 32 bits, or of 64 where ``big``; larger ones are clamped."""

    impl = Integer
    cache_ok = True

    def __init__(self, *, big: bool = False) -> None:
        super().__init__()
        self.big = big
        self.limit = 2 ** (63 if big else 31) - 1

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        """The database's integer of that size."""
        return dialect.type_descriptor(BigInteger() if self.big else Integer())

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> int | None:
        """Clamped."""
        return None if value is None else max(-self.limit, min(self.limit, int(value)))

    def are_plain(self, values: Sequence[int | None]) -> bool:
        """Whether all are stored unchanged."""
        if not set(map(type, values)) <= {int, NoneType}:
            return False
        numbers = list(filter(None, values))
        return not numbers or (-self.limit <= min(numbers) and max(numbers) <= self.limit)


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware time in Python, the same instant in UTC without a zone in the database."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """Microseconds everywhere: MySQL's plain DATETIME cuts them off."""
        if dialect.name in MYSQL_NAMES:
            from sqlalchemy.dialects.mysql import DATETIME

            return dialect.type_descriptor(DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """In UTC, without its zone. Raises `ValueError` for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a timezone cannot be stored: which instant is it?")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """In UTC, with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)

"""Parquet files, where pyarrow is installed: `pip install tmdbdash[parquet]`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from tmdbdash.importing.datasets.problems import DatasetError

ROWS = 1000
"""Rows that are in memory at a time."""


def read_parquet(path: Path) -> Iterator[dict[str, object]]:
    """The rows: texts, numbers, truth values, lists, dicts and ``None``; times as ISO texts.

    Raises `DatasetError` without pyarrow, and where the file is damaged, after the rows before.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise DatasetError(
            "is a Parquet file, which needs pyarrow: `pip install tmdbdash[parquet]`, or save it "
            "as CSV"
        ) from None
    try:
        with parquet.ParquetFile(path, memory_map=False) as file:
            for batch in file.iter_batches(batch_size=ROWS, use_threads=False):
                for row in batch.to_pylist(maps_as_pydicts="lossy"):
                    yield {str(name): _plain(value) for name, value in row.items()}
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise DatasetError(f"is a Parquet file that is cut short or damaged ({error})") from None


def _plain(value: object) -> object:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "surrogateescape")
    return str(value)

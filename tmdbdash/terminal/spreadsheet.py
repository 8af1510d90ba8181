"""CSV files that are safe to open in a spreadsheet; the only user of defusedcsv."""

from __future__ import annotations

import io
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from tmdbdash.errors import UsageError
from tmdbdash.files import write_atomic
from tmdbdash.terminal.plaintext import one_line

PREDICTION_COLUMNS = (
    "tmdb_id",
    "title",
    "release_date",
    "predicted_popularity",
    "predicted_popularity_low",
    "predicted_popularity_high",
    "actual_popularity",
    "mae_popularity",
    "predicted_vote_average",
    "predicted_vote_average_low",
    "predicted_vote_average_high",
    "actual_vote_average",
    "mae_vote_average",
    "model_name",
    "residual_popularity",
    "residual_vote_average",
)

_FORMULA_STARTS = "=+-@|%"


def write_predictions_csv(
    path: Path | None, rows: Sequence[Mapping[str, object]], *, mark: bool = False
) -> None:
    """Write predictions with the documented keys as columns: UTF-8, a header line, CRLF.

    Numbers stay numbers, missing values are empty; a text that a spreadsheet would take for a
    formula begins with an apostrophe. A regular file is replaced all at once; a pipe or a device
    is written to; without a path standard output is. ``mark`` writes a byte order mark first, by
    which Excel recognises UTF-8. Raises `UsageError` where the file cannot be written.
    """
    from defusedcsv import csv

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(PREDICTION_COLUMNS)
    writer.writerows([_cell(row.get(name)) for name in PREDICTION_COLUMNS] for row in rows)
    content = text.getvalue().encode("utf-8-sig" if mark else "utf-8")
    if path is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(content)
        else:
            # Through a link to the file it names: the rename must not replace the link.
            write_atomic(path.resolve(), content)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def _cell(value: object) -> object:
    """The value as it is given to defusedcsv, which checks the first character alone.

    So characters that a spreadsheet skips (tabs, line breaks, spaces) are removed before, and the
    full-width forms of the signs, which some spreadsheets take for the signs, are quoted here.
    """
    if not isinstance(value, str):
        return value
    text = one_line(value)
    first = text[:1]
    if first and first not in _FORMULA_STARTS:
        folded = unicodedata.normalize("NFKC", first)
        if folded[0] in _FORMULA_STARTS:
            return f"'{text}"
    return text

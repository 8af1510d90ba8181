"""Films and history from data set files: batches, a reject file, a report.

Recorded lists are replayed at their recorded times, in order; any other file is one observation
of many films, or a history where its rows have times. The rules are those of live ticks
(`tmdbdash.ingest.deciding`), so importing a file twice changes nothing, and older values never
overwrite newer ones.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tmdbdash.errors import UsageError
from tmdbdash.importing.file_import import FileImport
from tmdbdash.importing.import_report import FileReport, ImportReport
from tmdbdash.importing.observation_times import Times
from tmdbdash.importing.observations import ReplayStore
from tmdbdash.importing.rejects import RejectFile, drop_old_reject_files
from tmdbdash.records import latest_believable

__all__ = ["FileReport", "ImportOptions", "ImportReport", "Progress", "import_files"]

log = logging.getLogger(__name__)

Progress = Callable[[int, int, int], None]
"""Called now and then with bytes read, bytes in all, and rows read so far."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The user's options for the files.

    ``observed_at`` is when the metrics were observed, for files without a time in each row;
    ``mapping`` names the field of columns; ``encoding`` is how the texts are encoded. On a
    ``dry_run`` nothing is written, rejects are only counted.
    """

    observed_at: datetime | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    dry_run: bool = False


DEFAULT = ImportOptions()


def import_files(
    store: ReplayStore,
    paths: Sequence[Path],
    *,
    now: datetime,
    reject_dir: Path,
    options: ImportOptions = DEFAULT,
    progress: Progress | None = None,
) -> ImportReport:
    """Import all files; a broken one is reported and does not stop the others.

    Each batch is a transaction of its own, so the batches before an early end stay stored.
    Raises `UsageError` for an ``observed_at`` in the future and for an unwritable ``reject_dir``,
    and `DatabaseError`.
    """
    observed_at = options.observed_at
    if observed_at is not None and observed_at > latest_believable(now):
        raise UsageError(f"--observed-at {observed_at.isoformat()} is in the future")
    steps = Steps(progress, sum(path.stat().st_size for path in paths if path.is_file()))
    names: set[str] = set()
    own: list[Path] = []
    reports = []
    times = Times(now, observed_at)
    with _few_collections():
        for path in paths:
            # Two files of one name, from different folders, get a reject file each.
            name = next(
                n for n in _names("stdin" if str(path) == "-" else path.name) if n not in names
            )
            names.add(name)
            rejects = RejectFile(None if options.dry_run else reject_dir / f"{name}.rejects.jsonl")
            if rejects.path is not None:
                own.append(rejects.path)
            beside = [other for other in paths if other != path]
            beside += sorted(path.parent.glob("links.csv*"))
            work = FileImport(store, path, options, rejects, times, steps.advance)
            report = work.run(beside)
            for warning in report.warnings:
                log.warning("%s: %s", report.name, warning)
            reports.append(report)
            steps.finish_file(path)
    if own:
        drop_old_reject_files(reject_dir, own)
    return ImportReport(tuple(reports), options.dry_run)


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Let the garbage collector run less often within the block.

    A batch is thousands of records without a cycle; searching them for some took a seventh of the
    time.
    """
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in itertools.count(2))


class Steps:
    """Progress over all files together."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._before = 0
        self._rows = 0

    def advance(self, done: int, rows: int) -> None:
        """Note ``done`` bytes of the present file, and some more rows."""
        self._rows += rows
        if self._progress is not None:
            self._progress(min(self._before + done, self._total), self._total, self._rows)

    def finish_file(self, path: Path) -> None:
        """Note the end of a file."""
        if path.is_file():
            self._before += path.stat().st_size
        self.advance(0, 0)

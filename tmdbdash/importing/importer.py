"""Films and history out of data set files: batches, a reject file, a report.

Recorded lists are replayed at their recorded times, in order; any other file is one observation
of many films. Decisions are those of live ticks (`tmdbdash.ingest.deciding`), so importing a file
twice changes nothing, and older knowledge never overwrites newer.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import itertools
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tmdbdash.errors import UsageError
from tmdbdash.importing.datasets import ADULT, DataFile, Dataset, DatasetError, Tick, open_dataset
from tmdbdash.importing.import_report import FileReport, ImportReport
from tmdbdash.importing.rejects import RejectFile
from tmdbdash.importing.replaying import Observation, Replay
from tmdbdash.ingest.lists import ListRead, judge, listing_of, ranked
from tmdbdash.records import CLOCKS_DIFFER

if TYPE_CHECKING:
    from tmdbdash.storage import Store

__all__ = ["FileReport", "ImportReport", "Progress", "import_files"]

log = logging.getLogger(__name__)

Progress = Callable[[int, int, int], None]
"""Called now and then with bytes done, bytes in all, and rows read so far."""

BATCH = 2000
EXPORT_NAMES = (
    re.compile(r"movie_ids_(?P<month>\d\d)_(?P<day>\d\d)_(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})[-_](?P<month>\d\d)(?:[-_](?P<day>\d\d))?(?!\d)"),
)
"""TMDB's own name, and the form that people give a copy: a day, or a month for its first day."""
EXPORT_HOUR = 8
"""TMDB has each day's export ready at 8:00 UTC."""


def import_files(
    store: Store,
    paths: Sequence[Path],
    *,
    now: datetime,
    reject_dir: Path,
    observed_at: datetime | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring in the films of all files; a broken one is reported and does not stop the others.

    ``observed_at`` is when the metrics were observed, for files that do not say so line by line.
    Each batch is a transaction of its own, so what was read before an end, foreseen or not, stays.
    Raises `UsageError` for an ``observed_at`` in the future and for an unwritable ``reject_dir``,
    and `DatabaseError`.
    """
    if observed_at is not None and observed_at > now + CLOCKS_DIFFER:
        raise UsageError(f"--observed-at {observed_at.isoformat()} is in the future")
    steps = _Steps(progress, sum(path.stat().st_size for path in paths if path.is_file()))
    names: set[str] = set()
    reports = []
    with _few_collections():
        for path in paths:
            # Two files of one name, from different folders, get a reject file each.
            name = next(n for n in _names(path.name) if n not in names)
            names.add(name)
            rejects = RejectFile(reject_dir / f"{name}.rejects.jsonl")
            reports.append(_FileImport(store, path, now, rejects, steps).run(observed_at))
            steps.finish_file(path)
    return ImportReport(tuple(reports))


def _time_in_name(name: str) -> datetime | None:
    """When an ID export was made, by its file's name; ``None`` where that names no day."""
    for pattern in EXPORT_NAMES:
        if found := pattern.search(name):
            year, month, day = (int(found[part] or 1) for part in ("year", "month", "day"))
            try:
                return datetime(year, month, day, EXPORT_HOUR, tzinfo=UTC)
            except ValueError:  # such as a 13th month
                continue
    return None


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Let the garbage collector look less often while the block runs.

    A batch is thousands of records without a cycle among them; looking through them again and
    again took a seventh of the time.
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


class _Steps:
    """Progress over all files together."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._before = 0
        self._rows = 0

    def tell(self, done: int, rows: int) -> None:
        self._rows += rows
        if self._progress is not None:
            self._progress(min(self._before + done, self._total), self._total, self._rows)

    def finish_file(self, path: Path) -> None:
        if path.is_file():
            self._before += path.stat().st_size
        self.tell(0, 0)


class _FileImport:
    """One file on its way in."""

    def __init__(
        self, store: Store, path: Path, now: datetime, rejects: RejectFile, steps: _Steps
    ) -> None:
        self._path = path
        self._now = now
        self._rejects = rejects
        self._steps = steps
        self._replay = Replay(store, now)
        self._report = FileReport(path=path)
        self._rows = 0
        self._told = 0
        self._adult = 0
        self._duplicates = 0
        self._last: datetime | None = None
        self._waiting: list[Observation] = []

    def run(self, observed_at: datetime | None) -> FileReport:
        error: str | None = None
        file: DataFile | None = None
        with self._rejects, contextlib.closing(self._replay):
            try:
                file = DataFile(self._path)
                dataset = open_dataset(file)
                self._report = dataclasses.replace(self._report, format=dataset.format)
                if dataset.format == "recorded":
                    self._replay_ticks(dataset)
                else:
                    self._take_films(dataset, observed_at)
            except DatasetError as problem:
                error = str(problem)
            self._save(0 if file is None else file.done)
        replay = self._replay
        taken = replay.new + replay.changed + replay.unchanged
        if error is not None and self._rows:
            error = f"{error}; the {self._rows} rows before that were read"
        elif error is None and self._rows == 0:
            error = "holds no films"
        elif error is None and taken == 0 and self._rejects.count:
            error = f"none of its {self._rows} rows can be used; see {self._rejects.path}"
        return dataclasses.replace(
            self._report,
            observed_at=self._last or self._report.observed_at,
            rows=self._rows,
            new=replay.new,
            changed=replay.changed,
            unchanged=replay.unchanged,
            snapshots=replay.snapshots,
            duplicates=self._duplicates + replay.duplicates,
            adult=self._adult,
            rejected=self._rejects.count,
            rejects=self._rejects.path if self._rejects.count else None,
            error=error,
        )

    def _time_of(self, dataset: Dataset, option: datetime | None) -> tuple[datetime, str]:
        """When a file that is one observation was observed, and where that was found.

        May read the whole file. Raises `DatasetError` where nothing tells.
        """
        if option is not None:
            return option.astimezone(UTC).replace(microsecond=0), "--observed-at"
        if dataset.format == "id_export":
            at = _time_in_name(self._path.name)
            if at is not None and at <= self._now:
                return at, "the date in the file's name"
        # A stream of its own: this file is being read, and its place is what is told as progress.
        again = dataclasses.replace(dataset, file=DataFile(self._path))
        newest = None if dataset.format == "id_export" else again.newest_release(self._now.date())
        if newest is None:
            raise DatasetError(
                "does not say when it was observed, and has no release date of a film with votes: "
                "give the time by --observed-at"
            )
        at = datetime(newest.year, newest.month, newest.day, tzinfo=UTC)
        return at, "the newest release date among films with votes"

    def _take_films(self, dataset: Dataset, option: datetime | None) -> None:
        waiting = self._waiting
        common: datetime | None = None
        for row in dataset.rows():
            if row.facts is None:
                self._leave_out(row.line, row.reason, row.text)
            elif row.observed_at is None:
                if common is None:
                    common, found_in = self._time_of(dataset, option)
                    self._tell_time(common, found_in)
                waiting.append(Observation(row.line, row.facts, common))
            elif self._is_past(row.line, row.observed_at):
                if self._last is None:
                    self._report = dataclasses.replace(self._report, observed_from="its rows")
                self._last = max(self._last or row.observed_at, row.observed_at)
                waiting.append(Observation(row.line, row.facts, row.observed_at))
            self._rows += 1
            if len(waiting) >= BATCH:
                self._save(dataset.file.done)

    def _tell_time(self, observed_at: datetime, found_in: str) -> None:
        log.info("%s: observed at %s (%s)", self._path.name, observed_at.isoformat(), found_in)
        if self._last is None:
            self._report = dataclasses.replace(
                self._report, observed_at=observed_at, observed_from=found_in
            )

    def _replay_ticks(self, dataset: Dataset) -> None:
        self._report = dataclasses.replace(self._report, observed_from="its lines")
        for tick in dataset.ticks():
            if not isinstance(tick, Tick):
                self._rows += 1
                self._leave_out(tick.line, tick.reason, tick.text)
                continue
            self._rows += tick.lines
            if not self._is_past(tick.line, tick.observed_at):
                continue
            films = ranked(tick.pages)
            self._duplicates += sum(len(page.films) for page in tick.pages) - len(films)
            self._last = tick.observed_at
            self._waiting += (
                Observation(tick.line, facts, tick.observed_at, rank)
                for rank, facts in enumerate(films, start=1)
            )
            if _is_complete(tick, self._replay.listed):
                self._replay.offer_listing(tick.observed_at, listing_of(films))
            if len(self._waiting) >= BATCH:
                self._save(dataset.file.done)

    def _is_past(self, line: int, at: datetime) -> bool:
        if at <= self._now + CLOCKS_DIFFER:
            return True
        self._leave_out(line, f"observed in the future ({at.isoformat()})", "")
        return False

    def _leave_out(self, line: int, reason: str, text: str) -> None:
        if reason == ADULT:
            self._adult += 1
        else:
            self._rejects.add(line, reason, text)

    def _save(self, done: int) -> None:
        for line, facts, *_ in self._replay.save(self._waiting):
            reason = f"film {facts.tmdb_id} has no title here and is not known"
            self._rejects.add(line, reason, "")
        self._waiting.clear()
        self._steps.tell(done, self._rows - self._told)
        self._told = self._rows


def _is_complete(tick: Tick, stored: int) -> bool:
    """Whether the pages of a recorded list are all there and sound, as for a live one."""
    numbers = tuple(sorted(page.page for page in tick.pages))
    if numbers != tuple(range(1, len(numbers) + 1)):
        return False
    read = ListRead(numbers, tick.pages, {}, tick.pages[0].total_pages)
    return judge(read, stored=stored) is None

"""The import of one file into the store."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tmdbdash.importing.datasets import (
    ADULT,
    Dataset,
    DatasetError,
    Hints,
    Row,
    TextFile,
    Tick,
    open_dataset,
)
from tmdbdash.importing.datasets.known_sets import NO_METRICS
from tmdbdash.importing.datasets.understanding import WORTH_A_WARNING
from tmdbdash.importing.finding import FilmFinder
from tmdbdash.importing.import_report import FileReport
from tmdbdash.importing.observation_times import Times, time_in_name
from tmdbdash.importing.observations import ObservedRow, ReplayStore
from tmdbdash.importing.replaying import Replay
from tmdbdash.ingest.list_pages import ListRead, list_fault, listing_of, ranked
from tmdbdash.records import Observation, latest_believable

if TYPE_CHECKING:
    from tmdbdash.importing.importer import ImportOptions
    from tmdbdash.importing.rejects import RejectFile

log = logging.getLogger(__name__)

BATCH = 2000


class FileImport:
    """Reads one file, and writes its films in batches."""

    def __init__(
        self,
        store: ReplayStore,
        path: Path,
        options: ImportOptions,
        rejects: RejectFile,
        times: Times,
        advance: Callable[[int, int], None],
    ) -> None:
        self._path = path
        self._options = options
        self._rejects = rejects
        self._times = times
        self._now = times.now
        self._advance = advance
        self._replay = Replay(store, times.now)
        self._finder = FilmFinder(store)
        self._report = FileReport(path=path)
        self._warnings: list[str] = []
        self._rows = 0
        self._advanced = 0
        self._adult = 0
        self._skipped = 0
        self._duplicates = 0
        self._last: datetime | None = None
        self._common: datetime | None = None
        self._guessed = False
        self._waiting: list[ObservedRow] = []

    def run(self, beside: Sequence[Path]) -> FileReport:
        """Import the file; MovieLens's links may be in a file ``beside`` it."""
        error: str | None = None
        dataset: Dataset | None = None
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._rejects)
            stack.enter_context(contextlib.closing(self._replay))
            done = 0
            try:
                file = stack.enter_context(TextFile(self._path, encoding=self._options.encoding))
                hints = Hints(self._now.date(), self._options.mapping, beside)
                dataset = open_dataset(file, hints)
                self._rejects.header = dataset.header
                self._report = dataclasses.replace(
                    self._report,
                    format=dataset.format,
                    note=None if file.is_parquet else file.note,
                )
                if dataset.format == "recorded":
                    self._replay_ticks(dataset)
                else:
                    self._read_films(dataset)
                done = file.done
            except DatasetError as problem:
                error = str(problem)
            self._save(done)
        if error is not None and self._rows:
            before = (
                "row before that was" if self._rows == 1 else f"{self._rows} rows before that were"
            )
            error = f"{error}; the {before} read"
        return self._finished(error, dataset)

    def _finished(self, error: str | None, dataset: Dataset | None) -> FileReport:
        replay, rejects = self._replay, self._rejects
        taken = replay.new + replay.changed + replay.unchanged
        reasons = rejects.reasons.most_common(1)
        if error is None and self._rows == 0:
            error = "holds no films"
        elif error is None and taken == 0 and rejects.count:
            where = "" if rejects.path is None else f"; see {rejects.path}"
            error = f"none of its {self._rows} rows can be used ({reasons[0][0]}){where}"
        report = dataclasses.replace(
            self._report,
            observed_at=self._last or self._report.observed_at,
            rows=self._rows,
            new=replay.new,
            changed=replay.changed,
            unchanged=replay.unchanged,
            snapshots=replay.snapshots,
            duplicates=self._duplicates + replay.duplicates,
            adult=self._adult,
            skipped=self._skipped,
            rejected=rejects.count,
            kept=rejects.kept,
            rejects=rejects.path if rejects.kept else None,
            error=error,
        )
        if dataset is not None and dataset.format != "recorded":
            understanding = dataset.understanding()
            report = dataclasses.replace(report, understanding=understanding)
            self._warnings += understanding.warnings()
        if rejects.count > WORTH_A_WARNING * self._rows and error is None:
            self._warnings.append(
                f"{rejects.count:,} of {self._rows:,} rows are rejected, most of them for: "
                f"{reasons[0][0]}"
            )
        return dataclasses.replace(report, warnings=tuple(self._warnings))

    def _read_films(self, dataset: Dataset) -> None:
        waiting = self._waiting
        for row in dataset.rows():
            if row.facts is None:
                self._reject(row.line, row.reason, row.text)
            else:
                self._read_film(dataset, row)
            self._rows += 1
            if len(waiting) >= BATCH:
                self._save(dataset.file.done)

    def _read_film(self, dataset: Dataset, row: Row) -> None:
        facts = row.facts
        assert facts is not None  # noqa: S101  for the type checker: the caller has checked
        kind = dataset.kind
        # With a stated time a file without metrics has an observation of its films.
        fills = kind.fills and not (kind is NO_METRICS and self._times.stated is not None)
        if not facts.tmdb_id:
            found = self._finder.find(facts)
            if isinstance(found, str):
                if kind.unknown == "skipped":
                    self._skipped += 1
                else:
                    self._reject(row.line, found, row.text)
                return
            facts = dataclasses.replace(facts, tmdb_id=found)
        at = row.observed_at
        if at is not None:
            if not self._is_past(row.line, at, row.text):
                return
            if self._last is None:
                self._report = dataclasses.replace(self._report, observed_from="its rows")
            self._last = max(self._last or at, at)
            seen = Observation(facts=facts, at=at, imported=True, fills=kind.fills)
            self._waiting.append(ObservedRow(row.line, seen, row.text, kind.unknown))
            return
        # Values that fill gaps get the film's own time, and need none.
        try:
            at = self._now if fills else self._common or self._find_time(dataset)
        except DatasetError:
            if self._last is None:
                raise
            # Other rows have a time: a row without one does not end the reading of a history.
            self._reject(row.line, "no time of observation", row.text)
            return
        guessed = self._guessed and not fills
        seen = Observation(facts=facts, at=at, imported=True, guessed=guessed, fills=fills)
        self._waiting.append(ObservedRow(row.line, seen, row.text, kind.unknown))

    def _find_time(self, dataset: Dataset) -> datetime:
        """The time of a file that is one observation; raises `DatasetError`."""
        at = self._times.stated
        found_in = "--observed-at"
        if at is None and dataset.format == "id_export":
            at = time_in_name(self._path.name)
            at = None if at is None or at > self._now else at
            found_in = "the date in the file's name"
        if at is None:
            guess, warning = self._times.guess(self._path.name, dataset)
            if warning:
                self._warnings.append(warning)
            at, found_in, self._guessed = guess.observed_at, str(guess), True
        self._common = at
        log.info("%s: observed at %s (%s)", self._path.name, at.isoformat(), found_in)
        if self._last is None:
            self._report = dataclasses.replace(
                self._report, observed_at=at, observed_from=found_in, guessed=self._guessed
            )
        return at

    def _replay_ticks(self, dataset: Dataset) -> None:
        self._report = dataclasses.replace(self._report, observed_from="its lines")
        for tick in dataset.ticks():
            if not isinstance(tick, Tick):
                self._rows += 1
                self._reject(tick.line, tick.reason, tick.text)
                continue
            self._rows += tick.lines
            if not self._is_past(tick.line, tick.observed_at, ""):
                continue
            films = ranked(tick.pages)
            self._duplicates += sum(len(page.films) for page in tick.pages) - len(films)
            self._adult += sum(page.adult for page in tick.pages)
            for page in tick.pages:
                for reason in page.refused:
                    self._reject(tick.line, reason, "")
            self._last = at = tick.observed_at
            self._waiting += (
                ObservedRow(tick.line, Observation(facts=facts, at=at, rank=rank, imported=True))
                for rank, facts in enumerate(films, start=1)
            )
            if _is_complete(tick, self._replay.listed):
                self._replay.offer_listing(tick.observed_at, listing_of(films))
            if len(self._waiting) >= BATCH:
                self._save(dataset.file.done)

    def _is_past(self, line: int, at: datetime, text: str) -> bool:
        if at <= latest_believable(self._now):
            return True
        self._reject(line, f"observed in the future ({at.isoformat()})", text)
        return False

    def _reject(self, line: int, reason: str, text: str) -> None:
        if reason == ADULT:
            self._adult += 1
        else:
            self._rejects.add(line, reason, text)

    def _save(self, done: int) -> None:
        for row in self._replay.save(self._waiting):
            number = row.seen.facts.tmdb_id
            if row.unknown == "skipped":
                self._skipped += 1
            else:
                reason = f"film {number} is not known here"
                if row.unknown == "new":
                    reason = f"film {number} has no title here and is not known"
                self._rejects.add(row.line, reason, row.text)
        self._waiting.clear()
        self._advance(done, self._rows - self._advanced)
        self._advanced = self._rows


def _is_complete(tick: Tick, stored: int) -> bool:
    """Whether all pages of a recorded list are there and sound, by the rules of a live one."""
    numbers = tuple(sorted(page.page for page in tick.pages))
    if numbers != tuple(range(1, len(numbers) + 1)):
        return False
    read = ListRead(numbers, tick.pages, {}, tick.pages[0].total_pages)
    return list_fault(read, stored=stored) is None

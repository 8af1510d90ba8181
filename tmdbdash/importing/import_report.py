"""The report of an import: counts and errors by file, also as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tmdbdash.importing.datasets.understanding import Understanding
from tmdbdash.utc import iso, minute

COUNTS = ("new", "changed", "unchanged", "duplicates", "adult", "skipped", "rejected")
"""Counts whose sum is that of the rows (of recorded answers: the films in them)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """The report of one file.

    ``rows`` are its records (of recorded answers: lines). Each film observed is one of: new,
    changed, unchanged, ``duplicates`` of one observed before at the same time, ``adult`` ones left
    out, ``skipped`` ones of a reference set that are not known here, ``rejected``, of which the
    first ``kept`` are in ``rejects``. ``observed_at`` is the (last) time of observation,
    ``observed_from`` its source, and ``guessed`` whether it is a guess. ``note`` is on unpacking
    and decoding. ``error`` is the reason why the file, or the rest of it, could not be read.
    """

    path: Path
    format: str | None = None
    observed_at: datetime | None = None
    observed_from: str | None = None
    guessed: bool = False
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    snapshots: int = 0
    duplicates: int = 0
    adult: int = 0
    skipped: int = 0
    rejected: int = 0
    kept: int = 0
    rejects: Path | None = None
    understanding: Understanding = field(default_factory=Understanding)
    note: str | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None

    @property
    def name(self) -> str:
        """The file's name for people."""
        return "standard input" if str(self.path) == "-" else self.path.name

    @property
    def observations(self) -> int:
        """The rows, and of recorded answers the films in them: the sum of all counts."""
        return sum(getattr(self, name) for name in COUNTS)

    def lines(self) -> list[str]:
        """Notes on the file besides its counts, a sentence each."""
        lines = []
        if self.note:
            lines.append(self.note)
        understood = self.understanding.line()
        if understood:
            lines.append(understood)
        lines += self.understanding.notes
        if self.format == "recorded" and self.rows:
            lines.append(f"{self.rows:,} recorded answers")
        if self.observed_at is not None:
            lines.append(f"observed {minute(self.observed_at)} ({self.observed_from})")
        if self.rejects is not None:
            part = "rejected rows" if self.kept == self.rejected else f"the first {self.kept:,}"
            lines.append(f"{part} are in {self.rejects}: mend them there, and import that file")
        return lines

    def as_json(self) -> dict[str, object]:
        """The report as plain JSON values."""
        at = self.observed_at
        return {
            "path": str(self.path),
            "format": self.format,
            "observed_at": iso(at),
            "observed_from": self.observed_from,
            "observed_guessed": self.guessed,
            "rows": self.rows,
            "observations": self.observations,
            **{name: getattr(self, name) for name in COUNTS},
            "snapshots": self.snapshots,
            "rejects": None if self.rejects is None else str(self.rejects),
            "rejects_kept": self.kept,
            "columns": [use.as_json() for use in self.understanding.used],
            "ignored": list(self.understanding.ignored),
            "notes": [note for note in (self.note, *self.understanding.notes) if note],
            "warnings": list(self.warnings),
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The reports of all files, in the order given; of a ``dry_run`` as if they were stored."""

    files: tuple[FileReport, ...]
    dry_run: bool = False

    def _sum(self, name: str) -> int:
        return sum(int(getattr(file, name)) for file in self.files)

    @property
    def rows(self) -> int:
        """Records read."""
        return self._sum("rows")

    @property
    def observations(self) -> int:
        """Films read, each as often as it was observed: the sum of all counts."""
        return self._sum("observations")

    @property
    def new(self) -> int:
        """Films that were not known before."""
        return self._sum("new")

    @property
    def changed(self) -> int:
        """Observations that changed a film."""
        return self._sum("changed")

    @property
    def unchanged(self) -> int:
        """Observations that changed nothing of a film."""
        return self._sum("unchanged")

    @property
    def rejected(self) -> int:
        """Records that could not be used."""
        return self._sum("rejected")

    @property
    def failed(self) -> bool:
        """Whether a file, or the rest of one, could not be read."""
        return any(file.error is not None for file in self.files)

    @property
    def message(self) -> str:
        """The errors; where there are none, one sentence of figures."""
        errors = [f"{file.path}: {file.error}" for file in self.files if file.error is not None]
        if errors:
            return "; ".join(errors)
        return (
            f"{self.rows} rows: {self.new} films new, {self.changed} changed, "
            f"{self.unchanged} unchanged, {self.rejected} rows rejected"
        )

    def as_json(self) -> dict[str, object]:
        """The report as plain JSON values."""
        totals = {name: self._sum(name) for name in ("rows", *COUNTS)}
        return {
            **totals,
            "dry_run": self.dry_run,
            "failed": self.failed,
            "files": [file.as_json() for file in self.files],
        }

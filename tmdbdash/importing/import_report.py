"""What became of imported files: figures, errors, and the same as plain JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file.

    ``rows`` are its records (of recorded answers: lines), all others are films as observed: new,
    changed, unchanged, ``duplicates`` of one observed before at the same time, ``adult`` ones left
    out. ``rejected`` records are in ``rejects``. ``observed_at`` is the (last) time of observation
    and ``observed_from`` tells where that was found. ``error`` says why the file, or the rest of
    it, could not be read.
    """

    path: Path
    format: str | None = None
    observed_at: datetime | None = None
    observed_from: str | None = None
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    snapshots: int = 0
    duplicates: int = 0
    adult: int = 0
    rejected: int = 0
    rejects: Path | None = None
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        plain = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        for name in ("path", "rejects"):
            plain[name] = None if plain[name] is None else str(plain[name])
        if self.observed_at is not None:
            plain["observed_at"] = self.observed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return plain


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of all files, in the order given."""

    files: tuple[FileReport, ...]

    def _sum(self, name: str) -> int:
        return sum(getattr(file, name) for file in self.files)

    @property
    def rows(self) -> int:
        """Records read."""
        return self._sum("rows")

    @property
    def new(self) -> int:
        """Films that were not known before."""
        return self._sum("new")

    @property
    def changed(self) -> int:
        """Observations that changed what was known of a film."""
        return self._sum("changed")

    @property
    def unchanged(self) -> int:
        """Observations that told nothing new of a film."""
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

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        sums = ("rows", "new", "changed", "unchanged", "rejected")
        totals = {name: getattr(self, name) for name in sums}
        return totals | {"failed": self.failed, "files": [file.as_json() for file in self.files]}

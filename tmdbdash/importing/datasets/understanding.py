"""How a file was understood: the field of each column, and the share that could be read."""

from __future__ import annotations

from dataclasses import asdict, dataclass

WORTH_A_WARNING = 0.1
"""Larger shares of rejected rows, or of a column's unreadable cells, are warned of."""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One column that was used: its name, the field it was read as, and how much was readable.

    ``filled`` cells had a value, ``read`` of them could be read; ``unread`` are up to three that
    could not, the commonest first. ``note`` names an unusual or ambiguous way of writing, such as
    "day first".
    """

    column: str
    field: str
    filled: int = 0
    read: int = 0
    unread: tuple[str, ...] = ()
    note: str = ""

    @property
    def share(self) -> float:
        """The share of the filled cells that could be read; 1 where none was filled."""
        return self.read / self.filled if self.filled else 1.0

    def text(self) -> str:
        """The column in the line that a person reads, such as ``votes as vote_count (98 %)``."""
        name = self.column if self.column == self.field else f"{self.column} as {self.field}"
        remarks = [self.note] if self.note else []
        if self.filled == 0:
            remarks.append("empty")
        elif self.read < self.filled:
            # Never rounded up to 100: some cells were not read.
            remarks.append(f"{min(99.9, 100 * self.share):.3g} % read")
        return f"{name} ({', '.join(remarks)})" if remarks else name

    def as_json(self) -> dict[str, object]:
        """The column as plain JSON values."""
        return asdict(self) | {"unread": list(self.unread)}


@dataclass(frozen=True, slots=True)
class Understanding:
    """All columns of a file, used and ignored, and notes on the whole."""

    used: tuple[ColumnUse, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def line(self) -> str:
        """One line for people: the columns used with their fields, and those ignored."""
        if not self.used:
            return ""
        used = f"used {', '.join(use.text() for use in self.used)}"
        return f"{used}; ignored {', '.join(self.ignored)}" if self.ignored else used

    def warnings(self) -> list[str]:
        """A sentence for each column of which more than a tenth could not be read."""
        return [
            f"{use.filled - use.read:,} of {use.filled:,} values of {use.column} could not be read "
            f"as {use.field}, such as {', '.join(use.unread)}"
            for use in self.used
            if 1 - use.share > WORTH_A_WARNING
        ]

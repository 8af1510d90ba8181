"""One exception class per documented exit code.

Everything a user can cause is raised as one of these, with a message that names what was wrong,
where, and what to do. Any other exception is a bug of ours and keeps its traceback.
"""

from __future__ import annotations


class TmdbdashError(Exception):
    """Base of the errors that end a command with a sentence instead of a traceback."""

    exit_code = 1


class UsageError(TmdbdashError):
    """An option, a setting or an input file cannot be used as given (exit code 2)."""

    exit_code = 2


class TmdbError(TmdbdashError):
    """TMDB is unreachable, refused the request, or answered incompletely (exit code 3)."""

    exit_code = 3


class DatabaseError(TmdbdashError):
    """The database cannot be opened, read or written (exit code 4)."""

    exit_code = 4


class NotReadyError(TmdbdashError):
    """Too little data, no usable model, or nothing to publish (exit code 5)."""

    exit_code = 5


class StaleError(TmdbdashError):
    """Data or models are older than the cadence allows (exit code 10, ``status`` only)."""

    exit_code = 10


class LockedError(TmdbdashError):
    """Another run holds the lock and ``--fail-if-locked`` was given (exit code 75)."""

    exit_code = 75


class StuckError(LockedError):
    """Another run has held the lock for so long that it must hang."""


class Terminated(BaseException):
    """A signal asked the program to stop; what is under way is rolled back on the way out."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"stopped by signal {signum}")
        self.signum = signum
        self.exit_code = 128 + signum


class PartlyReplacedError(OSError):
    """Some files were replaced, others were not, and the former ones could not be put back."""

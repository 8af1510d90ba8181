"""The program as a process: signals in, exceptions to message and exit code out."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import typer

from tmdbdash.errors import StaleError, Terminated, UsageError
from tmdbdash.redaction import redact
from tmdbdash.system_errors import foreseen
from tmdbdash.terminal.streams import close_streams, open_streams

log = logging.getLogger("tmdbdash")

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RETRY_SECONDS = 0.01
"""Until a stop is raised that came where nothing can be raised."""


def _stop(signum: int, frame: FrameType | None) -> None:
    if _is_hooked(frame):
        _stop_later(signum)
    else:
        raise Terminated(signum)


def _stop_later(signum: int) -> None:
    signal.signal(signal.SIGALRM, lambda _signum, frame: _stop(signum, frame))
    signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)


def _stop_all_the_same(unraisable: sys.UnraisableHookArgs) -> None:
    """Stop a little later where the signal came in a callback whose exceptions Python drops."""
    if isinstance(unraisable.exc_value, Terminated):
        _stop_later(unraisable.exc_value.signum)
    else:
        sys.__unraisablehook__(unraisable)


def _is_hooked(frame: FrameType | None) -> bool:
    """Whether a signal came within the hook above, out of which nothing can be raised."""
    while frame is not None and frame.f_code is not _stop_all_the_same.__code__:
        frame = frame.f_back
    return frame is not None


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its documented code."""
    for signum in STOPPING:
        if signal.getsignal(signum) is not signal.SIG_IGN:  # as nohup leaves SIGHUP
            signal.signal(signum, _stop)
    sys.unraisablehook = _stop_all_the_same
    try:
        open_streams()
        given = sys.argv[1:] if arguments is None else list(arguments)
        code = _written(_run(given))
    except Terminated as stopped:  # before the command began, or when it had ended
        code = stopped.exit_code
    # All is written: from here on a signal ends the process at once.
    for signum in STOPPING:
        if signal.getsignal(signum) is _stop:
            signal.signal(signum, signal.SIG_DFL)
    sys.exit(code)


def _written(code: int) -> int:
    """The exit code after writing all output, which an earlier fault's code overrides."""
    refused = close_streams()
    if refused is None:
        return code
    if isinstance(refused, BrokenPipeError):  # the reader (`| head`) has seen enough
        return code or 128 + signal.SIGPIPE
    _report(UsageError.exit_code, f"cannot write to standard output: {refused.strerror}", False)
    close_streams()
    return UsageError.exit_code if code in (0, StaleError.exit_code) else code


def _run(arguments: Sequence[str]) -> int:
    as_json = "--json" in arguments
    try:
        from tmdbdash.cli import app

        code = app(arguments, prog_name="tmdbdash", standalone_mode=False)
    except typer.TyperException as error:
        _report(error.exit_code, error.format_message(), as_json)
        return error.exit_code
    except typer.Abort:
        return 128 + signal.SIGINT
    except SystemExit as end:  # shell completion answers and ends by itself
        return end.code if isinstance(end.code, int) else 0
    except (Exception, Terminated) as error:  # the outermost call: what is not foreseen is a bug
        known = foreseen(error)
        if known is None:
            return _bug(as_json)
        if known is not error:
            log.debug("where that was", exc_info=True)
        _report(known.exit_code, str(known), as_json)
        return known.exit_code
    return code if isinstance(code, int) else 0


def _bug(as_json: bool) -> int:
    """Log the current exception with its traceback; the exit code of a bug."""
    _ready_to_log()
    log.critical("a bug in tmdbdash, please report it with what follows", exc_info=True)
    if as_json:
        _print_error(1, "a bug in tmdbdash: see the log")
    return 1


def _report(code: int, message: str, as_json: bool) -> None:
    _ready_to_log()
    if message:  # none where the help page was the answer
        log.error("%s", message)
    if as_json:
        _print_error(code, message)


def _print_error(code: int, message: str) -> None:
    from tmdbdash.terminal.output import print_json

    print_json({"error": {"code": code, "message": redact(message)}})


def _ready_to_log() -> None:
    """Set logging up where an error in the options came first."""
    if not logging.getLogger().handlers:
        from tmdbdash.terminal.output import set_up_logging

        set_up_logging()

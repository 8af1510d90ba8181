"""The published folder: what page is in it, and putting a new one there."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import stat
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tmdbdash.errors import PartlyReplacedError, UsageError
from tmdbdash.files import allow, read_regular, renew, write_atomic, write_together
from tmdbdash.report.site.assets import ASSET_NAME
from tmdbdash.report.site.page_origin import is_ours
from tmdbdash.system_errors import tell

log = logging.getLogger(__name__)

FOLDER_MODE = 0o755
ORPHAN_SECONDS = 3600
KEPT_SECONDS = 3600
"""How long an asset stays at least after the last page that named it."""
KEPT_POLLS = 10
"""And how many times an open page asks for the new one meanwhile."""
KEPT_BYTES = 256_000_000
"""What assets of former pages may take up; of more, those named longest ago go at once."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a folder shows now: no page at all, an empty one, simulated or real films.

    ``posters`` says whether it shows images of TMDB's, ``foreign`` whether its page is another's.
    """

    page: bool
    films: bool
    simulated: bool
    posters: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """Paths in the folder that were written, that already held the right bytes, and removed."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def look_at(out_dir: Path) -> Published:
    """What page the folder holds. One that we cannot read counts as someone's real page."""
    page = (out_dir / "index.html").exists()
    with contextlib.suppress(OSError):
        if page and not is_ours(out_dir):
            return Published(page, films=False, simulated=False, foreign=True)
    try:
        data = json.loads(read_regular(out_dir / "data.json"))
        return Published(
            page,
            films=not data["empty"],
            simulated=data["simulated"] is True,
            posters=data.get("posters") is True,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Published(page, films=page, simulated=False)


def write_all(
    out_dir: Path, files: Mapping[str, bytes], now: datetime, *, poll_seconds: float = 0
) -> Written:
    """Write the files in their order, then remove assets of ours that no page has named for long.

    Someone who has an older page open, or is given one by a host that keeps it for some minutes,
    still finds all that it loads: what the page before this one named stays for `KEPT_SECONDS`,
    and for `KEPT_POLLS` times the ``poll_seconds`` in which open pages learn of a new one, as far
    as `KEPT_BYTES` suffice. The page and all that has one name for ever are replaced together or
    not at all; assets, named by their content, before them. Raises `UsageError`, which names the
    file, where that cannot be done, with what stands in the folder then.
    """
    named = _named_in(out_dir)
    keep = max(KEPT_SECONDS, KEPT_POLLS * poll_seconds)
    before = _page_state(out_dir)
    added: list[str] = []
    try:
        _make_folders(out_dir, files)
        for path, content in files.items():
            if path.startswith("assets/") and write_atomic(out_dir / path, content):
                added.append(path)
        lasting = {out_dir / p: c for p, c in files.items() if not p.startswith("assets/")}
        replaced = {path.relative_to(out_dir).as_posix() for path in write_together(lasting)}
    except BaseException as error:
        if not isinstance(error, PartlyReplacedError):
            _remove_added(out_dir, added, named)
        if isinstance(error, OSError):
            raise _unwritten(out_dir, error, before) from error
        raise
    for name in sorted(named - files.keys()):
        _mark(out_dir / name, now)
    removed = _remove_old(out_dir, files, now, keep)
    _warn_of_unreadable(out_dir / "index.html")
    changed = tuple(path for path in files if path in added or path in replaced)
    kept = tuple(path for path in files if path not in changed)
    return Written(changed, kept, tuple(removed))


def _warn_of_unreadable(page: Path) -> None:
    with contextlib.suppress(OSError):
        if os.name == "posix" and not page.stat().st_mode & 0o044:
            log.warning("%s can be read by its owner alone, and its mode cannot be set", page)


def _page_state(out_dir: Path) -> bool | None:
    """Whether there is a page that can be opened; ``None`` where that cannot be known."""
    try:
        found = (out_dir / "index.html").stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return None
    return stat.S_ISREG(found.st_mode) and found.st_size > 0


def _unwritten(out_dir: Path, error: OSError, before: bool | None) -> UsageError:
    """What could not be written, why, and what is in the folder now, as far as that is certain."""
    told = f"cannot write the page into {out_dir}: {tell(error)}"
    after = _page_state(out_dir)
    if isinstance(error, PartlyReplacedError):
        told += "; its files are partly new and partly old now: run `tmdbdash render` when mended"
    elif before and after:
        told += "; the page that was there still stands"
    elif before is False and after is False:
        told += "; no page was there, and none is"
    return UsageError(told)


def _remove_added(out_dir: Path, added: Sequence[str], named: Set[str]) -> None:
    """Remove assets that only a page that failed would have named: a full disk needs the room."""
    for name in added:
        if name not in named:
            with contextlib.suppress(OSError):
                (out_dir / name).unlink()


def _make_folders(out_dir: Path, files: Mapping[str, bytes]) -> None:
    """Make what is missing, readable to a web server whatever the umask says."""
    missing = [folder for folder in (out_dir, *out_dir.parents) if not os.path.lexists(folder)]
    inner = sorted({str(Path(name).parent) for name in files} - {"."})
    for folder in (*reversed(missing), out_dir, *(out_dir / path for path in inner)):
        if not folder.is_dir():
            if os.path.lexists(folder):
                raise NotADirectoryError(
                    errno.ENOTDIR, "a folder has to be there, and something else is", str(folder)
                )
            folder.mkdir(FOLDER_MODE)
        if folder == out_dir and folder not in missing:
            continue  # its mode is its owner's choice
        allow(folder, FOLDER_MODE, 0o055)


def _named_in(out_dir: Path) -> set[str]:
    """The assets that the page in the folder names: itself, or to load them when asked."""
    named = set()
    for name in ("index.html", "data.json"):
        with contextlib.suppress(OSError):
            text = read_regular(out_dir / name).decode("utf-8", "replace")
            named |= {f"assets/{found[0]}" for found in ASSET_NAME.finditer(text)}
    return named


def _mark(path: Path, now: datetime) -> None:
    """Note in an asset's time that it was named until now."""
    with contextlib.suppress(OSError):
        try:
            os.utime(path, (now.timestamp(),) * 2, follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError:  # another user's file, or a file system without times
            renew(path)


def _remove_old(out_dir: Path, files: Mapping[str, bytes], now: datetime, keep: float) -> list[str]:
    """Remove assets of former pages after ``keep`` seconds, and a killed writer's after an hour.

    What cannot be removed stays: the page is complete all the same.
    """
    removed = []
    kept_bytes = 0
    for age, size, path in sorted(_former(out_dir, files, now)):
        kept_bytes += size
        if age > keep or kept_bytes > KEPT_BYTES:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                removed.append(f"assets/{path.name}")
        elif age < -keep:
            _mark(path, now)  # left under a clock that was ahead: counted from here
    for path in _begun(out_dir, files):
        with contextlib.suppress(OSError):
            if now.timestamp() - path.stat().st_mtime > ORPHAN_SECONDS:
                path.unlink(missing_ok=True)
    return removed


def _begun(out_dir: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Temporary files of ours: of these names, or of assets, which had others before."""
    for name in files:
        written = out_dir / name
        with contextlib.suppress(OSError):
            yield from list(written.parent.glob(f".{written.name}.*.tmp"))
    with contextlib.suppress(OSError):
        for path in list((out_dir / "assets").glob(".*.tmp")):
            if ASSET_NAME.match(path.name, 1):
                yield path


def _former(
    out_dir: Path, files: Mapping[str, bytes], now: datetime
) -> Iterator[tuple[float, int, Path]]:
    """Age in seconds, size in bytes and path of each asset that the page does not name."""
    with contextlib.suppress(OSError):
        for path in list((out_dir / "assets").iterdir()):
            if ASSET_NAME.fullmatch(path.name) and f"assets/{path.name}" not in files:
                with contextlib.suppress(OSError):
                    found = path.stat()
                    yield now.timestamp() - found.st_mtime, found.st_size, path

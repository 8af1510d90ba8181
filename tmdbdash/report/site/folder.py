"""The published folder: the page in it, and the writing of a new one."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tmdbdash.errors import PartlyReplacedError, UsageError
from tmdbdash.files import read_regular, renew, set_mode, write_atomic, write_together
from tmdbdash.report.site.assets import ASSET_NAME
from tmdbdash.report.site.page_origin import is_ours
from tmdbdash.system_errors import message_of

log = logging.getLogger(__name__)

FILM_PAGE = re.compile(r"(?:(?:en|pt-BR)/)?film/([1-9][0-9]{0,9})\.html")
"""A film's own page, by its path."""
LANGUAGES = ("en", "pt-BR")
"""The folders that languages may have."""
POSTER_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}\.(jpg|png|webp)")
FOLDER_MODE = 0o755
ORPHAN_SECONDS = 3600
KEPT_SECONDS = 3600
"""How long an asset is kept at least after the last page that named it."""
KEPT_POLLS = 10
"""And how many polls of an open page it is kept for."""
KEPT_BYTES = 256_000_000
"""Room for assets of former pages; of more, those named longest ago are removed at once."""


@dataclass(frozen=True, slots=True)
class Published:
    """The page in a folder: whether there is one, with films, of simulated data.

    ``posters`` is whether it shows images of TMDB, ``foreign`` whether another program made it.
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


def read_published(out_dir: Path) -> Published:
    """The page in the folder. One that cannot be read counts as a page of real films."""
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


def assets_in(out_dir: Path) -> set[str]:
    """The paths of the assets in the folder."""
    return {f"assets/{path.name}" for path in _entries(out_dir / "assets")}


def film_pages_in(out_dir: Path) -> set[int]:
    """The films that have pages of their own in the folder."""
    pages = (FILM_PAGE.fullmatch(f"film/{path.name}") for path in _entries(out_dir / "film"))
    return {int(page[1]) for page in pages if page}


def _entries(folder: Path) -> list[Path]:
    """What is in a folder; nothing where it cannot be read."""
    with contextlib.suppress(OSError):
        return list(folder.iterdir())
    return []


def write_all(
    out_dir: Path,
    files: Mapping[str, bytes],
    now: datetime,
    *,
    poll_seconds: float = 0,
    kept: Collection[str] = (),
    posters: Mapping[str, Path] | None = None,
) -> Written:
    """Write the files in their order, then remove assets that no page has named for long.

    An older page that is still open, or cached by a host, finds all that it loads: the assets of
    the page before this one are kept for `KEPT_SECONDS`, and for `KEPT_POLLS` times
    ``poll_seconds``, the time between two polls of an open page, within `KEPT_BYTES`. Assets,
    named by their content, are written first; the pages and all other files are then replaced
    together or not at all, and last the pages of single films, one by one. Raises `UsageError`,
    which names the file and the state of the folder, where that cannot be done.

    ``kept`` are assets in the folder that these files name; ``posters`` the pictures to publish,
    by their path. One that cannot be copied is left out: the page shows its film without.
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
        films = {path: content for path, content in files.items() if FILM_PAGE.fullmatch(path)}
        lasting = {
            out_dir / path: content
            for path, content in files.items()
            if not path.startswith("assets/") and path not in films
        }
        replaced = {path.relative_to(out_dir).as_posix() for path in write_together(lasting)}
    except BaseException as error:
        if not isinstance(error, PartlyReplacedError):
            _remove_added(out_dir, added, named)
        if isinstance(error, OSError):
            raise _unwritten(out_dir, error, before) from error
        raise
    replaced |= {path for path, content in films.items() if write_atomic(out_dir / path, content)}
    for name in sorted(named - files.keys() - set(kept)):
        _touch(out_dir / name, now)
    _publish_posters(out_dir, posters or {})
    current = files.keys() | set(kept)
    removed = _remove_former_pages(out_dir, files) + _remove_old(out_dir, current, now, keep)
    _warn_of_unreadable(out_dir / "index.html")
    changed = tuple(path for path in files if path in added or path in replaced)
    kept = tuple(path for path in files if path not in changed)
    return Written(changed, kept, tuple(removed))


def _warn_of_unreadable(page: Path) -> None:
    with contextlib.suppress(OSError):
        if os.name == "posix" and not page.stat().st_mode & 0o044:
            log.warning("%s can be read by its owner alone, and its mode cannot be set", page)


def _page_state(out_dir: Path) -> bool | None:
    """Whether there is a page that can be opened; ``None`` where that is unknown."""
    try:
        found = (out_dir / "index.html").stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return None
    return stat.S_ISREG(found.st_mode) and found.st_size > 0


def _unwritten(out_dir: Path, error: OSError, before: bool | None) -> UsageError:
    """What could not be written, why, and what is in the folder now, as far as that is certain."""
    text = f"cannot write the page into {out_dir}: {message_of(error)}"
    after = _page_state(out_dir)
    if isinstance(error, PartlyReplacedError):
        text += "; its files are partly new and partly old now: run `tmdbdash render` when mended"
    elif before and after:
        text += "; the page that was there is unchanged"
    elif before is False and after is False:
        text += "; no page was there, and none is"
    return UsageError(text)


def _remove_added(out_dir: Path, added: Sequence[str], named: Set[str]) -> None:
    """Remove the assets that only the page that failed would have named: the disk may be full."""
    for name in added:
        if name not in named:
            with contextlib.suppress(OSError):
                (out_dir / name).unlink()


def _make_folders(out_dir: Path, files: Mapping[str, bytes]) -> None:
    """Make missing folders, readable to a web server whatever the umask."""
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
        set_mode(folder, FOLDER_MODE, 0o055)


def _named_in(out_dir: Path) -> set[str]:
    """The assets that the pages in the folder name, in themselves, or by what they ask for."""
    named: set[str] = set()

    def note(path: Path) -> None:
        with contextlib.suppress(OSError):
            text = read_regular(path).decode("utf-8", "replace")
            named.update(f"assets/{found[0]}" for found in ASSET_NAME.finditer(text))

    with contextlib.suppress(OSError):
        for path in [*out_dir.glob("*.html"), *out_dir.glob("*/*.html")]:
            if path.parent.name != "film":
                note(path)
    with contextlib.suppress(OSError, ValueError, AttributeError):
        latest = json.loads(read_regular(out_dir / "latest.json"))
        digests = {"library": latest["library"], **latest["pages"]}
        for path in list((out_dir / "assets").iterdir()):
            stem, _, rest = path.name.partition(".")
            if rest == f"{digests.get(stem, digests.get(stem.split('-')[0]))}.js":
                named.add(f"assets/{path.name}")
                if stem == "library":
                    note(path)
    return named


def _publish_posters(out_dir: Path, posters: Mapping[str, Path]) -> None:
    """Copy the pictures that are not there, and remove those that no film has any more.

    A picture's name is TMDB's, which has another one for another picture.
    """
    folder = out_dir / "posters"
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            if POSTER_NAME.fullmatch(path.name) and f"posters/{path.name}" not in posters:
                path.unlink(missing_ok=True)
    for name, source in posters.items():
        with contextlib.suppress(OSError):
            if (out_dir / name).is_file():
                continue
            folder.mkdir(FOLDER_MODE, exist_ok=True)
            set_mode(folder, FOLDER_MODE, 0o055)
            write_atomic(out_dir / name, read_regular(source))


def _remove_former_pages(out_dir: Path, files: Mapping[str, bytes]) -> list[str]:
    """Remove the pages of films that are not tracked any more.

    And all of ours in the folder of a language that has become the site's own.
    """
    removed = []
    for folder in ("", *LANGUAGES):
        names = [f"film/{page.name}" for page in _entries(out_dir / folder / "film")]
        former = {f"{folder}/{name}".lstrip("/") for name in names}
        former = {path for path in former if FILM_PAGE.fullmatch(path)}
        with contextlib.suppress(OSError):
            if folder and is_ours(out_dir / folder):
                former |= {f"{folder}/{path}" for path in files if re.fullmatch(r"\w+\.html", path)}
        for path in sorted(former - files.keys()):
            with contextlib.suppress(OSError):
                (out_dir / path).unlink()
                removed.append(path)
    return removed


def _touch(path: Path, now: datetime) -> None:
    """Set an asset's time to now, until which a page named it."""
    with contextlib.suppress(OSError):
        try:
            os.utime(path, (now.timestamp(),) * 2, follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError:  # another user's file, or a file system without times
            renew(path)


def _remove_old(out_dir: Path, files: Collection[str], now: datetime, keep: float) -> list[str]:
    """Remove assets of former pages after ``keep`` seconds, and temporary files after an hour.

    What cannot be removed is left: the page is complete without that.
    """
    removed = []
    kept_bytes = 0
    for age, size, path in sorted(_former_assets(out_dir, files, now)):
        kept_bytes += size
        if age > keep or kept_bytes > KEPT_BYTES:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                removed.append(f"assets/{path.name}")
        elif age < -keep:
            _touch(path, now)  # left under a clock that was ahead: counted from here
    for path in _temporary_files(out_dir, files):
        with contextlib.suppress(OSError):
            if now.timestamp() - path.stat().st_mtime > ORPHAN_SECONDS:
                path.unlink(missing_ok=True)
    return removed


def _temporary_files(out_dir: Path, files: Collection[str]) -> Iterator[Path]:
    """The temporary files of killed writers: of these names, or of any asset."""
    for name in files:
        written = out_dir / name
        with contextlib.suppress(OSError):
            yield from list(written.parent.glob(f".{written.name}.*.tmp"))
    with contextlib.suppress(OSError):
        for path in list((out_dir / "assets").glob(".*.tmp")):
            if ASSET_NAME.match(path.name, 1):
                yield path


def _former_assets(
    out_dir: Path, files: Collection[str], now: datetime
) -> Iterator[tuple[float, int, Path]]:
    """Age in seconds, size in bytes and path of each asset that the page does not name."""
    with contextlib.suppress(OSError):
        for path in list((out_dir / "assets").iterdir()):
            if ASSET_NAME.fullmatch(path.name) and f"assets/{path.name}" not in files:
                with contextlib.suppress(OSError):
                    found = path.stat()
                    yield now.timestamp() - found.st_mtime, found.st_size, path

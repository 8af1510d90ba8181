"""The published folder: the page in it, and the writing of a new one."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import stat
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tmdbdash.errors import PartlyReplacedError, UsageError
from tmdbdash.files import read_regular, write_atomic, write_together
from tmdbdash.report.site.film_pages import FilmPage
from tmdbdash.report.site.former_files import (
    FILM_PAGE,
    KEPT_POLLS,
    KEPT_SECONDS,
    assets_named_in,
    publish_posters,
    remove_former_pages,
    remove_old_assets,
    touch,
)
from tmdbdash.report.site.page_origin import is_ours
from tmdbdash.report.site.written_pages import make_folders, write_film_pages
from tmdbdash.system_errors import message_of

log = logging.getLogger(__name__)


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


def write_all(
    out_dir: Path,
    files: Mapping[str, bytes],
    now: datetime,
    *,
    poll_seconds: float = 0,
    kept: Collection[str] = (),
    posters: Mapping[str, Path] | None = None,
    film_pages: Iterable[FilmPage] = (),
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
    Of the ``film_pages`` those are made and written that are made of something else than before.
    """
    named = assets_named_in(out_dir)
    keep = max(KEPT_SECONDS, KEPT_POLLS * poll_seconds)
    before = _page_state(out_dir)
    added: list[str] = []
    try:
        make_folders(out_dir, files)
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
    present = dict.fromkeys(files)
    try:
        replaced |= {p for p, content in films.items() if write_atomic(out_dir / p, content)}
        for path, is_new in write_film_pages(out_dir, film_pages):
            present[path] = None
            if is_new:
                replaced.add(path)
    except OSError as error:
        raise UsageError(
            f"the pages in {out_dir} are new, but that of a film cannot be written: "
            f"{message_of(error)}; run `tmdbdash render` again when that is mended"
        ) from error
    for name in sorted(named - files.keys() - set(kept)):
        touch(out_dir / name, now)
    publish_posters(out_dir, posters or {})
    current = present.keys() | set(kept)
    removed = remove_former_pages(out_dir, present) + remove_old_assets(out_dir, current, now, keep)
    _warn_of_unreadable(out_dir / "index.html")
    written = replaced.union(added)
    changed = tuple(path for path in present if path in written)
    return Written(changed, tuple(p for p in present if p not in written), tuple(removed))


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

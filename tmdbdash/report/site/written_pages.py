"""Writing the pages of films: of ten thousand, most are as they were."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tmdbdash.files import read_regular, set_mode, write_atomic
from tmdbdash.report.site.film_pages import FilmPage
from tmdbdash.report.site.former_files import FOLDER_MODE, entries

DIGESTS = "film/digests.json"
"""What each page in the folder was made of, by its path."""


def write_film_pages(out_dir: Path, pages: Iterable[FilmPage]) -> Iterator[tuple[str, bool]]:
    """The path of each page once it is in the folder, and whether it had to be written.

    One is made only where it is missing or was made of something else. Raises `OSError`.
    """
    before = _read_digests(out_dir)
    found: dict[str, set[str]] = {}
    now: dict[str, str] = {}
    for page in pages:
        folder, _, name = page.path.rpartition("/")
        if folder not in found:
            make_folders(out_dir, [page.path])
            found[folder] = {path.name for path in entries(out_dir / folder)}
        now[page.path] = page.digest
        if name in found[folder] and before.get(page.path) == page.digest:
            yield page.path, False
        else:
            yield page.path, write_atomic(out_dir / page.path, page.content())
    if now:
        text = json.dumps(now, separators=(",", ":"))
        yield DIGESTS, write_atomic(out_dir / DIGESTS, text.encode())


def _read_digests(out_dir: Path) -> dict[str, str]:
    """The digests of the pages in the folder; none where they cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(read_regular(out_dir / DIGESTS))
        if isinstance(known, dict):
            return known
    return {}


def make_folders(out_dir: Path, files: Iterable[str]) -> None:
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

"""What earlier renders left in the published folder: which of it stays, and for how long."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from tmdbdash.files import read_regular, renew, set_mode, write_atomic
from tmdbdash.report.site.assets import ASSET_NAME
from tmdbdash.report.site.page_origin import is_ours

FILM_PAGE = re.compile(r"(?:(?:en|pt-BR)/)?film/([1-9][0-9]{0,9})\.html")
"""A film's own page, by its path."""
LANGUAGES = ("en", "pt-BR")
"""The folders that languages may have."""
POSTER_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}\.(jpg|png|webp)")
_TEMPORARY = re.compile(r"\.(.+?\.(?:html|json|js|css|svg|txt|xml)|_\w+|\.nojekyll)\..*\.tmp")
FOLDER_MODE = 0o755
ORPHAN_SECONDS = 3600
KEPT_SECONDS = 3600
"""How long an asset is kept at least after the last page that named it."""
KEPT_POLLS = 10
"""And how many polls of an open page it is kept for."""
KEPT_BYTES = 256_000_000
"""Room for assets of former pages; of more, those named longest ago are removed at once."""


def assets_in(out_dir: Path) -> set[str]:
    """The paths of the assets in the folder."""
    return {f"assets/{path.name}" for path in entries(out_dir / "assets")}


def film_pages_in(out_dir: Path) -> set[int]:
    """The films that have pages of their own in the folder."""
    pages = (FILM_PAGE.fullmatch(f"film/{path.name}") for path in entries(out_dir / "film"))
    return {int(page[1]) for page in pages if page}


def entries(folder: Path) -> list[Path]:
    """What is in a folder; nothing where it cannot be read."""
    with contextlib.suppress(OSError):
        return list(folder.iterdir())
    return []


def assets_named_in(out_dir: Path) -> set[str]:
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


def publish_posters(out_dir: Path, posters: Mapping[str, Path]) -> None:
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


def remove_former_pages(out_dir: Path, files: Mapping[str, object]) -> list[str]:
    """Remove the pages of films that are not tracked any more.

    And all of ours in the folder of a language that has become the site's own.
    """
    removed = []
    for folder in ("", *LANGUAGES):
        names = [f"film/{page.name}" for page in entries(out_dir / folder / "film")]
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


def touch(path: Path, now: datetime) -> None:
    """Set an asset's time to now, until which a page named it."""
    with contextlib.suppress(OSError):
        try:
            os.utime(path, (now.timestamp(),) * 2, follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError:  # another user's file, or a file system without times
            renew(path)


def remove_old_assets(
    out_dir: Path, files: Collection[str], now: datetime, keep: float
) -> list[str]:
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
            touch(path, now)  # left under a clock that was ahead: counted from here
    for path in _temporary_files(out_dir, files):
        with contextlib.suppress(OSError):
            if now.timestamp() - path.stat().st_mtime > ORPHAN_SECONDS:
                path.unlink(missing_ok=True)
    return removed


def _temporary_files(out_dir: Path, files: Collection[str]) -> Iterator[Path]:
    """The temporary files of killed writers: of these names, or of any asset."""
    names: dict[Path, set[str]] = {}
    for name in files:
        path = out_dir / name
        names.setdefault(path.parent, set()).add(path.name)
    for folder, own in names.items():
        for path in entries(folder):
            written = _TEMPORARY.fullmatch(path.name)
            if written and (written[1] in own or ASSET_NAME.fullmatch(written[1])):
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

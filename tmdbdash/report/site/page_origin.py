"""Whether the page in a folder is this program's, of any version; others are not replaced."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from tmdbdash.errors import UsageError
from tmdbdash.files import read_regular

_META = re.compile(rb"<meta\b[^>]*>", re.IGNORECASE)
_GENERATOR = re.compile(rb"\bname\s*=\s*[\"']?generator\b", re.IGNORECASE)
_BY_US = re.compile(rb"\bcontent\s*=\s*[\"']?tmdbdash\b", re.IGNORECASE)
_FOOTER = re.compile(rb">\s*tmdbdash\s+<span\s+id\s*=\s*[\"']?version\b")
"""A part of the footer, by which pages are recognised that do not name their generator yet."""
_LICENCES = re.compile(r"licences\.[0-9a-f]{12}\.txt")
"""The asset that no other program has; assets are the first files to be written."""


def is_ours(out_dir: Path) -> bool:
    """Whether the folder's ``index.html`` was made by this program, or is empty.

    Raises `OSError` where it cannot be read.
    """
    page = read_regular(out_dir / "index.html")
    by_name = any(_GENERATOR.search(meta) and _BY_US.search(meta) for meta in _META.findall(page))
    return by_name or _FOOTER.search(page) is not None or not page.strip()


def refuse_foreign_page(out_dir: Path, home: Path) -> None:
    """Raise `UsageError` where the page in the folder is another program's.

    And where the folder is the home: ``.env`` and ``state/`` would be served with the page.
    """
    index = out_dir / "index.html"
    instead = "choose another folder by --out, or replace it by --force"
    try:
        if is_ours(out_dir):
            return
    except FileNotFoundError:
        if out_dir.exists() and out_dir.resolve() in (home, home / "state"):
            raise UsageError(
                f"{out_dir} is the home folder or its state: .env and the database would be served "
                "with the page; choose another folder by --out, or insist by --force"
            ) from None
        return
    except NotADirectoryError:
        return  # writing will raise a better error
    except OSError as error:
        raise UsageError(
            f"{index} cannot be read ({error.strerror}), so it is not known whose page it is; "
            f"{instead}"
        ) from None
    raise UsageError(f"{index} is not a page of tmdbdash, so it stays as it is; {instead}")


def refuse_foreign_files(out_dir: Path, files: Mapping[str, bytes]) -> None:
    """Raise `UsageError` where files of other content would be replaced and no page is ours.

    ``files`` are the contents to publish by their path in the folder.
    """
    if (out_dir / "index.html").exists() or _has_signs_of_ours(out_dir):
        return
    others = []
    for name, content in files.items():
        with contextlib.suppress(OSError):
            if read_regular(out_dir / name) != content:
                others.append(name)
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        raise UsageError(
            f"{out_dir} has files that are not tmdbdash's and would be replaced "
            f"({', '.join(others[:3])}{more}); choose another folder by --out, or replace them by "
            "--force"
        )


def _has_signs_of_ours(out_dir: Path) -> bool:
    """Whether the folder has data or assets of this program, say of a writer that was killed."""
    with contextlib.suppress(OSError):
        if any(_LICENCES.fullmatch(path.name) for path in (out_dir / "assets").iterdir()):
            return True
    with contextlib.suppress(OSError, ValueError):
        data = json.loads(read_regular(out_dir / "data.json"))
        return isinstance(data, dict) and {"simulated", "empty"} <= data.keys()
    return False

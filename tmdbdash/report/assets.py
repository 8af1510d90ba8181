"""Scripts, styles and their licences: joined, minified, and named by their content."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rcssmin import cssmin
from rjsmin import jsmin

import tmdbdash

STYLES = ("tokens", "page", "tables", "charts")
SCRIPTS = (
    "text",
    "format",
    "tables",
    "charts",
    "kinds/bars",
    "kinds/lines",
    "kinds/points",
    "header",
    "poll",
    "main",
)
ASSET_NAME = re.compile(r"(app|chart|icon|licences)\.[0-9a-f]{12}\.(js|css|svg|txt)")
"""The names that we give: anything else in the folder is not ours to remove."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The assets by their path in the folder, and the path of each part."""

    files: dict[str, bytes]
    app_js: str
    app_css: str
    chart_js: str
    icon: str
    licences: str


def templates_folder() -> Path:
    """Where templates, scripts and styles are: in the wheel's package, or beside a checkout's."""
    package = Path(tmdbdash.__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def build_assets() -> Assets:
    """Read, join and minify all assets.

    Raises `FileNotFoundError` where the installation lacks one: our bug or a broken install.
    """
    folder = templates_folder()
    library = _chart_library()
    files: dict[str, bytes] = {}

    def add(stem: str, suffix: str, text: str) -> str:
        content = text.encode()
        digest = hashlib.sha256(content).hexdigest()[:12]
        path = f"assets/{stem}.{digest}.{suffix}"
        files[path] = content
        return path

    styles = [(folder / "css" / f"{name}.css").read_text("utf-8") for name in STYLES]
    scripts = [(folder / "js" / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    bundle = (library / "django/static/chartkick/Chart.bundle.js").read_text("utf-8")
    return Assets(
        app_css=add("app", "css", _minified(cssmin, "\n".join(styles)) + "\n"),
        app_js=add("app", "js", _minified(jsmin, "\n".join(scripts)) + "\n"),
        chart_js=add("chart", "js", _minified(jsmin, bundle) + "\n"),
        icon=add("icon", "svg", (folder / "icon.svg").read_text("utf-8")),
        licences=add("licences", "txt", _licences(library)),
        files=files,
    )


def _minified(minify: Callable[..., Any], text: str) -> str:
    """The text without what browsers do not need; notices that begin with ``/*!`` stay."""
    return str(minify(text, keep_bang_comments=True)).strip()


def _chart_library() -> Path:
    """The folder of the ``chartkick`` package, found without importing its framework glue."""
    spec = importlib.util.find_spec("chartkick")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package chartkick, which carries Chart.js, is not installed")
    return Path(spec.submodule_search_locations[0])


def _licences(library: Path) -> str:
    """The licences that come with the chart library, one after the other."""
    parts = [
        f"{path.stem.removeprefix('LICENSE-')}\n{'=' * 72}\n{path.read_text('utf-8').strip()}\n"
        for path in sorted((library / "licenses").glob("LICENSE-*.txt"))
    ]
    return "\n\n".join(parts)

"""Scripts, styles and their licences: joined, minified, and named by their content."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

from tmdbdash.report.data_scripts import data_script
from tmdbdash.report.i18n.catalogue import LOCALES, Text, load_catalogue
from tmdbdash.report.installed import templates_folder

STYLES = ("tokens", "page", "header", "controls", "tables", "charts", "films", "kiosk", "print")
SCRIPTS = (
    "format", "catalogue", "address", "cells", "tables", "choices", "charts", "kinds/bars",
    "kinds/lines", "kinds/points", "kinds/scatter", "kinds/times", "kinds/timeline", "library",
    "films/search", "films/downloads", "films/panel", "film/bars", "film/facts",
    "film/expectations", "film/dialog", "history/picks", "history/lines", "history/panel",
    "theme", "contents", "kiosk", "freshness", "header", "poll", "main",
)  # fmt: skip
"""The scripts in the order in which they run."""
ASSET_NAME = re.compile(
    r"(app|early|chart|icon|licences|films|shard-\d{2,3}|(locale|spoken)-(en|pt-BR))"
    r"\.[0-9a-f]{12}\.(js|css|svg|txt)"
)
"""The names of assets: any other file in the folder is not this program's to remove."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The assets by their path in the folder, and the path of each part.

    ``locales`` maps each language to the path of its texts, ``spoken`` to those texts that scripts
    of a page in that language need from the start.
    """

    files: dict[str, bytes]
    early_js: str
    app_js: str
    app_css: str
    chart_js: str
    icon: str
    licences: str
    locales: dict[str, str]
    spoken: dict[str, str]


def build_assets() -> Assets:
    """Read, join and minify all assets.

    Raises `FileNotFoundError` where the installation lacks one: a bug or a broken install.
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

    def add_texts(name: str, texts: Mapping[str, Text], *, early: bool = False) -> str:
        path, content = data_script(name, texts, early=early)
        files[path] = content
        return path

    styles = [(folder / "css" / f"{name}.css").read_text("utf-8") for name in STYLES]
    bundle = (library / "django/static/chartkick/Chart.bundle.js").read_text("utf-8")
    return Assets(
        app_css=add("app", "css", _minified(cssmin, "\n".join(styles)) + "\n"),
        early_js=add("early", "js", _script(folder, ["early"])),
        app_js=add("app", "js", _script(folder, SCRIPTS)),
        chart_js=add("chart", "js", _minified(jsmin, bundle) + "\n"),
        icon=add("icon", "svg", (folder / "icon.svg").read_text("utf-8")),
        licences=add("licences", "txt", _licences(library)),
        locales={
            locale: add_texts(f"locale-{locale}", load_catalogue(locale).texts)
            for locale in LOCALES
        },
        spoken={
            locale: add_texts(f"spoken-{locale}", load_catalogue(locale).for_scripts, early=True)
            for locale in LOCALES
        },
        files=files,
    )


def _script(folder: Path, names: Iterable[str]) -> str:
    """Scripts joined and minified."""
    scripts = [(folder / "js" / f"{name}.js").read_text("utf-8") for name in names]
    return _minified(jsmin, "\n".join(scripts)) + "\n"


def _minified(minify: Callable[..., object], text: str) -> str:
    """The text without what browsers do not need; comments that begin with ``/*!`` stay."""
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

"""Scripts, styles and their licences: joined, minified, and named by their content."""

from __future__ import annotations

import hashlib
import importlib.util
import posixpath
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

from tmdbdash.report.data_scripts import data_script
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.installed import templates_folder

STYLES = ("tokens", "page", "header", "controls", "tables", "charts", "film", "kiosk", "print")
ASSET_NAME = re.compile(
    r"(app|early|chart|icon|licences|films|library|shard-\d{2,3}|"
    r"(texts|index|films|film|compare|trends|surprises|models|about)-(en|pt-BR))"
    r"\.[0-9a-f]{12}\.(js|css|svg|txt)"
)
"""The names of assets: any other file in the folder is not this program's to remove."""
_IMPORT = re.compile(r'^import \{(?:(?! as )[^}])*\} from "(\.{1,2}/[\w/-]+)\.js";\n', re.MULTILINE)
_UNJOINED = re.compile(r"^\s*(?:import|export)\b", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class) )", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Assets:
    """The assets by their path in the folder, and the path of each part.

    ``texts`` maps each language to the path of what scripts say in it.
    """

    files: dict[str, bytes]
    early_js: str
    app_js: str
    app_css: str
    chart_js: str
    icon: str
    licences: str
    texts: dict[str, str]


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

    def add_texts(locale: str) -> str:
        path, content = data_script(f"texts-{locale}", load_catalogue(locale).for_scripts)
        files[path] = content
        return path

    styles = [(folder / "css" / f"{name}.css").read_text("utf-8") for name in STYLES]
    bundle = (library / "django/static/chartkick/Chart.bundle.js").read_text("utf-8")
    return Assets(
        app_css=add("app", "css", _minified(cssmin, "\n".join(styles)) + "\n"),
        early_js=add("early", "js", _minified(jsmin, _source(folder, "early")) + "\n"),
        app_js=add("app", "js", _minified(jsmin, joined_modules(folder / "js", "main")) + "\n"),
        chart_js=add("chart", "js", _minified(jsmin, bundle) + "\n"),
        icon=add("icon", "svg", (folder / "icon.svg").read_text("utf-8")),
        licences=add("licences", "txt", _licences(library)),
        texts={locale: add_texts(locale) for locale in LOCALES},
        files=files,
    )


def _source(folder: Path, name: str) -> str:
    return (folder / "js" / f"{name}.js").read_text("utf-8")


def joined_modules(folder: Path, entry: str) -> str:
    """An ES module and all that it imports, as one classic script: those run from disk as well.

    Modules import by name from paths below ``folder`` and export declarations, and no two declare
    the same name. Raises `ValueError` where one does not keep to that, a bug of ours.
    """
    texts: dict[str, str] = {}

    def add(name: str) -> None:
        if name in texts:
            return
        texts[name] = ""  # its place, should two import each other
        text = (folder / f"{name}.js").read_text("utf-8")
        for imported in _IMPORT.findall(text):
            add(posixpath.normpath(posixpath.join(posixpath.dirname(name), imported)))
        texts[name] = texts.pop(name) + _EXPORT.sub("", _IMPORT.sub("", text))
        if _UNJOINED.search(texts[name]):
            raise ValueError(f"{name}.js imports or exports in a form that is not joined")

    add(entry)
    declared = Counter(name for text in texts.values() for name in _TOP_LEVEL.findall(text))
    if twice := [name for name, count in declared.items() if count > 1]:
        raise ValueError(f"declared in two scripts: {', '.join(twice)}")
    return '(() => {\n"use strict";\n' + "\n".join(texts.values()) + "\n})();\n"


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

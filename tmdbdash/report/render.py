"""From a dashboard to the bytes of every published file. The only module that uses Jinja."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tmdbdash.report import dashboard as board
from tmdbdash.report.assets import Assets, build_assets, templates_folder
from tmdbdash.report.dashboard import Dashboard
from tmdbdash.report.hosts import META_POLICY, host_files
from tmdbdash.report.layout import ATTRIBUTION, FILM_PAGE, LANGUAGE, PANELS, TMDB_SITE, Panel
from tmdbdash.report.wording import cell_text, number_text, time_text

INDEX = "index.html"
DATA = "data.json"
_IN_MARKUP = str.maketrans({c: f"\\u{ord(c):04x}" for c in ("<", ">", "&", "\u2028", "\u2029")})


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell, ready to be shown; ``href`` makes its text a link."""

    text: str
    kind: str
    minor: bool
    href: str | None


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel with its rows in words."""

    panel: Panel
    rows: tuple[tuple[Cell, ...], ...]


def render(dashboard: Dashboard) -> dict[str, bytes]:
    """Every file of the published folder by its path there, in the order of writing.

    The page comes last: whoever reads it finds all that it names.
    """
    assets = build_assets()
    data = to_json({"build": _build(dashboard, assets), **dashboard.as_data()})
    page = _page(dashboard, assets, data)
    return {
        **assets.files,
        **host_files(),
        "health.json": _file({"status": "ok", "version": dashboard.version}),
        "api/health.json": _file({"ok": True}),
        "api/summary.json": _file(board.summary(dashboard)),
        "api/predictions.json": _file(board.predictions(dashboard)),
        DATA: _bytes(data + "\n"),
        INDEX: _bytes(page),
    }


def to_json(value: Any) -> str:
    """JSON that may stand inside a page as it is: nothing in it can end the element it is in.

    Raises `ValueError` for a number that JSON cannot say.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_IN_MARKUP)


def _file(value: dict[str, Any]) -> bytes:
    return _bytes(to_json(value) + "\n")


def _bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which it cannot say, becomes a question mark."""
    return text.encode("utf-8", "replace")


def _build(dashboard: Dashboard, assets: Assets) -> str:
    """What an open page compares to see that it is of another make, and reloads itself."""
    layout = [(p.id, p.title, p.words, p.columns, p.charts, p.empty) for p in PANELS]
    digest = hashlib.sha256(repr((sorted(assets.files), dashboard.version, layout)).encode())
    for template in sorted(templates_folder().glob("*.j2")):
        digest.update(template.read_bytes())
    return f"{'empty' if dashboard.empty else 'full'}-{digest.hexdigest()[:12]}"


def _page(dashboard: Dashboard, assets: Assets, data: str) -> str:
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template("empty.html.j2" if dashboard.empty else "index.html.j2")
    return template.render(
        language=LANGUAGE,
        policy=META_POLICY,
        assets=assets,
        dashboard=dashboard,
        data=Markup(data),  # noqa: S704  # escaped by `to_json`
        panels=[_view(panel, dashboard) for panel in PANELS],
        film_page=FILM_PAGE,
        tmdb_site=TMDB_SITE,
        attribution=ATTRIBUTION,
        films=number_text(dashboard.films),
        observed_at=time_text(dashboard.observed_at),
        generated_at=time_text(dashboard.generated_at),
        observed_iso=board.plain(dashboard.observed_at),
        generated_iso=board.plain(dashboard.generated_at),
        poll_seconds=number_text(dashboard.poll_interval_ms / 1000),
    )


def _view(panel: Panel, dashboard: Dashboard) -> PanelView:
    return PanelView(
        panel,
        tuple(
            tuple(
                Cell(
                    text=cell_text(column, record),
                    kind=column.kind,
                    minor=column.minor,
                    href=f"{FILM_PAGE}{record.tmdb_id}" if column.kind == "film" else None,
                )
                for column in panel.columns
            )
            for record in dashboard.panels[panel.id]
        ),
    )

"""The published dashboard: database rows, made into a record, files, and a folder of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tmdbdash.errors import NotReadyError, UsageError

if TYPE_CHECKING:
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """The published page; ``written`` and ``removed`` are paths in its folder."""

    out_dir: Path
    films: int
    predictions: int
    simulated: bool
    written: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.out_dir / "index.html"

    def as_json(self) -> dict[str, object]:
        """The report as plain JSON values."""
        return {
            "page": str(self.page),
            "films": self.films,
            "predictions": self.predictions,
            "simulated": self.simulated,
            "written": list(self.written),
            "removed": list(self.removed),
        }


def publish(
    store: Store, settings: Settings, *, now: datetime, out_dir: Path, force: bool = False
) -> PublishReport:
    """Render the dashboard into ``out_dir``; with ``force`` over another program's page too.

    All files are made before the first one is written, so a failed render leaves the old page.
    Without films in the database a page with the commands to run is written, unless a page with
    films is there already. Raises `NotReadyError` then; `UsageError` where simulated data would
    replace a real page, where another program's page or files would be replaced, or where the
    folder cannot be written; `DatabaseError`.
    """
    from tmdbdash.report.feed.events import fetch_events
    from tmdbdash.report.films.film_files import fetch_details, film_files, history_spans
    from tmdbdash.report.films.posters import film_posters
    from tmdbdash.report.panels.dashboard import build_dashboard
    from tmdbdash.report.query.list_days import ListDay, Moment, fetch_moments, list_day
    from tmdbdash.report.query.page_queries import fetch_rows
    from tmdbdash.report.site.folder import read_published, write_all
    from tmdbdash.report.site.former_files import assets_in, film_pages_in
    from tmdbdash.report.site.page_origin import refuse_foreign_files, refuse_foreign_page
    from tmdbdash.report.site.render import render_site

    if not force:
        refuse_foreign_page(out_dir, settings.home)
    rows = fetch_rows(store, settings, now)
    days: list[ListDay] = []

    def moments() -> Iterator[Moment]:
        """Each day of the list, noted before it is passed on: they are too many to keep."""
        as_of, cadence = rows.past.as_of or now, settings.ingest_minutes
        for moment in fetch_moments(store, rows.tracked, rows.listing, cadence, as_of):
            days.append(list_day(rows.tracked, moment))
            yield moment

    events = fetch_events(store, rows, moments(), now)
    dashboard = build_dashboard(replace(rows, days=tuple(days)), settings, now)
    published = read_published(out_dir)
    if dashboard.empty and published.films:
        raise NotReadyError(
            f"nothing to publish: the database has no film, so the page in {out_dir} stays as it "
            "is; run `tmdbdash ingest`, or check DATABASE_URL and --home"
        )
    if dashboard.simulated:
        refuse_simulated_over_real(out_dir)
    posters = film_posters(rows, settings.posters, settings.posters_dir)
    spans = history_spans(store, rows)
    films = film_files(
        rows,
        partial(fetch_details, store, rows, spans),
        spans=spans,
        posters=posters.addresses,
        present=assets_in(out_dir),
        version=settings.version,
    )
    site = render_site(
        dashboard,
        films,
        events,
        store.fetch_installation(),
        settings.site_url,
        posters=posters.addresses,
        known_pages=film_pages_in(out_dir),
    )
    if not force:
        refuse_foreign_files(out_dir, site.files)
    written = write_all(
        out_dir,
        site.files,
        now,
        poll_seconds=settings.poll_interval_ms / 1000,
        kept=films.kept,
        posters=posters.files,
        film_pages=site.film_pages,
    )
    if dashboard.empty:
        raise NotReadyError(
            f"nothing to publish yet: the database has no film, and the page in {out_dir} says so; "
            "run `tmdbdash ingest` (or `tmdbdash import FILE`), then `tmdbdash render`"
        )
    return PublishReport(
        out_dir=out_dir,
        films=dashboard.films,
        predictions=len(dashboard.panels["predictions"]),
        simulated=dashboard.simulated,
        written=written.changed,
        removed=written.removed,
    )


def refuse_simulated_over_real(out_dir: Path) -> None:
    """Raise `UsageError` where the folder holds a page of real films."""
    from tmdbdash.report.site.folder import read_published

    present = read_published(out_dir)
    if present.films and not present.simulated:
        raise UsageError(
            f"{out_dir} holds a page of real films: simulated ones do not go over it; "
            "choose another folder by --out or --home"
        )

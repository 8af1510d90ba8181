"""A year of ticks in fast motion: what grows, and where it ends, on both engines.

Ticks at equal distances over a year, with an import that rejects something, a prediction and a page
each third day, and a training each tenth. At the end each bound of the table "What grows"
in docs/RELIABILITY.md is checked, and that no table grew in the last four months.

    python -m tests.campaigns.year --rounds 8760 --seed 1
"""

from __future__ import annotations

import logging
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, func, select, text
from sqlalchemy.engine import Connection

from tests.campaigns import soundness, trial
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.simulated import connect
from tests.parts.ticks import POPULAR
from tmdbdash import job_steps as jobs
from tmdbdash.importing.importer import ImportOptions
from tmdbdash.importing.rejects import MOST_FILES
from tmdbdash.job_runner import JobOptions
from tmdbdash.settings import Settings
from tmdbdash.storage import Store, open_store
from tmdbdash.storage.schema import (
    film_groups,
    forecasts,
    importances,
    metadata,
    model_files,
    model_metrics,
    model_predictions,
    movie_snapshots,
    runs,
    studies,
    trainings,
)

DAY, YEAR = timedelta(days=1), timedelta(days=365)
RETENTION = 60
FILMS = 45
STEADY_AFTER = 240
"""Days after which all that has a bound has reached it."""
MORE = 1.3
"""What a table may grow by from then on: lists and weeks are not all alike."""
FIT_SECONDS = 0.3
TRAININGS, ORIGINS, EVENTS = 20, 240, 50
PRUNED_WITH_TRAININGS: tuple[Column[object], ...] = (
    trainings.c.trained_at, model_predictions.c.pred_ts, model_metrics.c.trained_at,
    model_files.c.trained_at, importances.c.trained_at, film_groups.c.made_at,
)  # fmt: skip


class Year:
    """One home through the year."""

    def __init__(self, this: trial.Trial, settings: Settings, tmdb: SimulatedTmdb, engine: str):
        self.this, self.settings, self.tmdb, self.engine = this, settings, tmdb, engine
        self.now = self.begun = datetime.now(UTC).replace(microsecond=0) - YEAR
        self.took: list[float] = []
        self.steady: dict[str, int] = {}
        tmdb.clock = lambda: self.now

    @property
    def options(self) -> JobOptions:
        """Jobs read the year's clock."""
        return JobOptions(pings=False, clock=lambda: self.now)

    def tick(self, step: timedelta) -> None:
        """Let time pass; then what cron would do."""
        day = (self.now - self.begun).days
        self.now += step
        self.tmdb.advance(step.total_seconds() / 60)
        clock = time.perf_counter()
        result = jobs.ingest(self.settings, POPULAR, options=self.options)
        self.took.append(time.perf_counter() - clock)
        self.this.expect("a tick ends well", result and result.outcome == "ok", str(result))
        today = (self.now - self.begun).days
        if today == day:
            return
        if today % 10 == 5:
            jobs.train(self.settings, budget=0.01, options=self.options)
        if today % 3 == 0:
            self._import(today)
            if today > 5:
                jobs.predict(self.settings, budget=FIT_SECONDS, options=self.options)
            jobs.render(self.settings, options=self.options)
        if day < STEADY_AFTER <= today:
            self.steady = self._rows()

    def _import(self, today: int) -> None:
        path = self.settings.home / f"films-{today}.csv"
        path.write_text("id,title,popularity\n7,A Film,9.5\nnone,Another,1\n")
        jobs.import_files(
            self.settings, [path], how=ImportOptions(observed_at=self.begun), options=self.options
        )
        path.unlink()
        folder = self.settings.state_dir / "rejects"
        for rejects in folder.glob(f"films-{today}.*"):
            os.utime(rejects, (self.now.timestamp(),) * 2)

    def _rows(self) -> dict[str, int]:
        def count(connection: Connection) -> dict[str, int]:
            return {
                table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                for table in metadata.sorted_tables
            }

        with open_store(self.settings) as store:
            return store.database.read(count)

    def end(self) -> None:
        """Check each bound."""
        jobs.render(self.settings, options=self.options)
        with open_store(self.settings) as store:
            self._check_rows(store)
            faults = soundness.database_faults(store)
            self._figure("database, MB", round(_size(store) / 1e6, 1))
        self.this.expect_none("the database is sound", faults, self.engine)
        self.this.expect_none(
            "the page is whole", soundness.page_faults(self.settings.out_dir), self.engine
        )
        self._check_files()
        for name, rows in self._rows().items():
            most = MORE * self.steady[name] + 60
            self._bound(f"rows of {name}", rows, most)
        month = max(1, len(self.took) // 12)
        for name, part in (("first", self.took[:month]), ("last", self.took[-month:])):
            self._figure(f"a tick of the {name} month, ms", round(1000 * statistics.median(part)))

    def _check_rows(self, store: Store) -> None:
        def ask(query: Callable[[Connection], object]) -> object:
            return store.database.read(query)

        oldest = self.now - timedelta(days=RETENTION)
        own = movie_snapshots.c.imported.is_(False)
        for column, rule in (
            (movie_snapshots.c.snapshot_ts, own),
            (runs.c.started_at, runs.c.job.is_not(None)),
            (forecasts.c.origin_at, forecasts.c.days.is_not(None)),
        ):
            first = select(func.min(column)).where(rule)
            found = ask(lambda c, first=first: c.scalar(first))  # type: ignore[misc]
            told = f"{self.engine}: {column} {found}, {oldest}"
            recent = isinstance(found, datetime) and found >= oldest
            self.this.expect("nothing is older than the retention", recent, told)
        for column in PRUNED_WITH_TRAININGS:
            self._bound(f"times of {column}", _distinct(store, column), TRAININGS)
        self._bound("origins of forecasts", _distinct(store, forecasts.c.origin_at), ORIGINS)
        named = select(func.count()).select_from(studies).group_by(studies.c.name)
        most = store.database.read(lambda c: max(c.scalars(named), default=0))
        self._bound("studies of one name", most, TRAININGS)

    def _check_files(self) -> None:
        settings = self.settings
        self._bound("folders of models", len(list(settings.models_dir.iterdir())), TRAININGS)
        rejects = list((settings.state_dir / "rejects").iterdir())
        self._bound("reject files", len(rejects), MOST_FILES)
        named = soundness.named_assets(settings.out_dir)
        assets = list((settings.out_dir / "assets").iterdir())
        self._bound("assets", len(assets), 2 * len(named))
        feeds = [path.read_text() for path in settings.out_dir.rglob("*.xml")]
        events = max((feed.count("<entry") + feed.count("<item") for feed in feeds), default=0)
        self._bound("events of a feed", events, EVENTS)
        self.this.expect_none(
            "no half file is left", soundness.leftovers(settings.home), self.engine
        )

    def _bound(self, what: str, found: int, most: float) -> None:
        self._figure(what, found)
        self.this.expect("it is within its bound", found <= most, f"{what}: {found} > {most}")

    def _figure(self, what: str, value: object) -> None:
        self.this.figures[f"{self.engine}: {what}"] = value


def _distinct(store: Store, column: Column[object]) -> int:
    query = select(func.count(column.distinct()))
    return store.database.read(lambda c: c.scalar(query) or 0)


def _size(store: Store) -> int:
    def ask(connection: Connection) -> int:
        if connection.dialect.name == "sqlite":
            sizes = [connection.scalar(text(f"PRAGMA {p}")) for p in ("page_count", "page_size")]
            return int(sizes[0]) * int(sizes[1])
        told = connection.scalar(
            text(
                "SELECT SUM(data_length + index_length) FROM information_schema.tables "
                "WHERE table_schema = DATABASE()"
            )
        )
        return int(told)

    return store.database.read(ask)


def year(this: trial.Trial) -> None:
    """The campaign; the rounds are the ticks of one year, on each engine."""
    assert this.rounds is not None
    logging.getLogger("tmdbdash").setLevel(logging.ERROR)
    step = YEAR / this.rounds
    with trial.folder_of(this) as folder, trial.servers(this.engines) as empty:
        for engine in this.engines:
            place = folder / engine
            with SimulatedTmdb(
                films=FILMS, seed=this.seed, untidy=False, today=(datetime.now(UTC) - YEAR).date()
            ) as tmdb:
                home = connect(trial.home_at(place, empty(engine, place)), tmdb)
                settings = trial.settings_of(
                    home, retention_days=RETENTION, tmdb_max_rps=1000, ingest_minutes=60,
                    train_minutes=1440,
                )  # fmt: skip
                this_year = Year(this, settings, tmdb, engine)
                for _ in range(this.rounds):
                    this_year.tick(step)
                this_year.end()


if __name__ == "__main__":
    trial.main(year, __doc__, rounds=8760)

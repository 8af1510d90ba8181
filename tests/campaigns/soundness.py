"""What has to be true of a database, a page and a home at any moment, whatever was killed before.

Each function gives sentences about what is not so; none where all is sound.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection, RowMapping

from tmdbdash.report.i18n.catalogue import LOCALES
from tmdbdash.storage import Store
from tmdbdash.storage.schema import (
    forecast_bases,
    forecasts,
    latest_list,
    metadata,
    model_files,
    model_predictions,
    movie_snapshots,
    movies,
    runs,
    trainings,
)

METRICS = ("popularity", "vote_count", "vote_average")


def database_faults(store: Store, *, whole: bool = True, true_times: bool = True) -> list[str]:
    """What is half stored in it; the engine's own look at its ``whole`` file or tables as well.

    Without ``true_times`` runs say when a wrong clock thought that they were.
    """

    def look(connection: Connection) -> list[str]:
        found = rows_faults(connection, true_times=true_times)
        return found + (_engine_faults(connection) if whole else [])

    return store.database.read(look)


def rows_faults(connection: Connection, *, true_times: bool = True) -> list[str]:
    """What is half stored."""
    return [
        *(_half_ticks(connection) if true_times else ()),
        *_list_faults(connection),
        *_film_faults(connection),
        *_half_trainings(connection),
    ]


def _engine_faults(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        told = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        return [] if told == ["ok"] else list(told)
    names = ", ".join(table.name for table in metadata.sorted_tables)
    rows = connection.execute(text(f"CHECK TABLE {names} EXTENDED"))
    return [f"{row[0]}: {row[3]}" for row in rows if row[3] != "OK"]


def _half_ticks(connection: Connection) -> list[str]:
    """A tick's snapshots without its run, or its run without its data."""
    own = movie_snapshots.c.imported.is_(False)
    counted = select(movie_snapshots.c.snapshot_ts, func.count()).where(own).group_by("snapshot_ts")
    stored = {at.replace(microsecond=0): number for at, number in connection.execute(counted)}
    ticks = _rows(connection, select(runs).where(runs.c.job == "ingest"))
    good = {
        run["started_at"].replace(microsecond=0): run
        for run in ticks
        if run["outcome"] in ("ok", "incomplete")
    }
    found = [f"snapshots of {at} without a run" for at in sorted(stored.keys() - good.keys())]
    for at, run in good.items():
        if stored.get(at, 0) < (run["films_new"] or 0):
            found.append(f"the run of {at} has {run['films_new']} new films, not their snapshots")
    complete = [run for run in good.values() if run["outcome"] == "ok"]
    listed_at = connection.execute(select(func.max(latest_list.c.observed_at))).scalar()
    if complete and (listed_at is None or listed_at < max(good).replace(microsecond=0)):
        newest = max(run["started_at"] for run in complete).replace(microsecond=0)
        if listed_at is None or listed_at < newest:
            found.append(f"the list is of {listed_at}, the last complete tick of {newest}")
    return found


def _list_faults(connection: Connection) -> list[str]:
    listed = _rows(connection, select(latest_list).order_by(latest_list.c.rank))
    found = []
    if [entry["rank"] for entry in listed] != list(range(1, len(listed) + 1)):
        found.append("the list has gaps in its ranks")
    if len({entry["tmdb_id"] for entry in listed}) != len(listed):
        found.append("the list has a film twice")
    if len({entry["observed_at"] for entry in listed}) > 1:
        found.append("the list is of several times")
    known = set(connection.scalars(select(movies.c.tmdb_id)))
    lacking = [e["tmdb_id"] for e in listed if e["tmdb_id"] not in known]
    return found + ([f"films of the list are not stored: {lacking[:3]}"] if lacking else [])


def _film_faults(connection: Connection) -> list[str]:
    """A film's row says another thing than its snapshot of the same time."""
    one = (
        movies.outerjoin(
            movie_snapshots,
            (movie_snapshots.c.tmdb_id == movies.c.tmdb_id)
            & (movie_snapshots.c.snapshot_ts == movies.c.snapshot_at),
        )
    )  # fmt: skip
    columns: list[Any] = [movies.c.tmdb_id, movies.c.imported, movies.c.snapshot_at]
    columns += [movie_snapshots.c[name].label(f"seen_{name}") for name in ("snapshot_ts", *METRICS)]
    columns += [movies.c[name] for name in METRICS]
    found = []
    for row in _rows(
        connection, select(*columns).select_from(one).where(movies.c.snapshot_at.is_not(None))
    ):
        if row["seen_snapshot_ts"] is None:
            found.append(f"film {row['tmdb_id']} lacks its snapshot of {row['snapshot_at']}")
        elif not row["imported"] and any(row[n] != row[f"seen_{n}"] for n in METRICS):
            found.append(f"film {row['tmdb_id']} differs from its own snapshot")
    return found


def _half_trainings(connection: Connection) -> list[str]:
    """A training without its predictions or files, or those of one that is not there."""
    times = set(connection.scalars(select(trainings.c.trained_at)))
    found = []
    for column in (model_predictions.c.pred_ts, model_files.c.trained_at):
        held = set(connection.scalars(select(column).distinct()))
        found += [f"{column} lacks the training of {at}" for at in sorted(times - held)]
        oldest = min(times, default=None)  # older ones may be half pruned: the row goes first
        late = [at for at in held - times if oldest is None or at > oldest]
        found += [f"{column} of {at}, of which there is no training" for at in late]
    made = set(connection.scalars(select(forecasts.c.origin_at).distinct()))
    based = set(connection.scalars(select(forecast_bases.c.origin_at).distinct()))
    return found + [f"forecasts of {at} without their bases" for at in sorted(made - based)]


def _rows(connection: Connection, query: Any) -> list[RowMapping]:
    return list(connection.execute(query).mappings())


def page_faults(out: Path) -> list[str]:
    """What is torn of a published site; a folder without one has none."""
    if not (out / "index.html").exists():
        return []
    found = []
    for path in out.rglob("*.html"):
        if not path.read_text().rstrip().endswith("</html>"):
            found.append(f"{path.relative_to(out)} has no end")
    for path in out.rglob("*.json"):
        try:
            json.loads(path.read_bytes())
        except ValueError as error:
            found.append(f"{path.relative_to(out)}: {error}")
    lacking = [name for name in sorted(named_assets(out)) if not (out / name).is_file()]
    return found + [f"{name} is named and not there" for name in lacking]


def named_assets(out: Path) -> set[str]:
    """The assets that pages load, and those that open ones ask for."""
    name = re.compile(r"assets/[A-Za-z0-9.-]+")
    named = {found for path in out.rglob("*.html") for found in name.findall(path.read_text())}
    try:
        latest = json.loads((out / "latest.json").read_bytes())
        for page, digest in latest["pages"].items():
            named |= {f"assets/{page}-{locale}.{digest}.js" for locale in LOCALES}
        if latest["library"]:
            library = f"assets/library.{latest['library']}.js"
            named |= {library, *name.findall((out / library).read_text())}
    except (OSError, ValueError):
        return named  # a fault that is found by itself
    return named


def leftovers(home: Path, *, but: Collection[str] = ()) -> list[str]:
    """Temporary files and folders of runs that ended before they could remove them."""
    found = [*home.rglob(".*.tmp"), *home.rglob(".new-*")]
    return sorted(str(p.relative_to(home)) for p in found if p.name not in but)

"""Rows of every table, as tests store them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tmdbdash.records import FilmChange, ListEntry, Movie, Prediction, Run, Snapshot, TickWrite

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)

FULL = Movie(
    tmdb_id=603,
    imdb_id="tt0133093",
    title="The Matrix",
    original_title="The Matrix",
    overview="A hacker learns.\nThen \"fights\"; 100% 'sure' \\ %s ? :x",
    language="en",
    release_date=date(1999, 3, 31),
    popularity=83.1234567890123,
    vote_count=27000,
    vote_average=8.2,
    runtime=136,
    genres=("Action", "Science Fiction"),
    poster_path="/p.jpg",
    backdrop_path="/b.jpg",
    status="Released",
    budget=63_000_000,
    revenue=2_923_706_026,
    tagline="Welcome to the Real World.",
    homepage="http://example.org/",
    collection="The Matrix Collection",
    production_companies=("Village Roadshow", 'A "B", C\\D', "Ünïcode, 映画"),
    production_countries=("US",),
    spoken_languages=(),
    rank=3,
    observed_at=NOON,
    details_at=NOON - HOUR,
    snapshot_at=NOON,
    imported=False,
    inserted_at=NOON - 2 * HOUR,
    updated_at=NOON,
)


def film(tmdb_id: int, **facts: Any) -> Movie:
    values = {"title": f"Film {tmdb_id}", "observed_at": NOON, **facts}
    return Movie(tmdb_id=tmdb_id, **values)


def snapshot(tmdb_id: int, at: datetime = NOON, **facts: Any) -> Snapshot:
    values = {"popularity": 1.5, "vote_count": 10, "vote_average": 6.5, **facts}
    return Snapshot(tmdb_id=tmdb_id, snapshot_ts=at, **values)


def listing(*ids: int, popularity: float = 9.0) -> tuple[ListEntry, ...]:
    return tuple(
        ListEntry(rank=rank, tmdb_id=i, popularity=popularity, vote_count=1, vote_average=None)
        for rank, i in enumerate(ids, start=1)
    )


def tick(*movies: Movie, at: datetime = NOON, snapshots: Any = (), **more: Any) -> TickWrite:
    changes = [FilmChange(kind="new", movie=movie) for movie in movies]
    changes += [FilmChange(kind="changed", snapshot=one) for one in snapshots]
    return TickWrite(observed_at=at, changes=tuple(changes), **more)


def run(at: datetime = NOON, job: str = "ingest", outcome: str = "ok", **more: Any) -> Run:
    return Run(job=job, started_at=at, finished_at=at + HOUR, outcome=outcome, **more)


def prediction(tmdb_id: int, at: datetime = NOON, **more: Any) -> Prediction:
    values = {
        "model_name": "linear_regression",
        "predicted_popularity": float(tmdb_id),
        "predicted_vote_average": 6.0,
        **more,
    }
    return Prediction(pred_ts=at, tmdb_id=tmdb_id, **values)

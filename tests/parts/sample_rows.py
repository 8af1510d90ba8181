"""Rows of a small invented database, as `fetch_rows` would bring them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tmdbdash.records import (
    ListEntry,
    Listing,
    Movie,
    PredictedFilm,
    Prediction,
    Run,
    TrainingRun,
)
from tmdbdash.report.rows import Rows

NOW = datetime(2026, 1, 31, 14, 3, 5, tzinfo=UTC)
OBSERVED = datetime(2026, 1, 31, 14, 2, tzinfo=UTC)
TRAINED = datetime(2026, 1, 31, 13, 45, tzinfo=UTC)
TITLES = (
    "The Lighthouse Keeper's Daughter",
    "Night Train to Porto",
    "A Short History of Rain",
    "Glass Mountain",
    "Paper Tigers",
    "The Last Cartographer",
    "Saltwater",
    "Orbit of the Moth",
    "An Unreasonably Long Title About Two Brothers and Their Boat",
    "Winter, Again",
    "Mira",
    "The Accordion Thief",
)


def film(tmdb_id: int, **changes: Any) -> Movie:
    facts: dict[str, Any] = {
        "tmdb_id": tmdb_id,
        "title": TITLES[tmdb_id % len(TITLES)],
        "release_date": date(2025, 9, 6) + timedelta(days=tmdb_id),
        "popularity": round(980 / (tmdb_id + 1), 3),
        "vote_count": 120 * tmdb_id + 7,
        "vote_average": 5.5 + (tmdb_id * 7 % 30) / 10,
        "rank": tmdb_id,
        "observed_at": OBSERVED,
    }
    return Movie(**facts | changes)


def listing(films: Sequence[Movie]) -> Listing:
    entries = (
        ListEntry(
            rank=rank,
            tmdb_id=movie.tmdb_id,
            popularity=movie.popularity,
            vote_count=movie.vote_count,
            vote_average=movie.vote_average,
        )
        for rank, movie in enumerate(films, start=1)
    )
    return Listing(observed_at=OBSERVED, entries=tuple(entries))


def prediction(movie: Movie, **changes: Any) -> Prediction:
    facts: dict[str, Any] = {
        "pred_ts": TRAINED,
        "tmdb_id": movie.tmdb_id,
        "model_name": "linear_regression",
        "predicted_popularity": 400 / (movie.tmdb_id + 1) + 3.14159,
        "predicted_vote_average": 6.4 + (movie.tmdb_id % 5) / 7,
        "actual_popularity": movie.popularity,
        "actual_vote_average": movie.vote_average,
        "mae_popularity": 7.2935,
        "mae_vote_average": 0.6106,
    }
    return Prediction(**facts | changes)


def predicted(movie: Movie, **changes: Any) -> PredictedFilm:
    return PredictedFilm(
        prediction=prediction(movie, **changes),
        title=movie.title,
        release_date=movie.release_date,
        vote_count=movie.vote_count,
    )


def training(**changes: Any) -> TrainingRun:
    run = TrainingRun(
        trained_at=TRAINED,
        films=40,
        rows=38,
        seconds=0.4,
        fingerprint="f" * 8,
        champions={"popularity": "linear_regression", "vote_average": "linear_regression"},
        metrics={
            ("linear_regression", "popularity", "mae"): 7.29354,
            ("linear_regression", "popularity", "r2"): 0.71528,
            ("linear_regression", "vote_average", "mae"): 0.61064,
            ("linear_regression", "vote_average", "r2"): -0.0322,
        },
    )
    return replace(run, **changes)


def run(job: str, **changes: Any) -> Run:
    facts: dict[str, Any] = {
        "job": job,
        "started_at": OBSERVED - timedelta(seconds=1.5),
        "finished_at": OBSERVED,
        "outcome": "ok",
    }
    if job == "ingest":
        facts |= {"source": "popular", "requests": 2, "films_seen": 40, "films_new": 1}
        facts |= {"films_changed": 12, "films_unchanged": 27}
    return Run(**facts | changes)


def rows(listed: Sequence[Movie] | None = None, /, **changes: Any) -> Rows:
    films = [film(number) for number in range(1, 25)] if listed is None else listed
    facts: dict[str, Any] = {
        "films": len(films),
        "listing": listing(films),
        "movies": {movie.tmdb_id: movie for movie in films},
        "training": training(),
        "model": "linear_regression",
        "predictions": tuple(predicted(movie) for movie in films[:20]),
        "runs": (run("ingest"), run("train")),
    }
    return Rows(**facts | changes)

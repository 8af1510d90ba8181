"""Rows of a small invented database, as `fetch_rows` would bring them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.parts.sample_learned import (
    NOW,
    OBSERVED,
    TRAINED,
    contributions,
    evaluation,
    forecast_bases,
    forecast_scores,
    forecasts,
    groups,
    hits,
    importances,
    older_training,
    task,
    training,
)
from tmdbdash.records import (
    ClusterStudy,
    FilmEmbedding,
    ListEntry,
    Listing,
    Movie,
    PredictedFilm,
    Prediction,
    Run,
)
from tmdbdash.records.drift import Drift, ScaleShift
from tmdbdash.records.live import LiveAccuracy
from tmdbdash.report.query.list_days import DAYS, ListDay
from tmdbdash.report.query.page_queries import Rows, popularity_order
from tmdbdash.report.query.past import RANGES, Past
from tmdbdash.report.query.spans import midnights
from tmdbdash.report.query.tracked_films import ExpectedFilm, TrackedFilm
from tmdbdash.storage.past_values import Point

__all__ = [
    "NOW",
    "OBSERVED",
    "TRAINED",
    "contributions",
    "evaluation",
    "forecast_bases",
    "forecast_scores",
    "forecasts",
    "groups",
    "hits",
    "importances",
    "older_training",
    "task",
    "training",
]
"""What was learned of the films is here as well."""

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

GENRES = (("Drama",), ("Comedy",), ("Drama", "Action"))


def film(tmdb_id: int, **changes: Any) -> Movie:
    facts: dict[str, Any] = {
        "tmdb_id": tmdb_id,
        "title": TITLES[tmdb_id % len(TITLES)],
        # The last one of the sample is still to be released.
        "release_date": date(2025, 9, 6) + timedelta(days=tmdb_id if tmdb_id % 24 else 192),
        "popularity": round(980 / (tmdb_id + 1), 3),
        "vote_count": 120 * tmdb_id + 7,
        "vote_average": 5.5 + (tmdb_id * 7 % 30) / 10,
        "rank": tmdb_id,
        "genres": GENRES[tmdb_id % len(GENRES)],
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
        "model_name": "champion",
        "predicted_popularity": 400 / (movie.tmdb_id + 1) + 3.14159,
        "predicted_popularity_low": 300 / (movie.tmdb_id + 1),
        "predicted_popularity_high": 500 / (movie.tmdb_id + 1) + 4,
        "predicted_vote_average": 6.4 + (movie.tmdb_id % 5) / 7,
        "predicted_vote_average_low": 5.9,
        "predicted_vote_average_high": 7.75,
        "actual_popularity": movie.popularity,
        "actual_vote_average": movie.vote_average,
        "mae_popularity": 7.2935,
        "mae_vote_average": 0.6106,
        "mode": "released",
        "prediction_source": "out_of_fold",
    }
    return Prediction(**facts | changes)


def predicted(movie: Movie, **changes: Any) -> PredictedFilm:
    return PredictedFilm(
        prediction=prediction(movie, **changes),
        title=movie.title,
        release_date=movie.release_date,
        vote_count=movie.vote_count,
    )


HALF_AND_MORE = (0.5, 0.5, 1.5, 1.5)


def outliers(films: Sequence[Movie], target: str) -> tuple[PredictedFilm, ...]:
    """Two films that get half of what is expected of them, then two that get half as much again."""
    made = [(predicted(film), share) for film, share in zip(films, HALF_AND_MORE, strict=False)]
    return tuple(
        replace(
            one,
            prediction=replace(
                one.prediction,
                **{f"actual_{target}": share * getattr(one.prediction, f"predicted_{target}")},
            ),
        )
        for one, share in made
    )


def places(films: Sequence[Movie]) -> tuple[FilmEmbedding, ...]:
    return tuple(
        FilmEmbedding(
            tmdb_id=movie.tmdb_id,
            made_at=TRAINED,
            group_no=1 + movie.tmdb_id % 2,
            x=movie.tmdb_id / 10,
            y=-movie.tmdb_id / 7,
        )
        for movie in films
    )


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


def tracked(films: Sequence[Movie]) -> dict[int, TrackedFilm]:
    def row(movie: Movie) -> TrackedFilm:
        values = {name: getattr(movie, name) for name in TrackedFilm._fields}
        return TrackedFilm(**values | {"genres": ",".join(movie.genres)})

    return {movie.tmdb_id: row(movie) for movie in sorted(films, key=lambda m: m.tmdb_id)}


def expected(films: Sequence[Movie]) -> dict[int, ExpectedFilm]:
    made = [prediction(movie) for movie in sorted(films, key=lambda movie: movie.tmdb_id)]
    return {
        one.tmdb_id: ExpectedFilm(*(getattr(one, name) for name in ExpectedFilm._fields))
        for one in made
    }


def past(films: Sequence[Movie]) -> Past:
    """Half of the films were listed a day, a week and a month ago, and two that left since."""
    known = [movie for movie in films if movie.tmdb_id % 2 and movie.popularity is not None]
    seconds = int(OBSERVED.timestamp())

    def value(movie: Movie, days: float) -> float:
        return (movie.popularity or 0.0) * (1 + days * (movie.tmdb_id % 3 - 1) / 40)

    def ago(window: timedelta) -> dict[int, Point]:
        at = int((OBSERVED - window).timestamp())
        return {
            movie.tmdb_id: Point(
                at, value(movie, window.days), movie.vote_count, 6.0, (movie.rank or 0) + 2
            )
            for movie in known
        } | {number: Point(at, 5000.0 + number, 10, 6.0, number - 900) for number in (901, 902)}

    parts = [7 * (20 - n) / 20 for n in range(21)]
    return Past(
        as_of=OBSERVED,
        ago={name: ago(window) for name, window in RANGES.items()},
        week={
            movie.tmdb_id: [(int(seconds - 86_400 * p), value(movie, p)) for p in parts]
            for movie in known
        },
    )


def days(films: Sequence[Movie]) -> tuple[ListDay, ...]:
    """The lists of 31 midnights and the latest one: the older, the more places are exchanged."""
    ordered = sorted(films, key=popularity_order)
    genres = Counter(genre for movie in films for genre in movie.genres)
    moments = (*midnights(OBSERVED, DAYS + 1), OBSERVED)

    def leaders(ago: int) -> tuple[int, ...]:
        places = {m.tmdb_id: n + (m.tmdb_id * ago % 7) / 2 for n, m in enumerate(ordered)}
        return tuple(sorted(places, key=lambda number: (places[number], number)))

    return tuple(
        ListDay(at, leaders(len(moments) - 1 - n), genres, len(films))
        for n, at in enumerate(moments)
        if films
    )


def live() -> tuple[LiveAccuracy, ...]:
    """As it is where ratings were missed by too many intervals."""
    return (
        LiveAccuracy(
            target="popularity",
            films=187,
            error=0.31,
            oof_error=0.22,
            coverage=0.79,
            oof_coverage=0.8,
            bare_coverage=0.79,
            widening=1.0,
        ),
        LiveAccuracy(
            target="vote_average",
            films=140,
            error=0.9,
            oof_error=0.5,
            coverage=0.78,
            oof_coverage=0.81,
            bare_coverage=0.6,
            widening=1.4,
        ),
    )


DRIFT = Drift(
    shifts=(
        ScaleShift(at="2026-01-20T04:00:00Z", factor=1.7, films=38, action="rescaled"),
        ScaleShift(at="2025-11-01T00:00:00Z", factor=0.2, films=1249, action="restarted"),
    )
)


def rows(listed: Sequence[Movie] | None = None, /, **changes: Any) -> Rows:
    films = [film(number) for number in range(1, 25)] if listed is None else listed
    ordered = tuple(predicted(movie) for movie in films[:20])
    facts: dict[str, Any] = {
        "films": len(films),
        "observed_at": OBSERVED,
        "listing": listing(films),
        "movies": {movie.tmdb_id: movie for movie in films},
        "training": training(),
        "model": "champion",
        "predictions": ordered,
        "outliers": {target: outliers(films, target) for target in ("popularity", "vote_average")},
        "evaluation": evaluation(),
        "drift": DRIFT,
        "live": live(),
        "importances": importances(),
        "forecasts": forecasts(films),
        "forecast_bases": forecast_bases(),
        "forecast_scores": forecast_scores(),
        "hits": hits(),
        "clustering": ClusterStudy(ari=0.9693, shown=tuple(movie.tmdb_id for movie in films)),
        "clusters": groups(),
        "named": {movie.tmdb_id: movie for movie in films},
        "past": past(films),
        "days": days(films),
        "tracked": tracked(films),
        "expected": expected(films),
        "trainings": tuple(
            training(trained_at=TRAINED - n * timedelta(hours=1)) for n in (0, 1, 2)
        ),
        "runs": (run("ingest"), run("train")),
        "succeeded": {job: run(job) for job in ("ingest", "train")},
    }
    return Rows(**facts | changes)


UNTRAINED: dict[str, Any] = {
    "training": None,
    "model": None,
    "predictions": (),
    "outliers": {},
    "expected": {},
    "evaluation": None,
    "trainings": (),
    "drift": Drift(),
    "live": (),
    "importances": (),
    "forecasts": (),
    "forecast_bases": (),
    "forecast_scores": (),
    "hits": None,
    "clustering": None,
    "clusters": (),
    "named": {},
}
"""What `rows` takes for a database in which nothing has been learned yet."""

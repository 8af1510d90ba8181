"""Rows of a small invented database, as `fetch_rows` would bring them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tmdbdash.records import (
    ClusterMark,
    ClusterStudy,
    Contribution,
    Evaluation,
    FilmCluster,
    FilmEmbedding,
    Forecast,
    ForecastBasis,
    ForecastScore,
    HitStudy,
    Importance,
    ListEntry,
    Listing,
    Movie,
    PredictedFilm,
    Prediction,
    Run,
    TrainingRun,
)
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.past import WINDOWS, Past
from tmdbdash.report.query.tracked_films import ExpectedFilm, TrackedFilm
from tmdbdash.storage.past_values import Point

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


CHAMPIONS = {
    "popularity": "boosting",
    "vote_average": "boosting",
    "popularity/early": "boosting",
    "vote_average/early": "median",
}


def training(**changes: Any) -> TrainingRun:
    run = TrainingRun(
        trained_at=TRAINED,
        films=400,
        rows=380,
        seconds=0.4,
        fingerprint="f" * 8,
        champions=CHAMPIONS,
        metrics={
            ("linear_regression", "popularity", "holdout_mae"): 7.29354,
            ("linear_regression", "popularity", "holdout_r2"): 0.71528,
            ("linear_regression", "vote_average", "holdout_mae"): 0.61064,
            ("linear_regression", "vote_average", "holdout_r2"): -0.0322,
        }
        | {
            (model["model"], target, f"oof_{name}"): model[name]
            for target in ("popularity", "vote_average")
            for model in task(target, "released")["models"]
            for name in ("mae", "log_mae")
            if model.get(name) is not None
        },
    )
    return replace(run, **changes)


def older_training(**changes: Any) -> TrainingRun:
    """A training of before there were an evaluation, modes and intervals."""
    champions = {"popularity": "linear_regression", "vote_average": "linear_regression"}
    return training(**{"champions": champions} | changes)


def model(name: str, mae: float, **changes: Any) -> dict[str, Any]:
    figures = {"rmse": 2 * mae, "r2": 1 - mae / 10, "spearman": 0.9 - mae / 20}
    later = {"temporal_mae": 1.2 * mae, "temporal_rmse": 2.5 * mae}
    return {"model": name, "mae": mae, **figures, **later, "coverage": 0.8, "share": None} | changes


def task(target: str, mode: str, **changes: Any) -> dict[str, Any]:
    """What the evaluation says of one target in one mode: three baselines and boosting."""
    factor = 1.0 if target == "popularity" else 0.1
    names = {"median": 6.2, "mean": 8.1, "linear_regression": 7.29354, "boosting": 5.01}
    models = [model(name, factor * mae) for name, mae in names.items()]
    if target == "popularity":
        for body in models:
            body |= {"log_mae": body["mae"] / 20, "temporal_log_mae": body["mae"] / 15}
    key = target if mode == "released" else f"{target}/{mode}"
    body = {
        "target": target,
        "mode": mode,
        "films": 380,
        "films_in_mode": 300,
        "champion": CHAMPIONS[key],
        "why": {"code": "first"},
        "note": None,
        "models": models,
        "coverage": {
            "stated": 0.8,
            "overall": 0.803,
            "thirds": [0.79, 0.81, 0.809],
            "young": 0.77,
            "young_films": 40,
            "temporal": 0.598,
            "width": 14.1,
            "median_width": 4.57,
        },
    }
    return body | changes


def evaluation(**changes: Any) -> Evaluation:
    tasks = [task(t, m) for m in ("released", "early") for t in ("popularity", "vote_average")]
    body = {"films": 400, "too_little_data": False, "tasks": tasks}
    return Evaluation.from_json(body | changes)


def importances() -> tuple[Importance, ...]:
    groups = ("votes", "genres", "dates and age", "texts")
    return tuple(
        Importance(
            trained_at=TRAINED,
            model_name="boosting",
            target=target,
            mode=mode,
            feature_group=group,
            importance=0.2 / (place + 1),
            spread=0.02,
        )
        for target in ("popularity", "vote_average")
        for mode in ("released", "early")
        for place, group in enumerate(groups)
        if group != "votes" or mode == "released"
    )


def contributions(films: Sequence[Movie]) -> tuple[Contribution, ...]:
    values = {"votes": 12.34, "genres": -5.0, "dates and age": 0.6, "texts": 0.01}
    return tuple(
        Contribution(
            pred_ts=TRAINED,
            tmdb_id=movie.tmdb_id,
            target=target,
            feature_group=group,
            value=value if target == "popularity" else value / 20,
        )
        for movie in films
        for target in ("popularity", "vote_average")
        for group, value in values.items()
    )


def forecasts(films: Sequence[Movie]) -> tuple[Forecast, ...]:
    return tuple(
        Forecast(
            origin_at=OBSERVED,
            tmdb_id=movie.tmdb_id,
            days=days,
            made_at=NOW,
            popularity=100.0 - days,
            low=90.0 - 2 * days,
            high=110.0 + days,
            method="model",
            origin_popularity=100.0,
        )
        for movie in films
        for days in (1, 3, 7)
    )


def forecast_bases() -> tuple[ForecastBasis, ...]:
    too_few = "few_pairs"
    return tuple(
        ForecastBasis(
            origin_at=OBSERVED,
            days=days,
            made_at=NOW,
            held_out=100,
            held_out_mae=0.05 * days,
            held_out_mae_persistence=0.06 * days,
            method="persistence" if days == 7 else "model",
            reason=too_few if days == 7 else "",
        )
        for days in (1, 3, 7)
    )


def forecast_scores() -> tuple[ForecastScore, ...]:
    return tuple(
        ForecastScore(
            days=days,
            scored=40,
            by_model=30,
            mae=0.051,
            mae_persistence=0.064,
            coverage=0.825,
            first_origin_at=OBSERVED - timedelta(days=9),
            last_origin_at=OBSERVED - timedelta(days=days),
        )
        for days in (1, 3)
    )


def hits() -> HitStudy:
    body = {
        "films": 400,
        "hits": 100,
        "cut": 9.8757,
        "threshold": 0.5,
        "auc": 0.8595,
        "auc_without_votes": None,
        "brier": 0.1147,
        "brier_of_share": 0.1875,
        "calibration_error": 0.0147,
        "confusion": {
            "called_and_was": 61,
            "called_but_was_not": 12,
            "missed": 39,
            "neither": 288,
        },
        "roc": [[0.0, 0.0], [0.1, 0.6], [1.0, 1.0]],
        "reliability": [
            {"from": 0.0, "to": 0.1, "films": 200, "stated": 0.06, "observed": 0.05},
            {"from": 0.9, "to": 1.0, "films": 30, "stated": 0.96, "observed": 0.98},
        ],
    }
    return HitStudy.from_json(body)


def groups() -> tuple[FilmCluster, ...]:
    marks = (
        ClusterMark(trait="year", higher=True, median=2025.15, overall=2014.93),
        ClusterMark(trait="votes", higher=False, median=155.0, overall=1264.0),
    )
    return tuple(
        FilmCluster(
            made_at=TRAINED,
            group_no=number,
            name=name,
            films=films,
            marks=marks,
            examples=(number, number + 2, 999),
        )
        for number, name, films in (
            (1, "year_high popularity_high", 300),
            (2, "votes_high runtime_high", 100),
        )
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
    """Half of the films were listed a day and a week ago, and two more popular ones that left."""
    known = [movie for movie in films if movie.tmdb_id % 2 and movie.popularity is not None]
    seconds = int(OBSERVED.timestamp())

    def value(movie: Movie, days: float) -> float:
        return (movie.popularity or 0.0) * (1 + days * (movie.tmdb_id % 3 - 1) / 10)

    def way(days: int) -> dict[int, list[tuple[int, float]]]:
        parts = [days * (20 - n) / 20 for n in range(21)]
        return {
            movie.tmdb_id: [(int(seconds - 86_400 * p), value(movie, p)) for p in parts]
            for movie in known
        }

    def ago(window: timedelta) -> dict[int, Point]:
        at = int((OBSERVED - window).timestamp())
        return {
            movie.tmdb_id: Point(
                at, value(movie, window.days), movie.vote_count, 6.0, (movie.rank or 0) + 2
            )
            for movie in known
        } | {number: Point(at, 5000.0 + number, 10, 6.0, number - 900) for number in (901, 902)}

    return Past(
        ago={name: ago(window) for name, window in WINDOWS.items()},
        week=way(7),
        month=way(30),
        whole=way(300),
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
        "contributions": contributions(films[:20]),
        "evaluation": evaluation(),
        "importances": importances(),
        "forecasts": forecasts(films),
        "forecast_bases": forecast_bases(),
        "forecast_scores": forecast_scores(),
        "hits": hits(),
        "clustering": ClusterStudy(ari=0.9693, shown=tuple(movie.tmdb_id for movie in films)),
        "clusters": groups(),
        "embeddings": places(films),
        "named": {movie.tmdb_id: movie for movie in films},
        "past": past(films),
        "tracked": tracked(films),
        "expected": expected(films),
        "trainings": tuple(training(trained_at=TRAINED - n * timedelta(hours=1)) for n in (0, 1)),
        "runs": (run("ingest"), run("train")),
        "succeeded": {job: run(job) for job in ("ingest", "train")},
    }
    return Rows(**facts | changes)


UNTRAINED: dict[str, Any] = {
    "training": None,
    "model": None,
    "predictions": (),
    "outliers": {},
    "contributions": (),
    "expected": {},
    "evaluation": None,
    "trainings": (),
    "importances": (),
    "forecasts": (),
    "forecast_bases": (),
    "forecast_scores": (),
    "hits": None,
    "clustering": None,
    "clusters": (),
    "embeddings": (),
    "named": {},
}
"""What `rows` takes for a database in which nothing has been learned yet."""

"""What was learned of the films of `sample_rows`, invented as well."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tmdbdash.records import (
    ClusterMark,
    Contribution,
    Evaluation,
    FilmCluster,
    Forecast,
    ForecastBasis,
    ForecastScore,
    HitStudy,
    Importance,
    Movie,
    TrainingRun,
)

NOW = datetime(2026, 1, 31, 14, 3, 5, tzinfo=UTC)
OBSERVED = datetime(2026, 1, 31, 14, 2, tzinfo=UTC)
TRAINED = datetime(2026, 1, 31, 13, 45, tzinfo=UTC)
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

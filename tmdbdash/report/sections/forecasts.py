"""Forecasts of popularity, their backtest and their live accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tmdbdash.records import MIN_HISTORY_DAYS, Forecast, ForecastBasis, ForecastScore
from tmdbdash.report.page_queries import Rows
from tmdbdash.report.sections.films import top_films
from tmdbdash.report.sections.values import finite

DAYS = (1, 3, 7)
REASONS = ("few_pairs", "lost", "no_gain", "no_history", "no_time")
"""The codes of why a horizon has persistence that the page has words for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmForecast:
    """One film's popularity at the origin and 1, 3 and 7 days later, with 80 % intervals."""

    tmdb_id: int
    title: str
    label: str
    origin_at: datetime
    origin_popularity: float | None
    popularity_1: float | None
    low_1: float | None
    high_1: float | None
    popularity_3: float | None
    low_3: float | None
    high_3: float | None
    popularity_7: float | None
    low_7: float | None
    high_7: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonScore:
    """The method of the forecasts over so many days, their backtest, and their live accuracy.

    Errors are mean absolute errors of log(1 + popularity); ``held_out*`` on past times held out,
    ``scored*`` of forecasts whose time had come; ``*_persistence`` those of the no-change baseline.
    ``reason``, for the catalogue to say, is why no model is used.
    """

    days: int
    basis: str | None
    reason: Mapping[str, object] | str | None
    held_out: int | None
    held_out_mae: float | None
    held_out_mae_persistence: float | None
    scored: int
    by_model: int
    scored_mae: float | None
    scored_mae_persistence: float | None
    coverage: float | None


def film_forecasts(rows: Rows) -> tuple[FilmForecast, ...]:
    """The forecasts for those of the ten most popular films that have some."""
    by_film: dict[int, dict[int, Forecast]] = {}
    for forecast in rows.forecasts:
        by_film.setdefault(forecast.tmdb_id, {})[forecast.days] = forecast
    found = []
    for film in top_films(rows):
        made = by_film.get(film.tmdb_id)
        if made is None:
            continue
        first = made[min(made)]
        values: dict[str, float | None] = {}
        for days in DAYS:
            own = made.get(days)
            values[f"popularity_{days}"] = finite(own.popularity) if own else None
            values[f"low_{days}"] = finite(own.low) if own else None
            values[f"high_{days}"] = finite(own.high) if own else None
        found.append(
            FilmForecast(
                tmdb_id=film.tmdb_id,
                title=film.title,
                label=film.label,
                origin_at=first.origin_at,
                origin_popularity=finite(first.origin_popularity),
                **values,
            )
        )
    return tuple(found)


def forecast_scores(rows: Rows) -> tuple[HorizonScore, ...]:
    """One line a horizon that is forecast now or has been scored."""
    bases = {basis.days: basis for basis in rows.forecast_bases}
    scores = {score.days: score for score in rows.forecast_scores}
    return tuple(
        _score(days, bases.get(days), scores.get(days)) for days in sorted(bases.keys() | scores)
    )


def _score(days: int, basis: ForecastBasis | None, score: ForecastScore | None) -> HorizonScore:
    return HorizonScore(
        days=days,
        basis=basis.method if basis else None,
        reason=_reason(basis.reason) if basis else None,
        held_out=basis.held_out if basis else None,
        held_out_mae=finite(basis.held_out_mae) if basis else None,
        held_out_mae_persistence=finite(basis.held_out_mae_persistence) if basis else None,
        scored=score.scored if score else 0,
        by_model=score.by_model if score else 0,
        scored_mae=finite(score.mae) if score else None,
        scored_mae_persistence=finite(score.mae_persistence) if score else None,
        coverage=finite(score.coverage) if score else None,
    )


def _reason(code: str) -> Mapping[str, object] | str | None:
    """A reason for the catalogue to say, or as it is where it is new; ``None`` for a model.

    One that an older program has stored since the upgrade is a sentence.
    """
    if code not in REASONS:
        return code or None
    return {"key": f"term.reason.{code}", "values": {"count": MIN_HISTORY_DAYS}}

"""The figures of each panel: one pure function a panel, from `Rows` to flat records.

The records' field names are the keys in ``data.json``, and what columns and charts refer to.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from tmdbdash.records import ListEntry, Movie, PredictedFilm
from tmdbdash.report.rows import TOP_FILMS, Rows, by_popularity

LABEL_LENGTH = 30
TARGETS = {"popularity": "Popularity", "vote_average": "Rating"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFilm:
    """One of the most popular films; ``rank`` is its position in TMDB's list, where it had one."""

    place: int
    rank: int | None
    tmdb_id: int
    title: str
    label: str
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    release_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRow:
    """A prediction with its film, under the contract's keys; ``label`` is the title cut short."""

    tmdb_id: int
    title: str
    label: str
    release_date: date | None
    vote_count: int | None
    model_name: str
    predicted_popularity: float | None
    predicted_popularity_low: float | None
    predicted_popularity_high: float | None
    actual_popularity: float | None
    mae_popularity: float | None
    predicted_vote_average: float | None
    predicted_vote_average_low: float | None
    predicted_vote_average_high: float | None
    actual_vote_average: float | None
    mae_vote_average: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFigure:
    """How well one model did on films it had not seen, for one target."""

    model_name: str
    model_label: str
    target: str
    target_label: str
    mae: float | None
    r2: float | None
    rows: int
    trained_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """The last run of one job. Its message stays private: a page is for everyone to read."""

    job: str
    outcome: str
    finished_at: datetime
    seconds: float
    requests: int | None
    films_seen: int | None
    films_new: int | None
    films_changed: int | None


def top_films(rows: Rows) -> tuple[TopFilm, ...]:
    """The ten most popular of the latest complete list; where there is none, of all films."""
    films: list[Movie | ListEntry]
    if rows.listing is None:
        films = list(rows.most_popular)
    else:
        films = [entry for entry in rows.listing.entries if entry.tmdb_id in rows.movies]
    films.sort(key=by_popularity)
    known = {movie.tmdb_id: movie for movie in rows.most_popular} | dict(rows.movies)
    return tuple(
        _top_film(place, film, known[film.tmdb_id])
        for place, film in enumerate(films[:TOP_FILMS], start=1)
    )


def _top_film(place: int, seen: Movie | ListEntry, movie: Movie) -> TopFilm:
    title = title_of(movie.title, movie.original_title, movie.tmdb_id)
    return TopFilm(
        place=place,
        rank=seen.rank,
        tmdb_id=movie.tmdb_id,
        title=title,
        label=label_of(title),
        popularity=finite(seen.popularity),
        vote_count=seen.vote_count,
        vote_average=finite(seen.vote_average),
        release_date=movie.release_date,
    )


def predicted_films(rows: Rows) -> tuple[PredictionRow, ...]:
    """The films with the highest predicted popularity, in that order."""
    return tuple(prediction_row(film) for film in rows.predictions)


def model_figures(rows: Rows) -> tuple[ModelFigure, ...]:
    """MAE and R2 of each model and target of the last training; the models shown come first."""
    training = rows.training
    if training is None:
        return ()
    pairs = {(model, target) for model, target, metric in training.metrics if metric == "mae"}
    order = {target: place for place, target in enumerate(TARGETS)}
    shown = sorted(
        ((m, t) for m, t in pairs if t in order),
        key=lambda pair: (pair[0] != training.champions.get(pair[1], rows.model), pair[0]),
    )
    shown.sort(key=lambda pair: order[pair[1]])
    return tuple(
        ModelFigure(
            model_name=model,
            model_label=model.replace("_", " ").capitalize(),
            target=target,
            target_label=TARGETS[target],
            mae=finite(training.metrics.get((model, target, "mae"))),
            r2=finite(training.metrics.get((model, target, "r2"))),
            rows=training.rows,
            trained_at=training.trained_at,
        )
        for model, target in shown
    )


def job_runs(rows: Rows) -> tuple[JobRun, ...]:
    """The last run of each job that ever ran."""
    return tuple(
        JobRun(
            job=run.job,
            outcome=run.outcome,
            finished_at=run.finished_at,
            seconds=(run.finished_at - run.started_at).total_seconds(),
            requests=run.requests,
            films_seen=run.films_seen,
            films_new=run.films_new,
            films_changed=run.films_changed,
        )
        for run in rows.runs
    )


def prediction_row(film: PredictedFilm) -> PredictionRow:
    """One stored prediction as the page and the API show it."""
    made = film.prediction
    title = title_of(film.title, None, made.tmdb_id)
    return PredictionRow(
        tmdb_id=made.tmdb_id,
        title=title,
        label=label_of(title),
        release_date=film.release_date,
        vote_count=film.vote_count,
        model_name=made.model_name,
        predicted_popularity=finite(made.predicted_popularity),
        predicted_popularity_low=finite(made.predicted_popularity_low),
        predicted_popularity_high=finite(made.predicted_popularity_high),
        actual_popularity=finite(made.actual_popularity),
        mae_popularity=finite(made.mae_popularity),
        predicted_vote_average=finite(made.predicted_vote_average),
        predicted_vote_average_low=finite(made.predicted_vote_average_low),
        predicted_vote_average_high=finite(made.predicted_vote_average_high),
        actual_vote_average=finite(made.actual_vote_average),
        mae_vote_average=finite(made.mae_vote_average),
    )


def finite(value: float | None) -> float | None:
    """The value, or ``None`` where it is no finite number: JSON has no other word for that."""
    return value if value is not None and math.isfinite(value) else None


def title_of(title: str, original_title: str | None, tmdb_id: int) -> str:
    """A title to show, never empty."""
    candidates = (title, original_title or "")
    return next((text for text in candidates if text.strip()), f"Film {tmdb_id}")


def label_of(title: str) -> str:
    """The title on one line and short enough for a chart's axis."""
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in title)
    line = " ".join(visible.split())
    return line if len(line) <= LABEL_LENGTH else line[: LABEL_LENGTH - 1].rstrip() + "…"

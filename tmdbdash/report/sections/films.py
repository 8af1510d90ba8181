"""Films and jobs: the most popular, those predicted to be, and when each job last ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tmdbdash.records import ListEntry, Movie, PredictedFilm
from tmdbdash.report.page_queries import Rows, leading_films
from tmdbdash.report.sections.timelines import SPARK_POINTS, recent_values
from tmdbdash.report.sections.values import finite, label_of, title_of
from tmdbdash.report.thinning import Value, thinned


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFilm:
    """One of the most popular films; ``rank`` is its position in TMDB's list, where it had one.

    ``rank_change`` counts the places gained there in 24 hours; ``is_new`` says that it was not
    listed then, and is false where nobody knows. ``spark`` is its popularity of seven days.
    """

    place: int
    rank: int | None
    tmdb_id: int
    title: str
    label: str
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    release_date: date | None
    rank_change: int | None
    is_new: bool
    spark: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRow:
    """A prediction with its film, under the contract's keys; ``label`` is the title cut short.

    ``mode`` and ``basis`` are as stored; ``None`` in older data.
    """

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
    mode: str | None
    basis: str | None


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
    known = {movie.tmdb_id: movie for movie in rows.most_popular} | dict(rows.movies)
    leading = leading_films(rows.listing, rows.movies, rows.most_popular)
    return tuple(
        _top_film(rows, place, film, known[film.tmdb_id])
        for place, film in enumerate(leading, start=1)
    )


def _top_film(rows: Rows, place: int, seen: Movie | ListEntry, movie: Movie) -> TopFilm:
    title = title_of(movie.title, movie.original_title, movie.tmdb_id)
    yesterday = rows.past.ago.get("24h", {})
    before = yesterday.get(movie.tmdb_id)
    rank_before = before.rank if before else None
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
        rank_change=None
        if rank_before is None or seen.rank is None or rows.listing is None
        else rank_before - seen.rank,
        # Imported histories tell of films on days of which no list is known.
        is_new=rank_before is None and any(point.rank is not None for point in yesterday.values()),
        spark=tuple(thinned(recent_values(rows, movie.tmdb_id), SPARK_POINTS)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedFilms:
    """How many films the table of all films holds; the films are in a file of their own."""

    count: int


def tracked_films(rows: Rows) -> tuple[TrackedFilms, ...]:
    """One record where there are films, since the page carries none of them itself."""
    count = len(rows.table["tmdb_id"])
    return (TrackedFilms(count=count),) if count else ()


def predicted_films(rows: Rows) -> tuple[PredictionRow, ...]:
    """The films with the highest predicted popularity, in that order."""
    return tuple(prediction_row(film) for film in rows.predictions)


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
        mode=made.mode,
        basis=made.prediction_source,
    )

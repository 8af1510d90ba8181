"""All films of the page's table, and what the shown model expects of them, a row for each film."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from tmdbdash.report.values import title_of

if TYPE_CHECKING:
    from tmdbdash.records import TrainingRun
    from tmdbdash.storage import Store


class TrackedFilm(NamedTuple):
    """A row of ``movies``; ``genres`` are names joined by commas. The fields are its columns."""

    tmdb_id: int
    title: str
    original_title: str | None
    release_date: date | None
    genres: str
    language: str | None
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    snapshot_at: datetime | None
    observed_at: datetime | None
    poster_path: str | None
    updated_at: datetime | None

    @property
    def shown_title(self) -> str:
        """The title as the page shows it, never empty."""
        return title_of(self.title, self.original_title, self.tmdb_id)


class ExpectedFilm(NamedTuple):
    """A row of ``model_predictions``, see `Prediction`. The fields are its columns."""

    tmdb_id: int
    predicted_popularity: float | None
    predicted_popularity_low: float | None
    predicted_popularity_high: float | None
    predicted_vote_average: float | None
    predicted_vote_average_low: float | None
    predicted_vote_average_high: float | None
    actual_popularity: float | None
    actual_vote_average: float | None
    mode: str | None
    prediction_source: str | None
    basis_popularity: str | None = None
    basis_vote_average: str | None = None

    def basis_of(self, target: str) -> str | None:
        """The basis of one target, or what was stored for both."""
        own: str | None = getattr(self, f"basis_{target}")
        return own or self.prediction_source

    def of(self, target: str) -> Expectation:
        """The figures of one target."""
        names = f"predicted_{target}", f"predicted_{target}_low", f"predicted_{target}_high"
        return Expectation(*(getattr(self, name) for name in (*names, f"actual_{target}")))


class Expectation(NamedTuple):
    """A prediction of one target with its interval, and the actual value."""

    predicted: float | None
    low: float | None
    high: float | None
    actual: float | None


def fetch_tracked_films(store: Store, ids: Collection[int]) -> dict[int, TrackedFilm]:
    """These films by tmdb_id, in that order. Raises `DatabaseError`."""
    columns = store.fetch_movie_columns(TrackedFilm._fields, ids)
    return {row[0]: TrackedFilm(*row) for row in zip(*columns.values(), strict=True)}


def fetch_expected_films(
    store: Store, training: TrainingRun, model: str, ids: Collection[int]
) -> dict[int, ExpectedFilm]:
    """The model's predictions of these films by tmdb_id, in that order. Raises `DatabaseError`."""
    columns = store.fetch_prediction_columns(training.trained_at, model, ExpectedFilm._fields, ids)
    return {row[0]: ExpectedFilm(*row) for row in zip(*columns.values(), strict=True)}

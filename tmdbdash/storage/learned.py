"""The half of the store that learning fills: trainings, predictions, studies, forecasts."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tmdbdash.errors import DatabaseError
from tmdbdash.storage import forecasts, predictions, studies
from tmdbdash.storage import groups as _groups
from tmdbdash.storage.claims import Claims
from tmdbdash.storage.model_parts import fetch_model_files, has_model_files, save_model_files
from tmdbdash.storage.predictions import Sort
from tmdbdash.storage.pruning import drop_old_trainings
from tmdbdash.storage.studies import S

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from tmdbdash.records import (
        Contribution,
        FilmCluster,
        FilmEmbedding,
        Forecast,
        ForecastBasis,
        ForecastScore,
        Importance,
        NearFilm,
        PredictedFilm,
        Prediction,
        Side,
        Study,
        TrainingRun,
    )
    from tmdbdash.storage.engine import Database

log = logging.getLogger(__name__)


class LearnedStore:
    """What was found out about films; `Store` is this and what they were learned from.

    Errors, times and transactions are as there.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.claims = Claims(database)

    def save_training(
        self,
        run: TrainingRun,
        made: Iterable[Prediction],
        keep: int = 20,
        *,
        importances: Iterable[Importance] = (),
        studies: Iterable[Study] = (),
        model_files: Mapping[str, bytes] | None = None,
    ) -> None:
        """Store a training with all that it brought, then drop all but the newest ``keep``.

        One transaction stores, in which ``made`` is iterated, again where it has to be done twice.
        A figure that is not finite is left out. ``studies`` are stored as by `save_studies`;
        ``model_files`` are the fitted models' files by name.
        """
        found, studied, made = list(importances), list(studies), _repeatable(made)
        self._database.write(
            lambda c: predictions.save_training(
                c, run, made, keep, found=found, studied=studied, files=model_files
            )
        )
        try:
            drop_old_trainings(self._database, run.trained_at, keep)
        except DatabaseError as error:  # this one is stored; after the next one they go as well
            log.warning("old trainings were not dropped: %s", error)

    def fetch_model_files(self, trained_at: datetime, most: int) -> dict[str, bytes] | None:
        """The files of a training's models by name.

        ``None`` where there are none, or more than ``most`` bytes.
        """
        return self._database.read(lambda c: fetch_model_files(c, trained_at, most))

    def has_model_files(self, trained_at: datetime) -> bool:
        """Whether the files of a training's models are stored."""
        return self._database.read(lambda c: has_model_files(c, trained_at))

    def save_model_files(self, trained_at: datetime, files: Mapping[str, bytes]) -> None:
        """Store the files of a training's models by name, as `save_training` does."""
        self._database.write(lambda c: save_model_files(c, trained_at, files))

    def save_predictions(self, made: Iterable[Prediction]) -> None:
        """Store predictions; one of the same time, model and film is replaced."""
        made = _repeatable(made)
        self._database.write(lambda c: predictions.save_predictions(c, made))

    def fetch_last_training(self, until: datetime | None = None) -> TrainingRun | None:
        """The newest training; of those no later than ``until`` where it is given."""
        found = self.fetch_trainings(1, until)
        return found[0] if found else None

    def fetch_trainings(
        self,
        limit: int,
        until: datetime | None = None,
        metrics: Collection[str] | None = None,
    ) -> list[TrainingRun]:
        """Trainings with their figures, newest first, none of them after ``until``.

        Of the figures all, or only the ``metrics`` of these names.
        """
        return self._database.read(lambda c: predictions.fetch_trainings(c, limit, until, metrics))

    def fetch_predictions(
        self, pred_ts: datetime, model_name: str, *, sort: Sort = "predicted", limit: int = 0
    ) -> list[PredictedFilm]:
        """One model's predictions of one training, for films that are still stored.

        Sorted by predicted popularity (highest first), by the distance between real and predicted
        popularity (largest first, unknown ones last), or by title without regard to case.
        ``limit`` 0 means all.
        """
        return self._database.read(
            lambda c: predictions.fetch_predictions(c, pred_ts, model_name, sort, limit)
        )

    def fetch_prediction_columns(
        self, pred_ts: datetime, model_name: str, names: Sequence[str], ids: Collection[int]
    ) -> dict[str, list[Any]]:
        """One model's predictions of one training for these films, in order of tmdb_id.

        One equally long list for each column named, values as in `Prediction`.
        """
        return self._database.read(
            lambda c: predictions.fetch_prediction_columns(c, pred_ts, model_name, names, ids)
        )

    def fetch_outliers(
        self,
        pred_ts: datetime,
        model_name: str,
        target: str,
        side: Side,
        *,
        limit: int,
        min_votes: int,
    ) -> list[PredictedFilm]:
        """The films that are most under-rated (or over-rated), that one first.

        Distance is counted in half widths of the film's interval. ``target`` is "popularity" or
        "vote_average". Films with fewer than ``min_votes`` votes are left out, and predictions
        without an interval or without a word on whether the model had seen the film.
        """
        return self._database.read(
            lambda c: predictions.fetch_outliers(
                c, pred_ts, model_name, target, side, limit=limit, min_votes=min_votes
            )
        )

    def save_studies(self, made_at: datetime, made: Iterable[Study], keep: int = 20) -> None:
        """Store studies, one of each kind; the newest ``keep`` of each kind stay.

        Raises `ValueError` for a value that is no JSON, NaN included.
        """
        listed = list(made)
        self._database.write(lambda c: studies.save_studies(c, made_at, listed, keep))

    def fetch_study(
        self, kind: type[S], until: datetime | None = None, *, made_at: datetime | None = None
    ) -> S | None:
        """The newest study of that kind, or the one made at ``made_at``; ``None`` without one.

        None made after ``until``, under a wrong clock.
        """
        return self._database.read(lambda c: studies.fetch_study(c, kind, until, made_at))

    def fetch_importances(self, trained_at: datetime) -> list[Importance]:
        """The importances of one training; of each model, target and mode the largest first."""
        return self._database.read(lambda c: studies.fetch_importances(c, trained_at))

    def save_contributions(self, made: Iterable[Contribution]) -> None:
        """Store contributions; they go with their training."""
        listed = list(made)
        self._database.write(lambda c: studies.save_contributions(c, listed))

    def fetch_contributions(self, pred_ts: datetime, ids: Collection[int]) -> list[Contribution]:
        """Contributions to that training's predictions of these films, by film, target and size."""
        return self._database.read(lambda c: studies.fetch_contributions(c, pred_ts, ids))

    def save_clusters(
        self,
        made_at: datetime,
        groups: Iterable[FilmCluster],
        places: Iterable[FilmEmbedding],
        keep: int = 20,
    ) -> None:
        """Store the groups that one run found and the place of every film among them.

        The newest ``keep`` runs' groups stay, of places only these: all must be of ``made_at``.
        """
        found, listed = list(groups), list(places)
        self._database.write(lambda c: _groups.save_clusters(c, made_at, found, listed, keep))

    def fetch_clusters(self, until: datetime | None = None) -> list[FilmCluster]:
        """The newest groups of films, none of them made after ``until``, by number."""
        return self._database.read(lambda c: _groups.fetch_groups(c, until))

    def fetch_embeddings(self, ids: Collection[int]) -> dict[int, FilmEmbedding]:
        """Where these films lie, by id; films without a place are left out."""
        return self._database.read(lambda c: _groups.fetch_places(c, ids))

    def save_neighbours(self, made_at: datetime, found: Iterable[NearFilm]) -> None:
        """Store the nearest films of some, in the place of all stored before ``made_at``."""
        listed = list(found)
        self._database.write(lambda c: _groups.save_neighbours(c, made_at, listed))

    def fetch_neighbours(self, ids: Collection[int]) -> dict[int, tuple[NearFilm, ...]]:
        """The stored neighbours of these films, the nearest first, by id."""
        return self._database.read(lambda c: _groups.fetch_neighbours(c, ids))

    def fetch_observed_ids(self, since: datetime, until: datetime, limit: int) -> list[int]:
        """Films with snapshots of more than one time in between, at most ``limit``.

        Those with most snapshots from lists come first.
        """
        return self._database.read(lambda c: forecasts.fetch_observed_ids(c, since, until, limit))

    def fetch_snapshot_columns(
        self, ids: Collection[int], since: datetime, until: datetime, every: timedelta
    ) -> dict[str, list[Any]]:
        """Thinned history of these films as equally long lists, by film and time.

        ``tmdb_id``, ``snapshot_ts``, ``popularity``, ``vote_count`` and ``rank``. Time is cut into
        parts of length ``every``, counted back from ``until``; of each film's snapshots within one
        part only the newest is read.
        """
        return self._database.read(
            lambda c: forecasts.fetch_snapshot_columns(c, ids, since, until, every)
        )

    def save_forecasts(
        self, made: Iterable[Forecast], bases: Iterable[ForecastBasis], keep: int = 240
    ) -> None:
        """Store the forecasts of one origin and what they rest on.

        Those of another origin within the same six hours (UTC) of the day are replaced, and of all
        origins up to this one the newest ``keep`` stay. By number and not by age: so one list of a
        clock far ahead deletes nothing.
        """
        listed, told = list(made), list(bases)
        self._database.write(lambda c: forecasts.save_forecasts(c, listed, told, keep))

    def fetch_forecasts(
        self, origin_at: datetime | None = None, *, until: datetime | None = None
    ) -> list[Forecast]:
        """The forecasts of one origin, by film and days.

        Where none is named the newest: the newest up to ``until`` where that is given, since later
        ones are of a clock that was wrong.
        """
        return self._database.read(lambda c: forecasts.fetch_forecasts(c, origin_at, until))

    def fetch_due_forecasts(
        self, at: datetime, horizons: Collection[int], until: datetime | None = None
    ) -> list[Forecast]:
        """Forecasts over these numbers of days, not yet scored, whose time had come by ``at``.

        Those that were given up, without outcome, later than ``until``, under a wrong clock, count
        as not scored.
        """
        return self._database.read(lambda c: forecasts.fetch_due_forecasts(c, at, horizons, until))

    def save_forecast_scores(self, scored: Iterable[Forecast]) -> None:
        """Store what came of forecasts, and how their origins and horizons fared with them."""
        listed = list(scored)
        self._database.write(lambda c: forecasts.save_scores(c, listed))

    def fetch_forecast_bases(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[ForecastBasis]:
        """What the forecasts rested on and how they fared, by origin and days.

        Of origins from ``since`` up to ``until`` where these are given.
        """
        return self._database.read(lambda c: forecasts.fetch_bases(c, since, until))

    def fetch_forecast_scores(self) -> list[ForecastScore]:
        """Forecast against outcome: one line for each horizon with any outcome."""
        return self._database.read(forecasts.fetch_scores)


def _repeatable(values: Iterable[Prediction]) -> Iterable[Prediction]:
    """The values so that they can be gone through again: a transaction may have to be done twice.

    What can be asked again makes its values anew; a million of them are never all in memory.
    """
    return list(values) if isinstance(values, Iterator) else values

"""Queries of trainings and the figures of their models."""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tmdbdash.errors import DatabaseError
from tmdbdash.records import Importance, TrainingRun
from tmdbdash.records.figure_names import figure_name, published_name
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.model_files import replace_model_files
from tmdbdash.storage.pruning import drop_old_trainings
from tmdbdash.storage.schema import importances as importances_table
from tmdbdash.storage.schema import model_metrics, model_predictions, trainings
from tmdbdash.storage.studies import insert_studies
from tmdbdash.storage.transactions import Queries, read_transaction
from tmdbdash.storage.upserts import upsert, upsert_parts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from tmdbdash.records import Study
    from tmdbdash.storage.predictions import Predictions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Metric:
    """One row of ``model_metrics``."""

    trained_at: datetime
    model_name: str
    target: str
    metric: str
    value: float


class TrainingQueries(Queries):
    """The part of `Store` that reads and writes ``trainings`` and ``model_metrics``."""

    def save_training(
        self,
        run: TrainingRun,
        made: Predictions,
        keep: int = 20,
        *,
        importances: Collection[Importance] = (),
        studies: Collection[Study] = (),
        model_files: Mapping[str, bytes] | None = None,
    ) -> None:
        """Store a training with all that it brought, then drop all but the newest ``keep``.

        One transaction stores. Figures that are not finite are left out. ``studies`` are stored
        as by `Store.save_studies`; ``model_files`` are the fitted models' files by name.
        """

        def save(connection: Connection) -> None:
            at = run.trained_at
            upsert(connection, trainings, [run])
            drop_rows(connection, model_metrics, model_metrics.c.trained_at == at)
            upsert(connection, model_metrics, figures)
            upsert_parts(connection, model_predictions, made)
            drop_rows(connection, importances_table, importances_table.c.trained_at == at)
            upsert(connection, importances_table, importances)
            insert_studies(connection, at, studies, keep)
            replace_model_files(connection, at, model_files or {})

        figures = [
            _Metric(run.trained_at, model, target, published_name(name), value)
            for (model, target, name), value in run.metrics.items()
            if math.isfinite(value)
        ]
        self.database.write(save)
        try:
            drop_old_trainings(self.database, run.trained_at, keep)
        except DatabaseError as error:  # this one is stored; after the next one they go as well
            log.warning("old trainings were not dropped: %s", error)

    def fetch_last_training(self, until: datetime | None = None) -> TrainingRun | None:
        """The newest training; of those no later than ``until`` where it is given."""
        found = self.fetch_trainings(1, until)
        return found[0] if found else None

    @read_transaction
    def fetch_trainings(
        self,
        connection: Connection,
        limit: int,
        until: datetime | None = None,
        metrics: Collection[str] | None = None,
    ) -> list[TrainingRun]:
        """Trainings with their figures, newest first, none of them after ``until``.

        Of the figures all, or only the ``metrics`` of these names.
        """
        query = select(trainings).order_by(trainings.c.trained_at.desc()).limit(limit)
        if until is not None:
            query = query.where(trainings.c.trained_at <= until)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return []
        own = model_metrics.c
        newest, oldest = rows[0]["trained_at"], rows[-1]["trained_at"]
        figures = select(model_metrics).where(own.trained_at.between(oldest, newest))
        if metrics is not None:
            figures = figures.where(own.metric.in_(map(published_name, metrics)))
        found: dict[datetime, dict[tuple[str, str, str], float]] = {}
        for figure in connection.execute(figures):
            key = (figure.model_name, figure.target, figure_name(figure.metric))
            found.setdefault(figure.trained_at, {})[key] = figure.value
        return [TrainingRun(**row, metrics=found.get(row["trained_at"], {})) for row in rows]

"""Which films were learned from, and in which fold: so that none is judged by what has seen it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS, Task
from tmdbdash.learning.models.cross_fitting import FOLDS, UNSEEN, Folds
from tmdbdash.learning.models.training_set import TrainingSet


@dataclass(frozen=True)
class FoldIndex:
    """Ids in ascending order, shape (seen,), and for each target the film's fold or `UNSEEN`."""

    ids: npt.NDArray[np.int64]
    folds: Mapping[str, Folds]

    @classmethod
    def of(cls, films: FilmTable, rows: Mapping[Task, TrainingSet]) -> FoldIndex:
        """The films of these rows; both modes of a target have the same, in the same folds."""
        folds = {}
        for target in TARGETS:
            fold = np.full(len(films), UNSEEN)
            own = next(r for task, r in rows.items() if task.target == target)
            fold[own.places] = own.fold
            folds[target] = fold
        seen = np.flatnonzero(np.any([fold != UNSEEN for fold in folds.values()], axis=0))
        return cls(films.ids[seen], {target: fold[seen] for target, fold in folds.items()})

    def fold_of(self, ids: npt.NDArray[np.int64], target: str) -> Folds:
        """The fold of each of these films, `UNSEEN` for those not learned from; shape (ids,)."""
        fold = np.full(len(ids), UNSEEN)
        if len(self.ids):
            places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            known = self.ids[places] == ids
            fold[known] = self.folds[target][places[known]]
        return fold

    def dumps(self) -> bytes:
        """A plain array of whole numbers, as a file."""
        file = io.BytesIO()
        np.save(file, np.column_stack([self.ids, *(self.folds[t] for t in TARGETS)]))
        return file.getvalue()

    @classmethod
    def loads(cls, content: bytes) -> FoldIndex:
        """What `dumps` made. Raises `ValueError` for anything else; never runs code."""
        try:
            table = np.load(io.BytesIO(content), allow_pickle=False)
        except Exception as error:  # a torn header breaks numpy's reading in many ways
            raise ValueError(str(error) or type(error).__name__) from error
        if table.ndim != 2 or table.shape[1] != 1 + len(TARGETS) or table.dtype != np.int64:
            raise ValueError("not a table of films and folds")
        folds = table[:, 1:]
        if np.any(np.diff(table[:, 0]) <= 0) or np.any((folds < UNSEEN) | (folds >= FOLDS)):
            raise ValueError("films out of order, or folds that there are not")
        return cls(table[:, 0], {target: table[:, 1 + n] for n, target in enumerate(TARGETS)})

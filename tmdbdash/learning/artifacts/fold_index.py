"""The fold of each training film, from which it is predicted out of fold later."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tmdbdash.learning.data.arrays import Ints
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.models.cross_fitting import FOLDS, UNSEEN, Folds
from tmdbdash.learning.models.training_set import TrainingSet
from tmdbdash.records.tasks import Task


@dataclass(frozen=True)
class FoldIndex:
    """Ids of training films, ascending, and by target their folds or `UNSEEN`; shape (seen,)."""

    ids: Ints
    folds: Mapping[str, Folds]

    @classmethod
    def of(cls, films: FilmTable, rows: Mapping[Task, TrainingSet]) -> FoldIndex:
        """The index of training sets; both modes of a target have the same films and folds."""
        folds = {}
        for target in TARGETS:
            training_set = next(own for task, own in rows.items() if task.target == target)
            folds[target] = np.full(len(films), UNSEEN)
            folds[target][training_set.indices] = training_set.fold
        seen = np.flatnonzero(np.any([fold != UNSEEN for fold in folds.values()], axis=0))
        return cls(films.ids[seen], {target: fold[seen] for target, fold in folds.items()})

    def fold_of(self, ids: Ints, target: str) -> Folds:
        """The fold of each of these films, `UNSEEN` for those outside the training set; (ids,)."""
        fold = np.full(len(ids), UNSEEN)
        if len(self.ids):
            rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            known = self.ids[rows] == ids
            fold[known] = self.folds[target][rows[known]]
        return fold

    def dumps(self) -> bytes:
        """The index as a file of numpy, one array of integers."""
        file = io.BytesIO()
        np.save(file, np.column_stack([self.ids, *(self.folds[t] for t in TARGETS)]))
        return file.getvalue()

    @classmethod
    def loads(cls, content: bytes) -> FoldIndex:
        """The index of `dumps`. Raises `ValueError` for anything else; never runs code."""
        try:
            table = np.load(io.BytesIO(content), allow_pickle=False)
        except Exception as error:  # numpy raises many kinds for a damaged header
            raise ValueError(str(error) or type(error).__name__) from error
        if table.ndim != 2 or table.shape[1] != 1 + len(TARGETS) or table.dtype != np.int64:
            raise ValueError("not a table of films and folds")
        folds = table[:, 1:]
        if np.any(np.diff(table[:, 0]) <= 0) or np.any((folds < UNSEEN) | (folds >= FOLDS)):
            raise ValueError("films out of order, or folds that there are not")
        return cls(table[:, 0], {target: table[:, 1 + n] for n, target in enumerate(TARGETS)})

"""What training finds out: predictions, figures, what moved them, groups and neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

EVALUATION = "evaluation"
"""The name of the study in which a training leaves the comparison of all its models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One model's expectation for one film: a row of ``model_predictions``.

    ``pred_ts`` is the time of the training run whose models made it; ``mae_*`` are that model's
    measured mean absolute errors, repeated on each row as people's queries expect. ``mode`` says
    whether the model for "released" films was asked or the one for "early" ones, which sees no
    votes; ``basis`` is "out_of_fold" where the film was among those learned from (the prediction
    is then of a model that has not seen it), else "unseen".
    """

    pred_ts: datetime
    tmdb_id: int
    model_name: str
    predicted_popularity: float | None
    predicted_vote_average: float | None
    actual_popularity: float | None = None
    actual_vote_average: float | None = None
    mae_popularity: float | None = None
    mae_vote_average: float | None = None
    predicted_popularity_low: float | None = None
    predicted_popularity_high: float | None = None
    predicted_vote_average_low: float | None = None
    predicted_vote_average_high: float | None = None
    mode: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedFilm:
    """A stored prediction with the film facts that a table or the page shows beside it."""

    prediction: Prediction
    title: str
    release_date: date | None
    vote_count: int | None


SHOWN = "champion"
"""The model name of the predictions that are shown: each film's by the champion of its mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """One training: when, on how many films, and each model's measured figures.

    ``metrics`` maps (model name, target, metric name) to a value, for example
    ("linear_regression", "popularity", "oof_mae"); a target "popularity/early" is that mode's.
    ``champions`` maps a target to the model shown for released films, and "target/early" to the
    one for films without votes or before release.
    ``fingerprint`` identifies the rows that were trained on.
    """

    trained_at: datetime
    films: int
    rows: int
    seconds: float
    fingerprint: str
    champions: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    @property
    def shown(self) -> str | None:
        """The model name whose stored predictions are to be shown; ``None`` where none is named.

        Trainings of before there were two modes stored those of the champion for popularity.
        """
        if "popularity/early" in self.champions:
            return SHOWN
        return self.champions.get("popularity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """What a model's loss gains when one group of features is shuffled among held-out films.

    In the units of the measured error: log1p for popularity, points for the rating. ``spread`` is
    the standard deviation over repetitions and folds.
    """

    trained_at: datetime
    model_name: str
    target: str
    mode: str
    feature_group: str
    importance: float
    spread: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """How far one group of a film's features moved its prediction, in the target's unit."""

    pred_ts: datetime
    tmdb_id: int
    target: str
    feature_group: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmCluster:
    """One group of films, as one run found it; numbers mean the same group from run to run.

    ``marks`` are what sets it apart, the strongest first: "trait", whether it is "higher", and the
    "median" of the group beside the "overall" one. ``examples`` are ids of films.
    """

    made_at: datetime
    group_no: int
    name: str
    films: int
    marks: Sequence[Mapping[str, Any]] = ()
    examples: Sequence[int] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that ``name`` is made of: those of its marks, and a number if it needs one."""
        return tuple(self.name.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmEmbedding:
    """Where a film lies: its group, its point in the plane, its chance of being a hit.

    What could not be found out is ``None``.
    """

    tmdb_id: int
    made_at: datetime
    group_no: int | None = None
    x: float | None = None
    y: float | None = None
    hit_chance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearFilm:
    """A film near another; ``place`` 1 is the nearest."""

    tmdb_id: int
    place: int
    other_id: int
    distance: float
    made_at: datetime

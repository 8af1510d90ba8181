"""What a training stores: predictions, figures, contributions, clusters and neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tmdbdash.records.studies import ClusterMark
from tmdbdash.records.tasks import EARLY, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One model's prediction for one film: a row of ``model_predictions``.

    ``pred_ts`` is the time of the training whose models made it. ``mae_*`` repeat on each
    row, for queries, the ``oof_mae`` of the film's champion where ``model_name`` is `SHOWN`, and
    of another model its ``holdout_mae``, else its ``oof_mae``. ``mode`` is "released",
    or "early" for the models that see no votes. ``prediction_source`` (in tables and JSON
    "basis") is "out_of_fold" where the film was learned from and the model that predicts it is
    the one of its fold, which has not seen it; else "unseen". ``basis_*`` say the same of each
    target, since a film may be learned from for its popularity alone; ``None`` in older data.
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
    prediction_source: str | None = None
    basis_popularity: str | None = None
    basis_vote_average: str | None = None

    def basis_of(self, target: str) -> str | None:
        """The basis of one target, or what was stored for both."""
        own: str | None = getattr(self, f"basis_{target}")
        return own or self.prediction_source


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedFilm:
    """A stored prediction with the film facts that a table or the page shows beside it."""

    prediction: Prediction
    title: str
    release_date: date | None
    vote_count: int | None


SHOWN = "champion"
"""The model name of the predictions that are shown: each film's by the champion of its mode."""
BASELINE = "linear_regression"
"""The model of the replaced system, whose predictions are stored as well."""
TOP_FILMS = 10
PREDICTED_FILMS = 20
"""The films of the page: the most popular of the latest list, and those predicted to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """One training: its time, films, champions, and the figures of each model.

    ``champions`` maps a task key (`Task.key`) to a model, ``metrics`` (model name, task key, metric
    name) to a value, as ("linear_regression", "popularity", "oof_mae"). ``rows`` counts the films
    that have both targets. ``fingerprint`` identifies the rows learned from.
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
        """The model name of the predictions to show; ``None`` where the training names none.

        Before there were two modes, trainings stored those of the champion for popularity.
        """
        return SHOWN if self.has_early_champions else self.champions.get("popularity")

    @property
    def has_early_champions(self) -> bool:
        """Whether it named champions of both modes; older trainings had one mode."""
        return Task("popularity", EARLY).key in self.champions


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """By how much a model's loss grows when one feature group is shuffled among held-out films.

    In the unit of the loss: log1p for popularity, points for the rating. ``spread`` is the
    standard deviation over repetitions and folds.
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
    """What one feature group of a film adds to its prediction, in the target's unit."""

    pred_ts: datetime
    tmdb_id: int
    target: str
    feature_group: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmCluster:
    """One cluster of one training: a row of ``film_groups``.

    A number means the same cluster from training to training. ``marks`` are the traits that set
    it apart, the strongest first; ``examples`` are ids of films.
    """

    made_at: datetime
    group_no: int
    name: str
    films: int
    marks: Sequence[ClusterMark] = ()
    examples: Sequence[int] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that ``name`` is made of: those of its marks, and a number if it needs one."""
        return tuple(self.name.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmEmbedding:
    """A film's cluster, its point on the map, and its predicted probability of being a hit.

    ``None`` where the study was not made.
    """

    tmdb_id: int
    made_at: datetime
    group_no: int | None = None
    x: float | None = None
    y: float | None = None
    hit_chance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearFilm:
    """One of the films nearest to a film; ``place`` is its rank, the nearest having 1."""

    tmdb_id: int
    place: int
    other_id: int
    distance: float
    made_at: datetime

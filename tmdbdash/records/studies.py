"""The studies of hits and of clusters, as ``studies`` has them in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol, Self

from tmdbdash.records.json_records import JsonObject, JsonRecord, wire


class Study(Protocol):
    """A record that is stored as JSON, one of each name and time."""

    study_name: ClassVar[str]

    @classmethod
    def from_json(cls, body: JsonObject) -> Self:
        """The study in this object."""

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""


@dataclass(frozen=True, kw_only=True)
class Confusion(JsonRecord):
    """How many films a classifier predicted to be hits or not, rightly or wrongly."""

    true_positives: int | None = wire("called_and_was")
    false_positives: int | None = wire("called_but_was_not")
    false_negatives: int | None = wire("missed")
    true_negatives: int | None = wire("neither")


class RocPoint(NamedTuple):
    """One threshold: the share of other films predicted to be hits, and that of hits."""

    fpr: float | None = None
    tpr: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin(JsonRecord):
    """Films of predicted probabilities from ``lower`` to ``upper``: their mean, and hits' share."""

    lower: float | None = wire("from")
    upper: float | None = wire("to")
    films: int = 0
    predicted_probability: float | None = wire("stated", digits=4)
    fraction_of_positives: float | None = wire("observed", digits=4)


@dataclass(frozen=True, kw_only=True)
class HitStudy(JsonRecord):
    """How well films in the top quarter of popularity are found, all figures out of fold.

    A film is a hit at or above ``popularity_threshold``, as ``hits`` of the ``films`` learned from
    are, and predicted to be one at or above ``probability_threshold``. ``auc_without_votes`` is of
    a logistic model that sees no votes. The reference Brier score is that of the share of hits as
    every film's probability.
    """

    study_name: ClassVar[str] = "hits"

    films: int | None = None
    hits: int | None = None
    popularity_threshold: float | None = wire("cut", digits=4)
    probability_threshold: float | None = wire("threshold")
    auc: float | None = wire(digits=4)
    auc_without_votes: float | None = wire(digits=4)
    brier_score: float | None = wire("brier", digits=4)
    reference_brier_score: float | None = wire("brier_of_share", digits=4)
    calibration_error: float | None = wire(digits=4)
    confusion: Confusion = Confusion()
    roc: tuple[RocPoint, ...] = ()
    reliability: tuple[ReliabilityBin, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClusterMark(JsonRecord):
    """A trait that sets a cluster apart: the medians of its films and of all, in people's unit."""

    trait: str = ""
    higher: bool = False
    median: float | None = wire(digits=2)
    overall: float | None = wire(digits=2)

    @property
    def code(self) -> str:
        """The code that a cluster is named by, such as "votes_high"."""
        return f"{self.trait}_{'high' if self.higher else 'low'}"


@dataclass(frozen=True, kw_only=True)
class Cluster(JsonRecord):
    """One cluster: its number from 1, the codes of its strongest marks, its films and examples.

    ``examples`` are ids: the most voted of the films nearest to its ``centre``, which is the mean
    of its films' scaled traits, by which the next training recognises it.
    """

    number: int = 0
    name: str = ""
    films: int = 0
    marks: tuple[ClusterMark, ...] = ()
    examples: tuple[int, ...] = ()
    centre: tuple[float, ...] = wire(default=(), digits=9)


@dataclass(frozen=True, kw_only=True)
class ClusterStudy(JsonRecord):
    """The clusters of one training, and how stable they are.

    ``stability`` maps each number of clusters that was tried to the mean adjusted Rand index of
    clusterings of resamples (1: the same clusters each time, 0: chance); ``ari`` is that of the
    number chosen. ``explained`` are the shares of variance on the two axes of the map, ``traits``
    the features clustered by, ``shown`` the films that the map draws.
    """

    study_name: ClassVar[str] = "groups"

    films: int | None = None
    chosen: int = 0
    stability: Mapping[str, float] = field(default_factory=dict)
    ari: float | None = wire(digits=4)
    silhouette: float | None = wire(digits=4)
    explained: tuple[float, ...] = wire(default=(), digits=4)
    traits: tuple[str, ...] = ()
    clusters: tuple[Cluster, ...] = wire("groups", ())
    shown: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TrainingInputs(JsonRecord):
    """The digest of what a training learned from; made at the time of that training."""

    study_name: ClassVar[str] = "training_inputs"

    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class PredictionInputs(JsonRecord):
    """The digest of what the stored predictions of a training were last made from."""

    study_name: ClassVar[str] = "prediction_inputs"

    digest: str = ""

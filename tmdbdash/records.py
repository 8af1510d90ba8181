"""The plain values that flow between modules: no I/O, no third-party library.

Three shapes carry a film: `FilmFacts` is what a source said, `Movie` is what the database knows,
`FilmChange` is what shall be written. All times are timezone-aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, **options: Any) -> Any:
        """A dataclass that is frozen for the type checker alone.

        Frozen ones take three times as long to make, which was a tenth of an import's time.
        """
        return dataclass(unsafe_hash=frozen, **options)


CLOCKS_DIFFER = timedelta(minutes=5)
"""A time further ahead of now than this was written under a clock that was wrong."""


@record(frozen=True, slots=True, kw_only=True)
class FilmFacts:
    """What one source (a list entry, a detail answer, a data set row) said of one film.

    ``None`` means "not said" and never overwrites what is known. A rating without votes is not
    said. ``genres`` are TMDB's English names whatever the answer's language.
    """

    tmdb_id: int
    title: str | None = None
    original_title: str | None = None
    overview: str | None = None
    language: str | None = None
    release_date: date | None = None
    popularity: float | None = None
    vote_count: int | None = None
    vote_average: float | None = None
    genres: tuple[str, ...] | None = None
    poster_path: str | None = None
    backdrop_path: str | None = None
    imdb_id: str | None = None
    runtime: int | None = None
    status: str | None = None
    budget: int | None = None
    revenue: int | None = None
    tagline: str | None = None
    homepage: str | None = None
    collection: str | None = None
    production_companies: tuple[str, ...] | None = None
    production_countries: tuple[str, ...] | None = None
    spoken_languages: tuple[str, ...] | None = None


@record(frozen=True, slots=True, kw_only=True)
class Movie:
    """A film as the database knows it: one row of ``movies``.

    ``rank`` and ``snapshot_at`` belong to the film's newest stored snapshot, whose other values are
    ``popularity``, ``vote_count`` and ``vote_average`` here; so the next tick decides without
    reading history. ``observed_at`` is when those three were last seen, ``details_at`` when the
    details were last asked for with a definite answer.
    """

    tmdb_id: int
    imdb_id: str | None = None
    title: str = ""
    original_title: str | None = None
    overview: str | None = None
    language: str | None = None
    release_date: date | None = None
    popularity: float | None = None
    vote_count: int | None = None
    vote_average: float | None = None
    runtime: int | None = None
    genres: tuple[str, ...] = ()
    poster_path: str | None = None
    backdrop_path: str | None = None
    status: str | None = None
    budget: int | None = None
    revenue: int | None = None
    tagline: str | None = None
    homepage: str | None = None
    collection: str | None = None
    production_companies: tuple[str, ...] | None = None
    production_countries: tuple[str, ...] | None = None
    spoken_languages: tuple[str, ...] | None = None
    rank: int | None = None
    observed_at: datetime | None = None
    details_at: datetime | None = None
    snapshot_at: datetime | None = None
    imported: bool = False
    inserted_at: datetime | None = None
    updated_at: datetime | None = None


@record(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One stored observation of a film's metrics; ``rank`` is its place in the list, from 1."""

    tmdb_id: int
    snapshot_ts: datetime
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    rank: int | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One film of a complete list, as that list had it."""

    rank: int
    tmdb_id: int
    popularity: float | None
    vote_count: int | None
    vote_average: float | None


@record(frozen=True, slots=True, kw_only=True)
class FilmChange:
    """What to write for one film: the row as it shall be, and a snapshot where one is due.

    ``kind`` is "new", "changed" or "unchanged"; an unchanged film has neither row nor snapshot
    to write unless only its time of observation moved.
    """

    kind: str
    movie: Movie | None = None
    snapshot: Snapshot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished run of a job: a row of ``runs``, keyed by job and start.

    ``outcome`` is "ok", "incomplete", "failed" or "skipped". ``source`` is the list a tick read
    ("popular", "discover", "simulation") or what a job was given. Counts are ``None`` where they
    make no sense for the job. ``message`` is a sentence for people, free of secrets.
    """

    job: str
    started_at: datetime
    finished_at: datetime
    outcome: str
    exit_code: int = 0
    source: str | None = None
    requests: int | None = None
    films_seen: int | None = None
    films_new: int | None = None
    films_changed: int | None = None
    films_unchanged: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TickWrite:
    """Everything one tick (or one replayed list) stores, in one transaction.

    ``listing`` replaces the latest complete list when the read was complete and is not older than
    the stored one; ``None`` leaves it. Where ``believed_until`` is given, a stored list that was
    observed later than that gives way whatever its time. ``prune_before`` drops what ``ingest``
    stored earlier.
    """

    observed_at: datetime
    changes: tuple[FilmChange, ...]
    listing: tuple[ListEntry, ...] | None = None
    believed_until: datetime | None = None
    run: Run | None = None
    prune_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The latest complete list: when it was observed and its entries by rank."""

    observed_at: datetime
    entries: tuple[ListEntry, ...]


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
    ("linear_regression", "popularity", "mae"). ``champions`` maps a target to the model shown for
    released films, and "target/early" to the one for films without votes or before release; a
    target "popularity/early" in ``metrics`` is that mode's.
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
class Forecast:
    """The popularity expected of one film ``days`` after ``origin_at``: a row of ``forecasts``.

    ``origin_at`` is the tick it starts from, ``origin_popularity`` what that tick said;
    ``low`` and ``high`` bound the 80 % interval. ``basis`` is "model" or "persistence" ("nothing
    changes"). ``actual_popularity`` is what came; where the time is over and it is still missing
    although ``scored_at`` is set, the film was no longer observed.
    """

    origin_at: datetime
    tmdb_id: int
    days: int
    made_at: datetime
    popularity: float
    low: float
    high: float
    basis: str
    origin_popularity: float
    actual_popularity: float | None = None
    scored_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastBasis:
    """What the forecasts of one origin and horizon rest on, and how they fared.

    ``reason`` says why it is persistence, and is empty for a model. ``pairs`` were learned from;
    ``weight`` is the share of the model's change that is used. All errors are mean absolute errors
    of log(1 + popularity): ``held_out_*`` measured before the forecast, on pairs of the past held
    out; ``scored_*`` against what came, on ``scored`` films, ``scored_inside`` of them within the
    interval.
    """

    origin_at: datetime
    days: int
    made_at: datetime
    basis: str
    reason: str = ""
    films: int = 0
    pairs: int = 0
    weight: float = 0.0
    held_out: int = 0
    held_out_mae: float | None = None
    held_out_mae_persistence: float | None = None
    scored: int = 0
    scored_inside: int = 0
    scored_mae: float | None = None
    scored_mae_persistence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastScore:
    """Forecast against outcome at one horizon, over the origins that are kept.

    ``mae`` and ``mae_persistence`` are mean absolute errors of log(1 + popularity); ``coverage`` is
    the share of outcomes within the 80 % interval; ``by_model`` of the ``scored`` forecasts were
    a model's, the others persistence.
    """

    days: int
    scored: int
    by_model: int
    mae: float
    mae_persistence: float
    coverage: float
    first_origin_at: datetime
    last_origin_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmGroup:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmPlace:
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


def as_dict(record: Any) -> dict[str, Any]:
    """The fields of one flat record as a dict; unlike `dataclasses.asdict` it copies nothing."""
    return {f.name: getattr(record, f.name) for f in fields(record)}

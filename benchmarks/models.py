"""The models on test films, beside the linear baseline and the goals.

``python -m benchmarks.models`` reads the files of real data from ``../shared/data``, or from
the folder that TMDBDASH_BENCH_DATA names; ``python -m benchmarks.models FILE...`` measures any
other files of films and only prints.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import train_test_split

from benchmarks.insights_document import put_in_both
from benchmarks.measure import publish, table
from tmdbdash.importing.datasets import Hints, TextFile, open_dataset
from tmdbdash.learning.data.film_table import FilmTable, columns_of, read_films
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.evaluation.champion import choose_champion
from tmdbdash.learning.evaluation.metrics import figures, with_metrics
from tmdbdash.learning.models.fit import fit_all
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import choose_models, linear_regression
from tmdbdash.learning.models.threads import threads_for
from tmdbdash.records import FilmFacts, Movie
from tmdbdash.records.tasks import EARLY, RELEASED, TASKS, Task

FOLDER = Path(
    os.environ.get("TMDBDASH_BENCH_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
OLD, NEW = "tmdb_5000_movies.csv.gz", "popular_with_details_2025-11.csv.gz"
PEOPLE = "tmdb_5000_people.csv.gz"
"""Director and cast of the films of `OLD`, read where it lies beside that file."""
LEFT_OUT = {NEW: 457697}
"""With this film, the linear baseline is at 7.33 / .459 and .687 / .204; without it at the
figures that were given for the replaced system, on the 3,890 rows that were given as well. So it
was left out there, why is unknown; and leaving out a row shuffles the whole split anew.
"""
WORDS = {"popularity": "popularity", "vote_average": "rating"}
GOALS = {
    (OLD, "random", "popularity"): ("8.29 / .484", "5.40 / .226"),
    (OLD, "random", "vote_average"): (".582 / .347 / .397", ".465 / .54 / .67"),
    (OLD, "newest", "popularity"): ("– / .615", "– / .26"),
    (OLD, "newest", "vote_average"): (".678 / – / –", ".60 / – / –"),
    (NEW, "random", "popularity"): ("7.27 / .443", "5.0 / .230"),
    (NEW, "random", "vote_average"): (".664 / .176 / –", ".465 / .49 / –"),
}
SEEDS = (42, 1, 2, 3, 4, 5, 6, 7)
MISSING = "–"
Rows = list[list[str]]
Floats = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.intp]
_MOVIE_FIELDS = {field.name for field in fields(Movie)} & {f.name for f in fields(FilmFacts)}


@dataclass(frozen=True)
class Split:
    """Indexes of the films to learn from and to test on."""

    name: str
    train: Indexes
    test: Indexes


def read(path: Path, left_out: int | None = None) -> list[Movie]:
    """The films of a file in its order, each by its first row, observed at the newest release."""
    facts: dict[int, FilmFacts] = {}
    for row in open_dataset(TextFile(path), Hints(datetime.now(UTC).date())).rows():
        if row.facts is not None and row.facts.tmdb_id != left_out:
            facts.setdefault(row.facts.tmdb_id, row.facts)
    known = [f.release_date for f in facts.values() if f.release_date and f.vote_count]
    newest = datetime.combine(max(known), datetime.min.time(), tzinfo=UTC)
    movies = []
    for first in facts.values():
        values: dict[str, Any] = {
            name: value for name in _MOVIE_FIELDS if (value := getattr(first, name)) is not None
        }
        movies.append(Movie(**values, observed_at=newest))
    return movies


def with_people(movies: Sequence[Movie], path: Path) -> list[Movie]:
    """The films with the directors and the cast that a file has of them."""
    rows = open_dataset(TextFile(path), Hints(datetime.now(UTC).date())).rows()
    people = {row.facts.tmdb_id: row.facts for row in rows if row.facts is not None}
    return [
        replace(movie, directors=found.directors or (), cast=found.cast or ())
        if (found := people.get(movie.tmdb_id))
        else movie
        for movie in movies
    ]


def random_split(films: FilmTable, seed: int = 42) -> Split:
    """A quarter of the row numbers held out."""
    train, test = train_test_split(np.arange(len(films)), test_size=0.25, random_state=seed)
    return Split("random", train, test)


def newest_split(films: FilmTable) -> Split:
    """The newest fifth by release date held out."""
    dated = np.flatnonzero(~np.isnat(films.released))
    ordered = dated[np.argsort(films.released[dated], kind="stable")]
    cut = int(0.8 * len(ordered))
    return Split("newest", ordered[:cut], ordered[cut:])


def part(movies: Sequence[Movie], indexes: Indexes) -> FilmTable:
    """Some of the films, in that order."""
    return read_films(columns_of([movies[int(index)] for index in indexes]))


def champions(films: FilmTable, names: Sequence[str] = ()) -> dict[Task, FittedModel]:
    """The champion of each task that ``train`` would choose by these films alone."""
    with threads_for(len(films)):
        done = fit_all(films, choose_models(names), lambda: True)
        chosen = {}
        for task in TASKS:
            rows = done.rows[task]
            models = {name: with_metrics(m, rows, films) for name, m in done.models[task].items()}
            chosen[task] = models[choose_champion(rows, models, None).name]
    return chosen


def ask(model: FittedModel, films: FilmTable) -> tuple[Floats, Floats, Floats]:
    """Prediction and interval of films that the model has not seen."""
    return model.predict_interval(films, np.arange(len(films)), clip=False)


def linear(train: FilmTable, test: FilmTable, target: str) -> Floats:
    """The replaced system's model: a film without votes counted as rated 0."""
    actual = np.nan_to_num(train.targets[target])
    model = linear_regression(Task(target, RELEASED), (), len(train))
    model.fit(train.features("linear"), actual)
    answer: Floats = model.predict(test.features("linear"))
    return answer


def error_text(target: str, test: FilmTable, expected: Floats) -> str:
    """MAE and other errors over the films whose target is known."""
    actual = test.targets[target]
    known = ~np.isnan(actual)
    found = figures(target, actual[known], expected[known], test.votes[known])
    if target == "popularity":
        return f"{found['mae']:.2f} / {found['log_mae']:.4f}"
    return f"{found['mae']:.4f} / {found['r2']:.3f} / {found.get('r2_50_votes', np.nan):.3f}"


def covered(test: FilmTable, target: str, answer: tuple[Floats, ...]) -> list[float]:
    """Coverage in percent: overall, thirds of the prediction, younger than 180 days; mean width."""
    actual = test.targets[target]
    known = ~np.isnan(actual)
    expected, low, high = (values[known] for values in answer)
    inside = (actual[known] >= low) & (actual[known] <= high)
    third = np.searchsorted(np.quantile(expected, [1 / 3, 2 / 3]), expected)
    young = test.age[known] < 180
    shares = [inside.mean(), *(inside[third == n].mean() for n in range(3))]
    shares.append(inside[young].mean() if young.any() else np.nan)
    return [*(100 * float(share) for share in shares), float((high - low).mean())]


def measure(name: str, movies: Sequence[Movie], seeds: Sequence[int]) -> tuple[Rows, Rows]:
    """Rows of figures and rows of coverage for one file."""
    whole = read_films(columns_of(movies))
    lines, coverages = [], []
    for split in (random_split(whole), newest_split(whole)):
        train, test = part(movies, split.train), part(movies, split.test)
        begin, cpu = time.perf_counter(), time.process_time()
        models = champions(train)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        print(f"{name} {split.name}: {seconds:.0f} s, {cpu:.0f} CPU s", file=sys.stderr)
        for target in TARGETS:
            answers = {mode: ask(models[Task(target, mode)], test) for mode in (RELEASED, EARLY)}
            shown = np.where(test.mode == EARLY, answers[EARLY][0], answers[RELEASED][0])
            given, goal = GOALS.get((name, split.name, target), ("–", "–"))
            lines.append(
                [
                    f"{name.split('.', maxsplit=1)[0]}, {split.name} {len(test):,}",
                    WORDS[target],
                    models[Task(target, RELEASED)].spec.name,
                    error_text(target, test, linear(train, test, target)),
                    given,
                    goal,
                    f"**{error_text(target, test, answers[RELEASED][0])}**",
                    error_text(target, test, shown),
                    error_text(target, test, answers[EARLY][0]),
                ]
            )
            coverages.append((split.name, 42, target, covered(test, target, answers[RELEASED])))
    for seed in seeds:
        if seed == 42:
            continue
        split = random_split(whole, seed)
        train, test = part(movies, split.train), part(movies, split.test)
        models = champions(train)
        coverages += [
            ("random", seed, t, covered(test, t, ask(models[Task(t, RELEASED)], test)))
            for t in TARGETS
        ]
    return lines, [
        [
            name.split(".", maxsplit=1)[0],
            split_name,
            str(seed),
            WORDS[target],
            *map(one_decimal, shares),
        ]
        for split_name, seed, target, shares in coverages
    ]


def one_decimal(value: float) -> str:
    """The number as the tables have it; a dash where there was nothing to measure."""
    return MISSING if np.isnan(value) else f"{value:.1f}"


def means(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The mean over the seeds of each file and target, for the random splits."""
    found = []
    for key in dict.fromkeys((row[0], row[3]) for row in rows if row[1] == "random"):
        same = [row for row in rows if (row[0], row[3]) == key and row[1] == "random"]
        own = [[np.nan if text == MISSING else float(text) for text in row[4:]] for row in same]
        mean = np.mean(own, axis=0)
        found.append([key[0], "random", f"mean of {len(own)}", key[1], *map(one_decimal, mean)])
    return found


def main() -> None:
    """Measure and publish; given files on the command line, measure those and print."""
    given = [Path(argument) for argument in sys.argv[1:]] if __name__ == "__main__" else []
    lines, coverages = [], []
    for path in given or [FOLDER / OLD, FOLDER / NEW]:
        movies = read(path, LEFT_OUT.get(path.name))
        if path.name == OLD and (path.parent / PEOPLE).exists():
            movies = with_people(movies, path.parent / PEOPLE)
        found, coverage = measure(path.name, movies, SEEDS)
        lines += found
        coverages += coverage + means(coverage)
    errors = table(
        ["test films", "predicts", "champion", "baseline", "baseline, as given", "goal",
         "champion's figures", "as shown", "votes hidden"],
        lines,
    )  # fmt: skip
    coverage_table = table(
        ["file", "split", "seed", "predicts", "empirical coverage, %", "lowest third",
         "middle third", "highest third", "under 180 days", "mean width"],
        coverages,
    )  # fmt: skip
    text = (
        "Popularity: MAE / MAE of log1p. Rating, films with votes: MAE / R2 / R2 of films with at "
        "least 50 votes. Films in file order, each once. *random*: the test rows of "
        "`train_test_split(test_size=0.25, random_state=42)` on the row numbers; *newest*: the "
        "newest fifth by release date. Champions were chosen and calibrated on the other rows "
        "alone. *baseline* is the replaced system's model on the same rows, beside the "
        "figures given for it and the goal. *as shown*: films without votes are predicted by the "
        "early model, as in the program. *votes hidden*: the early model predicts all films; the "
        "difference is how much of a film's popularity is already known once people have voted. "
        "Film 457697 of the second file is left out, as in the figures given for it (see the "
        "module).\n\n"
        + errors
        + "\n\nEmpirical coverage of the 80 % intervals on the same test films: overall, by third "
        "of the prediction, films younger than 180 days, and the mean width. One third of one "
        "split has a standard error of 2 points.\n\n" + coverage_table
    )
    if given:
        print(text)
    else:
        publish("models", "Models", text)
        put_in_both("holdout", errors + "\n")
        put_in_both("holdout-coverage", coverage_table + "\n")


if __name__ == "__main__":
    main()

"""The models of ``estimate`` on a quarter of the films that they were not fitted on.

``python -m benchmarks.estimates`` reads the files that ``benchmarks.models`` reads, and puts its
table into docs/ML_INSIGHTS.md and its Portuguese counterpart.
"""

from __future__ import annotations

import numpy as np

from benchmarks.insights import FILES, percent, short
from benchmarks.insights_document import put_in_both
from benchmarks.measure import table
from benchmarks.models import FOLDER, LEFT_OUT, MISSING, WORDS, ask, part, random_split, read
from tmdbdash.learning.data.film_table import FilmTable, columns_of, read_films
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.jobs.estimate_models import as_estimate_films, fit_estimate_models
from tmdbdash.records.tasks import EARLY, RELEASED

MANY_VOTES = 1_000
HEADINGS = ("films", "predicts", "median's MAE", "MAE", "coverage", "coverage, 1,000+ votes")


def rows_of(name: str, seen: FilmTable, test: FilmTable) -> list[list[str]]:
    """A row for each target and mode: error and coverage of the test films.

    Without votes all test films are asked for, with votes those that have some.
    """
    rows = []
    for mode, suffix in ((RELEASED, ""), (EARLY, ", votes hidden")):
        fitted = fit_estimate_models(seen, mode)
        for target in TARGETS:
            actual = test.targets[target]
            known = ~np.isnan(actual) & ((test.votes > 0) | (mode == EARLY))
            middle = np.nanmedian(seen.targets[target])
            expected, low, high = ask(fitted[target].model, test)
            inside = (low <= actual) & (actual <= high)
            many = known & (test.votes >= MANY_VOTES)
            rows.append(
                [
                    name,
                    WORDS[target] + suffix,
                    error_text(target, (actual - middle)[known]),
                    error_text(target, (actual - expected)[known]),
                    percent(float(inside[known].mean())),
                    percent(float(inside[many].mean())) if many.any() else MISSING,
                ]
            )
    return rows


def error_text(target: str, errors: np.ndarray) -> str:
    """The mean absolute error with the digits of the other tables."""
    mean = float(np.abs(errors).mean())
    return f"{mean:.2f}" if target == "popularity" else short(mean)


def main() -> None:
    """Measure, and put the table into both documents."""
    rows = []
    for name, file in FILES.items():
        movies = read(FOLDER / file, LEFT_OUT.get(file))
        split = random_split(read_films(columns_of(movies)))
        seen, test = (as_estimate_films(part(movies, own)) for own in (split.train, split.test))
        rows += rows_of(name, seen, test)
    put_in_both("estimates", table(HEADINGS, rows) + "\n")


if __name__ == "__main__":
    main()

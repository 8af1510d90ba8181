"""Tables of models and what they predict: predictions, trainings, contributions, estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tmdbdash.records import SIDES
from tmdbdash.records.evaluation import Figures
from tmdbdash.records.tasks import EARLY, RELEASED, TARGET_WORDS, Task
from tmdbdash.terminal.cells import (
    MISSING,
    add_number_columns,
    add_title_column,
    date_cell,
    new_table,
    number_cell,
    percent,
    plain,
    set_caption,
    stacked,
    title_cell,
)
from tmdbdash.terminal.code_words import champion_words, cluster_words, note_words
from tmdbdash.terminal.plaintext import one_line

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

    from tmdbdash.learning.evaluation.training_report import TrainingReport
    from tmdbdash.learning.insights.shapley import Explanation
    from tmdbdash.learning.jobs.estimate import EstimateReport
    from tmdbdash.learning.jobs.explain import ExplainedFilm, Values
    from tmdbdash.learning.jobs.near_films import NearFilmRow
    from tmdbdash.learning.jobs.prediction_report import PredictionRow
    from tmdbdash.records import Coverage, TaskEvaluation
    from tmdbdash.training_history import PastTraining


def predictions_table(
    rows: Sequence[PredictionRow],
    coverage: Mapping[str, Coverage] | None = None,
    notes: Mapping[str, str] | None = None,
    *,
    sort: str = "predicted",
    listed: int = 0,
    films: int = 0,
) -> Table:
    """Predicted and actual values of ``rows``, which have the documented keys.

    Sorted by the residual, or by one side of it, they have the residual in place of the rating's
    interval: both would not fit. ``coverage``, ``notes``, ``listed`` and ``films`` are those of a
    `PredictionReport`.
    """
    table = new_table()
    add_title_column(table, "\nTitle")
    table.add_column("\nRelease", no_wrap=True)
    with_residual = sort in ("residual", *SIDES)
    headings = ["Popularity\npredicted", "\n80 %", "\nactual"]
    headings += (
        ["\nresidual", "Rating\npredicted"] if with_residual else ["Rating\npredicted", "\n80 %"]
    )
    add_number_columns(table, *headings, "\nactual")
    for row in rows:
        rating = number_cell(row["predicted_vote_average"], "{:.1f}")
        table.add_row(
            title_cell(row["title"]),
            date_cell(row["release_date"]),
            number_cell(row["predicted_popularity"], "{:.2f}"),
            _interval(row["predicted_popularity_low"], row["predicted_popularity_high"]),
            number_cell(row["actual_popularity"], "{:.2f}"),
            *(
                [number_cell(row["residual_popularity"], "{:+.2f}"), rating]
                if with_residual
                else [
                    rating,
                    _interval(
                        row["predicted_vote_average_low"], row["predicted_vote_average_high"]
                    ),
                ]
            ),
            number_cell(row["actual_vote_average"], "{:.1f}"),
        )
    lines = []
    if with_residual:
        lines.append(
            "Residual: actual less predicted popularity; below 0 under-rated, above over-rated."
        )
    if sort in SIDES:
        lines.append(f"{listed:,} of {films:,} films are {sort} by popularity, farthest first.")
    lines += [*_note_lines(notes or {}), *_coverage_lines(coverage or {})]
    set_caption(table, plain("\n".join(lines)))
    return table


def training_table(report: TrainingReport) -> Group:
    """All models and baselines by target and mode, with the champion and the reason for it.

    Figures are out of fold; under them those of the linear baseline on the quarter held out.
    """
    lines = [report.message] if report.message else []
    if report.skipped:
        lines.append(f"The budget left no time for {', '.join(report.skipped)}.")
    notes = [plain("\n".join(map(one_line, lines)))] if lines else []
    tasks = report.evaluation.tasks if report.evaluation else ()
    return stacked(*notes, *map(_task_table, tasks), holdout_table(report))


def past_training_tables(past: PastTraining) -> Group:
    """The same of a stored training, without the baseline on the quarter held out."""
    run, tasks = past.run, past.evaluation.tasks if past.evaluation else ()
    heading = f"The training of {run.trained_at:%Y-%m-%d %H:%M:%S} on {run.films:,} films"
    end = ":\n" if tasks else " left no figures of its models."
    return stacked(plain(heading + end), *map(_task_table, tasks))


def _task_table(task: TaskEvaluation) -> Table:
    popularity = task.target == "popularity"
    table = new_table()
    table.add_column("Model", no_wrap=True)
    special = "log MAE" if popularity else "MAE 50+"
    early = ["Early"] if task.mode == EARLY else []
    add_number_columns(
        table, "MAE", special, *early, "R2", "Spearman", "Newest", "Coverage", "Width"
    )

    def error(figures: Figures | None) -> str:
        own = figures or Figures()
        return number_cell(own.log_mae if popularity else own.mae, "{:.3f}")

    for model in task.models:
        oof = model.oof
        table.add_row(
            plain(f"{model.model}{' *' if model.model == task.champion else ''}"),
            number_cell(oof.mae, "{:.3f}"),
            number_cell(oof.log_mae if popularity else oof.mae_50_votes, "{:.3f}"),
            *(error(model.early) for _ in early),
            number_cell(oof.r2, "{:.3f}"),
            number_cell(oof.spearman, "{:.3f}"),
            error(model.temporal),
            percent(oof.coverage),
            number_cell(model.width, "{:.2f}"),
        )
    name = TARGET_WORDS.get(task.target, task.target)
    note = f" ({one_line(note_words(task.note))})" if task.note else ""
    table.title = plain(f"{name}, {task.mode} films, {task.films:,} learned from{note}")
    table.title_justify = "left"
    lines = [f"* {one_line(champion_words(task.why))}"]
    if early and task.learned_in_mode is not None:
        name = special if popularity else "MAE"
        lines.append(
            f"Measured on all {task.films:,} films, their votes hidden. Early: the {name} "
            f"of the {task.learned_in_mode:,} that are without votes or before release"
            + (", which are too few." if task.models[0].early is None else ".")
        )
    set_caption(table, plain("\n".join([*lines, ""])))
    return table


def holdout_table(report: TrainingReport) -> Table:
    """The figures of the linear baseline on the quarter held out, as the replaced system's."""
    table = new_table()
    table.add_column("Model", no_wrap=True)
    table.add_column("Target", no_wrap=True)
    add_number_columns(table, "Train rows", "Test rows", "MAE", "R2")
    for figures in report.figures:
        table.add_row(
            plain(figures.model),
            plain(TARGET_WORDS.get(figures.target, figures.target)),
            number_cell(figures.rows_train, "{:,}"),
            number_cell(figures.rows_test, "{:,}"),
            number_cell(figures.mae, "{:.4f}"),
            number_cell(figures.r2, "{:.4f}"),
        )
    return table


def explanation_tables(film: ExplainedFilm) -> Group:
    """One stored film's predictions as sums of contributions."""
    table = _contributions_table(film.explained, film.values)
    heading = _heading(film.title, film.release_date, film.mode)
    lines = [f"{line}." for line in _note_lines(film.notes)]
    if film.cluster is not None:
        lines.append(f"Among films of the group: {cluster_words(film.cluster)}.")
    if film.hit_chance is not None:
        lines.append(f"Chance of the top quarter of popularity: {film.hit_chance:.0%}.")
    lines.append(film.meaning)
    return _with_nearest(heading, table, lines, film.nearest)


def estimate_tables(report: EstimateReport) -> Group:
    """The predictions for a film that does not exist, and the real films nearest to it."""
    table = _contributions_table(report.explained, report.values)
    heading = _heading(report.idea.title, report.idea.release.isoformat(), report.mode)
    lines = [*report.notes, report.meaning]
    return _with_nearest(heading, table, lines, report.nearest)


def _with_nearest(
    heading: Text, table: Table, lines: Sequence[str], films: Sequence[NearFilmRow]
) -> Group:
    """Heading, table and sentences above a table of the nearest films."""
    near = new_table()
    add_title_column(near, "Title")
    near.add_column("Release", no_wrap=True)
    add_number_columns(near, "Popularity", "Votes", "Rating")
    for film in films:
        near.add_row(
            title_cell(film["title"]),
            date_cell(film["release_date"]),
            number_cell(film["popularity"], "{:.2f}"),
            number_cell(film["vote_count"], "{:,}"),
            number_cell(film["vote_average"], "{:.1f}"),
        )
    parts: list[RenderableType] = [heading, "", table, "", *(plain(one_line(x)) for x in lines)]
    return stacked(*parts, "", "The nearest real films:", "", near)


def _contributions_table(explained: Mapping[str, Explanation], values: Values) -> Table:
    """By target the typical film's prediction, each group's contribution, and the prediction.

    Groups come in the order of their contributions to popularity, the largest first.
    """
    table = new_table()
    table.add_column("")
    for target in explained:
        add_number_columns(table, f"  {TARGET_WORDS.get(target, target).capitalize()}")
    added = [dict(explanation.contributions) for explanation in explained.values()]
    patterns = ("{:.2f}", "{:+.2f}")

    def row(name: str, numbers: Sequence[float | None], pattern: str) -> None:
        table.add_row(name, *(number_cell(number, pattern) for number in numbers))

    row("a typical film", [own.typical for own in explained.values()], patterns[0])
    for group in dict.fromkeys(group for own in added for group in own):
        row(f"  {group}", [own.get(group) for own in added], patterns[1])
    row("predicted", [own["predicted"] for own in values.values()], patterns[0])
    row("  80 % from", [own["low"] for own in values.values()], patterns[0])
    row("  80 % to", [own["high"] for own in values.values()], patterns[0])
    if any("actual" in own for own in values.values()):
        row("actual", [own.get("actual") for own in values.values()], patterns[0])
    return table


def _heading(title: str, release: str | None, mode: str) -> Text:
    by = "the models that see no votes" if mode == EARLY else "the models for released films"
    return plain(f"{one_line(title) or MISSING} ({release or 'no date'}), by {by}:")


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return MISSING
    pattern = "{:.1f}" if high < 100 else "{:.0f}"
    return f"{pattern.format(low)}–{pattern.format(high)}"


def _coverage_lines(coverage: Mapping[str, Coverage]) -> list[str]:
    """The empirical coverage of the intervals, where it was measured."""
    return [
        f"{name}: empirical coverage {percent(coverage[target].overall)}, "
        f"on the newest films {percent(coverage[target].temporal)}"
        for target, name in TARGET_WORDS.items()
        if target in coverage and coverage[target].overall is not None
    ]


def _note_lines(notes: Mapping[str, str]) -> list[str]:
    """A training's notes, which are by task key or target; the mode where only one has the note."""
    lines = []
    for key, note in notes.items():
        task = Task.parse(key)
        if task.mode == RELEASED or notes.get(task.target) != note:
            of = "" if task.mode == RELEASED else f" of {task.mode} films"
            lines.append(
                f"{TARGET_WORDS.get(task.target, task.target)}{of}: {one_line(note_words(note))}"
            )
    return lines

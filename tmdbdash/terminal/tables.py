"""Reports as tables that read well at 80 columns; printing them is the terminal's part.

Every text from TMDB is shown as text: neither rich's markup nor a terminal's own codes in a title
have any effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from tmdbdash.records import SIDES
from tmdbdash.records.evaluation import Figures
from tmdbdash.terminal.plaintext import one_line
from tmdbdash.terminal.wording import champion_words, cluster_words, note_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tmdbdash.importing.import_report import ImportReport
    from tmdbdash.ingest.ticking import TickResult
    from tmdbdash.learning.insights.neighbours import NearFilmRow
    from tmdbdash.learning.insights.shapley import Explanation
    from tmdbdash.learning.jobs.estimate import EstimateReport
    from tmdbdash.learning.jobs.explain import ExplainedFilm, Values
    from tmdbdash.learning.jobs.predict import PredictionRow
    from tmdbdash.learning.jobs.train import TrainingReport
    from tmdbdash.records import Coverage, Movie, TaskEvaluation
    from tmdbdash.training_history import PastTraining

MISSING = "–"

_TARGET_NAMES = {"popularity": "popularity", "vote_average": "rating"}


def predictions_table(
    rows: Sequence[PredictionRow],
    coverage: Mapping[str, Coverage] | None = None,
    notes: Mapping[str, str] | None = None,
    *,
    sort: str = "predicted",
    listed: int = 0,
    films: int = 0,
) -> Table:
    """Predictions (rows with the documented keys): predicted, its interval, and real.

    Sorted by the residual, or one side of it, they show it as well, in the place of the rating's
    interval: all would not fit. ``coverage`` is how often each champion's intervals held, ``notes``
    what the training noted of them, and ``listed`` how many of the ``films`` the order ``sort`` has
    before the limit, as `PredictionReport` has them.
    """
    table = _table()
    _add_title(table, "\nTitle")
    table.add_column("\nRelease", no_wrap=True)
    with_residual = sort in ("residual", *SIDES)
    headings = ["Popularity\npredicted", "\n80 %", "\nreal"]
    headings += (
        ["\nresidual", "Rating\npredicted"] if with_residual else ["Rating\npredicted", "\n80 %"]
    )
    for heading in (*headings, "\nreal"):
        _add_numbers(table, heading)
    for row in rows:
        rating = _number(row["predicted_vote_average"], "{:.1f}")
        table.add_row(
            _title(row["title"]),
            _date(row["release_date"]),
            _number(row["predicted_popularity"], "{:.2f}"),
            _interval(row["predicted_popularity_low"], row["predicted_popularity_high"]),
            _number(row["actual_popularity"], "{:.2f}"),
            *(
                [_number(row["residual_popularity"], "{:+.2f}"), rating]
                if with_residual
                else [
                    rating,
                    _interval(
                        row["predicted_vote_average_low"], row["predicted_vote_average_high"]
                    ),
                ]
            ),
            _number(row["actual_vote_average"], "{:.1f}"),
        )
    told = _order_lines(sort, listed, films) if with_residual else []
    told += [*_note_lines(notes or {}), *_coverage_lines(coverage or {})]
    table.caption = Text("\n".join(told))
    table.caption_justify = "left"
    return table


def _order_lines(sort: str, listed: int, films: int) -> list[str]:
    """What the residual is, and how many films an order by one side has."""
    told = ["Residual: real less predicted popularity; below 0 under-rated, above over-rated."]
    if sort in SIDES:
        told.append(f"{listed:,} of {films:,} films are {sort} by popularity, farthest first.")
    return told


def training_table(report: TrainingReport) -> RenderableType:
    """Every model beside the baselines, by target and mode, with the champion and why it is that.

    Figures are out of fold; under them those of the linear baseline on the quarter held out.
    """
    tasks = report.evaluation.tasks if report.evaluation else ()
    told = [_told_of(report)] if report.message or report.skipped else []
    return Group(*told, *(_task_table(task) for task in tasks), holdout_table(report))


def past_training_tables(past: PastTraining) -> RenderableType:
    """The same of a stored training: every model beside the baselines, by target and mode."""
    run, tasks = past.run, past.evaluation.tasks if past.evaluation else ()
    told = f"The training of {run.trained_at:%Y-%m-%d %H:%M:%S} on {run.films:,} films"
    left = ":\n" if tasks else " left no figures of its models."
    return Group(Text(told + left), *(_task_table(task) for task in tasks))


def _told_of(report: TrainingReport) -> Text:
    lines = [report.message] if report.message else []
    if report.skipped:
        lines.append(f"The budget left no time for {', '.join(report.skipped)}.")
    return Text("\n".join(one_line(line) for line in lines))


def _task_table(task: TaskEvaluation) -> Table:
    popularity = task.target == "popularity"
    table = _table()
    table.add_column("Model", no_wrap=True)
    special = "log MAE" if popularity else "MAE 50+"
    early = ["Early"] if task.mode == "early" else []
    for heading in ("MAE", special, *early, "R2", "Spearman", "Newest", "Coverage", "Width"):
        _add_numbers(table, heading)

    def error(figures: Figures | None) -> str:
        own = figures or Figures()
        return _number(own.log_mae if popularity else own.mae, "{:.3f}")

    for model in task.models:
        oof = model.oof
        table.add_row(
            Text(f"{model.model}{' *' if model.model == task.champion else ''}"),
            _number(oof.mae, "{:.3f}"),
            _number(oof.log_mae if popularity else oof.mae_50_votes, "{:.3f}"),
            *(error(model.early) for _ in early),
            _number(oof.r2, "{:.3f}"),
            _number(oof.spearman, "{:.3f}"),
            error(model.temporal),
            _percent(oof.coverage),
            _number(model.width, "{:.2f}"),
        )
    name = _TARGET_NAMES.get(task.target, task.target)
    note = f" ({one_line(note_words(task.note))})" if task.note else ""
    table.title = Text(f"{name}, {task.mode} films, {task.films:,} learned from{note}")
    table.title_justify = "left"
    lines = [f"* {one_line(champion_words(task.why))}"]
    if early and task.learned_in_mode is not None:
        name = special if popularity else "MAE"
        lines.append(
            f"Measured on all {task.films:,} films, their votes hidden. Early: the {name} "
            f"of the {task.learned_in_mode:,} that are without votes or before release"
            + (", which are too few." if task.models[0].early is None else ".")
        )
    table.caption = Text("\n".join([*lines, ""]))
    table.caption_justify = "left"
    return table


def holdout_table(report: TrainingReport) -> Table:
    """The figures of the linear baseline on the quarter held out, as the replaced system's."""
    table = _table()
    table.add_column("Model", no_wrap=True)
    table.add_column("Target", no_wrap=True)
    for heading in ("Train rows", "Test rows", "MAE", "R2"):
        _add_numbers(table, heading)
    for figures in report.figures:
        table.add_row(
            Text(figures.model),
            Text(_TARGET_NAMES.get(figures.target, figures.target)),
            _number(figures.rows_train, "{:,}"),
            _number(figures.rows_test, "{:,}"),
            _number(figures.mae, "{:.4f}"),
            _number(figures.r2, "{:.4f}"),
        )
    return table


def explanation_tables(film: ExplainedFilm) -> Group:
    """One stored film's predictions as sums of what moved them."""
    table = _contributions_table(film.explained, film.values)
    heading = _heading(film.title, film.release_date, film.mode)
    told = [f"{line}." for line in _note_lines(film.notes)]
    if film.group is not None:
        told.append(f"Among films of the group: {cluster_words(film.group)}.")
    if film.hit_chance is not None:
        told.append(f"Chance of the top quarter of popularity: {film.hit_chance:.0%}.")
    told.append(film.meaning)
    return Group(heading, "", table, "", *_sentences(told), "", *_nearest(film.nearest))


def estimate_tables(report: EstimateReport) -> Group:
    """What is expected of a film that does not exist, and the real films nearest to it."""
    table = _contributions_table(report.explained, report.values)
    heading = _heading(report.idea.title, report.idea.release.isoformat(), report.mode)
    told = _sentences([*report.notes, report.meaning])
    return Group(heading, "", table, "", *told, "", *_nearest(report.nearest))


def _nearest(films: Sequence[NearFilmRow]) -> tuple[RenderableType, ...]:
    near = _table()
    _add_title(near, "Title")
    near.add_column("Release", no_wrap=True)
    for name in ("Popularity", "Votes", "Rating"):
        _add_numbers(near, name)
    for film in films:
        near.add_row(
            _title(film["title"]),
            _date(film["release_date"]),
            _number(film["popularity"], "{:.2f}"),
            _number(film["vote_count"], "{:,}"),
            _number(film["vote_average"], "{:.1f}"),
        )
    return "The nearest real films:", "", near


def _contributions_table(explained: Mapping[str, Explanation], values: Values) -> Table:
    """The typical film's prediction, what each group adds, and what it comes to, by target.

    Groups come by what they do to popularity, the largest first.
    """
    table = _table()
    table.add_column("")
    for target in explained:
        _add_numbers(table, f"  {_TARGET_NAMES.get(target, target).capitalize()}")
    added = {target: dict(explanation.contributions) for target, explanation in explained.items()}
    patterns = ("{:.2f}", "{:+.2f}")

    def row(name: str, numbers: Sequence[float | None], pattern: str) -> None:
        table.add_row(name, *(_number(number, pattern) for number in numbers))

    row("a typical film", [own.typical for own in explained.values()], patterns[0])
    for group in dict.fromkeys(group for own in added.values() for group in own):
        row(f"  {group}", [own.get(group) for own in added.values()], patterns[1])
    row("predicted", [own["predicted"] for own in values.values()], patterns[0])
    row("  80 % from", [own["low"] for own in values.values()], patterns[0])
    row("  80 % to", [own["high"] for own in values.values()], patterns[0])
    if any("actual" in own for own in values.values()):
        row("real", [own.get("actual") for own in values.values()], patterns[0])
    return table


def _heading(title: str, release: str | None, mode: str) -> Text:
    by = "the models that see no votes" if mode == "early" else "the models for released films"
    return Text(f"{one_line(title) or MISSING} ({release or 'no date'}), by {by}:")


def _sentences(sentences: Sequence[str]) -> list[Text]:
    return [Text(one_line(sentence)) for sentence in sentences]


def top_table(movies: Sequence[Movie]) -> Table:
    """Films in the order given, numbered from 1, with what TMDB says of them."""
    table = _table()
    _add_numbers(table, "#")
    _add_title(table, "Title")
    table.add_column("Release", no_wrap=True)
    for heading in ("Popularity", "Votes", "Rating"):
        _add_numbers(table, heading)
    for place, movie in enumerate(movies, start=1):
        table.add_row(
            str(place),
            _title(movie.title),
            _date(movie.release_date),
            _number(movie.popularity, "{:.2f}"),
            _number(movie.vote_count, "{:,}"),
            _number(movie.vote_average, "{:.1f}"),
        )
    return table


def tick_table(result: TickResult) -> Table:
    """What a tick came to, over the first films of the list that it read."""
    table = top_table(result.top)
    sentences = [
        f"{result.pages_read} of {result.pages_wanted} pages, {result.requests} requests; "
        f"{result.films_seen} films: {result.films_new} new, {result.films_changed} changed, "
        f"{result.films_unchanged} unchanged."
    ]
    if result.dry_run:
        sentences.append("A dry run: nothing was stored.")
    if result.message:
        sentences.append(one_line(result.message))
    table.title = Text(" ".join(sentences))
    table.title_justify = "left"
    return table


def import_table(report: ImportReport) -> RenderableType:
    """What became of each file, what was understood of it, and where its rejected rows are."""
    table = _table()
    table.add_column("File", min_width=12)
    table.add_column("Format", no_wrap=True)
    headings = {"duplicates": "Duplicate", "adult": "Adult", "skipped": "Not known"}
    seldom = [name for name in headings if any(getattr(file, name) for file in report.files)]
    counts = ["observations", "new", "changed", "unchanged", *seldom, "rejected"]
    headings |= {"observations": "Rows", "unchanged": "Same"}
    for name in counts:
        _add_numbers(table, headings.get(name, name.capitalize()))
    lines = []
    for file in report.files:
        table.add_row(
            _title(file.name),
            Text(file.format or MISSING),
            *(_number(getattr(file, name), "{:,}") for name in counts),
        )
        lines += [f"{file.name}: {one_line(line)}" for line in file.lines()]
    if report.dry_run:
        lines.append("A dry run: nothing was stored.")
    return Group(table, "", *(Text(line) for line in lines))


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)


def _add_title(table: Table, heading: str) -> None:
    # The only column that may be cut. rich takes from columns that may wrap before it touches the
    # others, so this one may, and its texts (see _title) may not.
    table.add_column(heading, min_width=12)


def _add_numbers(table: Table, heading: str) -> None:
    table.add_column(heading, justify="right", no_wrap=True)


def _title(title: str) -> Text:
    return Text(one_line(title) or MISSING, no_wrap=True, overflow="ellipsis")


def _date(value: date | str | None) -> Text:
    return Text(MISSING if value is None else str(value))


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return MISSING
    pattern = "{:.1f}" if high < 100 else "{:.0f}"
    return f"{pattern.format(low)}–{pattern.format(high)}"


def _coverage_lines(coverage: Mapping[str, Coverage]) -> list[str]:
    """The empirical coverage of the intervals, where it was measured."""
    return [
        f"{name}: of such intervals {_percent(coverage[target].overall)} held, "
        f"for the newest films {_percent(coverage[target].temporal)}"
        for target, name in _TARGET_NAMES.items()
        if target in coverage and coverage[target].overall is not None
    ]


def _note_lines(notes: Mapping[str, str]) -> list[str]:
    """What a training noted, by task key or target; of early films where it is of them alone."""
    lines = []
    for key, note in notes.items():
        target, _, mode = key.partition("/")
        if not mode or notes.get(target) != note:
            of = f" of {mode} films" if mode else ""
            lines.append(f"{_TARGET_NAMES.get(target, target)}{of}: {one_line(note_words(note))}")
    return lines


def _percent(share: float | None) -> str:
    return MISSING if share is None else f"{100 * share:.1f} %"


def _number(value: float | None, pattern: str) -> str:
    return MISSING if value is None else pattern.format(value)

"""The commands' options: their types, help texts and checks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmdbdash.errors import UsageError

if TYPE_CHECKING:
    from tmdbdash.tmdb.client import ListQuery

LARGEST_COUNT = 2**31 - 1
"""The largest number of votes that the databases can store."""


class Source(StrEnum):
    """TMDB's lists that a tick can read."""

    POPULAR = "popular"
    DISCOVER = "discover"


class Sort(StrEnum):
    """Orders of predictions."""

    PREDICTED = "predicted"
    RESIDUAL = "residual"
    UNDER_RATED = "under-rated"
    OVER_RATED = "over-rated"
    TITLE = "title"


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
FailIfLocked = Annotated[
    bool, typer.Option("--fail-if-locked", help="Exit with 75 where another run holds the lock.")
]


def read_folder(given: str) -> Path:
    """The folder that an option names.

    Raises `UsageError` for the whole file system, and for an empty text, which an unset variable
    leaves and which would be the current folder.
    """
    if not given.strip():
        raise UsageError("a folder is named by an empty text: write its path, or leave it out")
    folder = Path(given)
    real = folder.resolve()
    if real == Path(real.anchor):
        raise UsageError(f"{given} is the whole file system: name a folder of its own")
    return folder


OutDir = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="The folder to publish in [default: HOME/out].",
        parser=read_folder,
        metavar="<path>",
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Publish even over a page that is not tmdbdash's.")
]
Pages = Annotated[int, typer.Option("--pages", min=1, max=500, help="List pages of 20 films.")]
SourceOption = Annotated[Source, typer.Option("--source", help="The list to read.")]
Genres = Annotated[
    list[str] | None, typer.Option("--genre", help="discover: films of this genre (repeatable).")
]
YearFrom = Annotated[int | None, typer.Option("--year-from", help="discover: released since.")]
YearTo = Annotated[int | None, typer.Option("--year-to", help="discover: released until.")]
MinVotes = Annotated[
    int | None, typer.Option("--min-votes", min=0, help="discover: at least so many votes.")
]

HomeDir = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="The home folder, with .env, state/ and out/ [default: TMDBDASH_HOME, "
        "else the current folder].",
        parser=read_folder,
        metavar="<path>",
    ),
]
Quiet = Annotated[
    bool, typer.Option("-q", "--quiet", help="Say nothing on success, as cron wants it.")
]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Log each request and step.")]
LogJson = Annotated[bool, typer.Option("--log-json", help="Log to stderr as JSON lines.")]
ModelsToFit = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        help="Fit this model beside the baselines, even if nothing changed (repeatable).",
    ),
]
Budget = Annotated[float, typer.Option("--budget", min=1, help="Seconds that fitting may take.")]
Details = Annotated[
    bool, typer.Option("--details", help="Show tables of all models, not only of the champions.")
]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Films to show; 0: all.")]
SortOption = Annotated[
    Sort,
    typer.Option(
        "--sort",
        help="The order: highest predicted popularity first; largest residual (actual "
        "less predicted); only under-rated films (predicted above actual) or only over-rated ones "
        "(below it), farthest first; or title.",
    ),
]
ShownModel = Annotated[
    str | None, typer.Option("--model", help="The model [default: the one the page shows].")
]
CsvFile = Annotated[
    Path | None,
    typer.Option("--csv", help="Also write the rows to this CSV file; -: only to standard output."),
]
Excel = Annotated[
    bool, typer.Option("--excel", help="With --csv: mark the file as UTF-8, as Excel needs it.")
]
Explain = Annotated[
    int | None,
    typer.Option(
        "--explain", min=1, metavar="TMDB_ID", help="Show the drivers of this film's predictions."
    ),
]
FilmTitle = Annotated[str, typer.Option("--title", help="The film's title.")]
FilmGenres = Annotated[
    str, typer.Option("--genres", help='TMDB\'s names: Action,"Science Fiction".')
]
FilmRuntime = Annotated[int, typer.Option("--runtime", min=1, max=1000, help="Minutes.")]
FilmRelease = Annotated[str, typer.Option("--release", help="The date, such as 2026-12-18.")]
FilmLanguage = Annotated[
    str, typer.Option("--language", help="The original language: en, fr, ja, ...")
]
FilmVotes = Annotated[
    int | None,
    typer.Option("--votes", min=0, max=LARGEST_COUNT, help="Votes so far, once it is released."),
]
FilmDirectors = Annotated[
    list[str] | None, typer.Option("--director", help="Its director, by name (repeatable).")
]
FilmCast = Annotated[
    list[str] | None, typer.Option("--cast", help="An actor in it, by name (repeatable).")
]
FilmCompanies = Annotated[
    list[str] | None, typer.Option("--company", help="A company of it, by name (repeatable).")
]
FilmCollection = Annotated[
    str | None, typer.Option("--collection", help="Its series, as TMDB names the collection.")
]
ColumnMap = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="COLUMN=FIELD",
        help="Read this column as that field, or as - to leave it alone (repeatable).",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", help="How the texts are encoded, such as cp1251 [default: found]."),
]
PastTraining = Annotated[
    str | None,
    typer.Option(
        "--training", metavar="TIME", help="Show all models' figures in that past training."
    ),
]


def query_of(
    source: Source,
    genres: Sequence[str] | None,
    year_from: int | None,
    year_to: int | None,
    min_votes: int | None,
    pages: int,
) -> ListQuery:
    """The list to read; raises `UsageError` for filters that go only with ``discover``."""
    from tmdbdash.tmdb.client import ListQuery

    filters = (genres or None, year_from, year_to, min_votes)
    if source is Source.POPULAR and any(given is not None for given in filters):
        raise UsageError(
            "--genre, --year-from, --year-to and --min-votes go with --source discover"
        )
    return ListQuery(source.value, tuple(genres or ()), year_from, year_to, min_votes, pages)


def mapping_of(pairs: Sequence[str]) -> dict[str, str]:
    """Columns and their fields out of ``COLUMN=FIELD``; raises `UsageError`."""
    from tmdbdash.importing.datasets.column_roles import IGNORE
    from tmdbdash.importing.datasets.vocabulary import FIELDS

    found = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals or not column:
            raise UsageError(f"--map {pair!r} has no column: write it as --map rating=vote_average")
        if field not in FIELDS and field != IGNORE:
            raise UsageError(
                f"--map {pair!r}: there is no field {field!r}; the fields are "
                f"{', '.join(FIELDS)}, or {IGNORE} to leave the column alone"
            )
        found[column] = field
    return found


def refuse_ignored(ctx: typer.Context, names: Sequence[str], beside: str) -> None:
    """Raise `UsageError` for given options that are not used together with ``beside``."""
    given = [name for name in names if _is_given(ctx, name)]
    if given:
        options = ", ".join(f"--{name}" for name in given)
        raise UsageError(f"{options} would be ignored: leave out what does not go with {beside}")


def _is_given(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"


def check_budget(seconds: float) -> None:
    """Raise `UsageError` for a number that is not finite, which could not be stored."""
    if not math.isfinite(seconds):
        raise UsageError(f"--budget {seconds} is no number of seconds: write it as 600")


def moment_of(text: str, option: str = "--observed-at") -> datetime:
    """The time that the option names, in UTC; raises `UsageError`."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {text!r} is not a time: write it as 2026-01-31 or 2026-01-31T14:00:00Z"
        ) from None

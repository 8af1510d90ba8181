"""Tables as text: at 80 columns, in a pipe, and with hostile titles."""

import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from tmdbdash.ingest.tick_result import TickResult
from tmdbdash.learning.evaluation.training_report import HoldoutFigures, TrainingReport
from tmdbdash.records import Evaluation, Movie
from tmdbdash.terminal.job_tables import tick_table, top_table
from tmdbdash.terminal.model_tables import predictions_table, training_table
from tmdbdash.terminal.plaintext import one_line


def lines(table: RenderableType, width: int = 80) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(table)
    return out.getvalue().splitlines()


def film(title: str = "A film", **values: Any) -> Any:
    return {
        "title": title,
        "release_date": "2019-07-12",
        "predicted_popularity": 23.456,
        "predicted_popularity_low": 9.04,
        "predicted_popularity_high": 61.26,
        "actual_popularity": 30.1,
        "predicted_vote_average": 6.789,
        "predicted_vote_average_low": 6.04,
        "predicted_vote_average_high": 7.44,
        "actual_vote_average": 7.2,
    } | values


RATING = ["6.8", "6.0–7.4", "7.2"]
USUAL = ["2019-07-12", "23.46", "9.0–61.3", "30.10", *RATING]
LONG = "The Lord of the Rings: The Fellowship of the Ring, extended edition with all extras"


def test_predictions_at_80_columns() -> None:
    shown = lines(
        predictions_table(
            [
                film(
                    LONG,
                    predicted_popularity=1234.567,
                    predicted_popularity_high=2345.6,
                    actual_popularity=1340.5,
                ),
                film("It"),
            ]
        )
    )
    assert all(cell_len(line) <= 80 for line in shown)
    assert shown[0].split() == ["Popularity", "Rating"]
    numbers = ["predicted", "80", "%", "actual"]
    assert shown[1].split() == ["Title", "Release", *numbers, *numbers]
    assert shown[3].startswith("The Lord of")
    assert shown[3].split()[-7:] == ["2019-07-12", "1234.57", "9–2346", "1340.50", *RATING]
    assert shown[4].split() == ["It", *USUAL]
    assert len(shown) == 5
    assert len(shown[3].rstrip()) == len(shown[4].rstrip())  # numbers stand below each other


def test_a_residual_fits_80_columns_too_where_it_is_sorted_by() -> None:
    row = film(
        LONG,
        predicted_popularity=1234.567,
        predicted_popularity_high=2345.6,
        actual_popularity=14340.5,
        residual_popularity=13105.933,
    )
    for sort in ("residual", "over-rated"):
        shown = lines(predictions_table([row], sort=sort, listed=7, films=1200))
        assert all(cell_len(line) <= 80 for line in shown)
        assert shown[1].split()[-6:] == ["80", "%", "actual", "residual", "predicted", "actual"]
        assert shown[3].startswith("The Lord of")
        assert shown[3].split()[-4:] == ["14340.50", "+13105.93", "6.8", "7.2"]
        said = " ".join(" ".join(shown[4:]).split())
        assert "Residual: actual less predicted popularity; below 0 under-rated" in said
        assert ("7 of 1,200 films are over-rated by popularity" in said) == (sort != "residual")
    assert "residual" not in lines(predictions_table([row]))[1]


def test_only_titles_are_ever_cut() -> None:
    for width in (80, 100, 200):
        shown = lines(predictions_table([film(LONG)]), width)
        assert shown[3].split()[-7:] == USUAL
    assert shown[3].startswith(LONG)


def test_a_pipe_gets_no_terminal_codes() -> None:
    assert not any("\x1b" in line for line in lines(predictions_table([film()]), 100))


def test_what_is_missing_is_a_dash() -> None:
    row = film(
        "",
        release_date=None,
        predicted_popularity=None,
        predicted_popularity_low=None,
        predicted_vote_average=None,
        predicted_vote_average_high=None,
        actual_vote_average=None,
    )
    assert lines(predictions_table([row]))[3].split() == [*"––––", "30.10", *"–––"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("[red]Alert[/red]", "[red]Alert[/red]"),
        ("[/nothing]", "[/nothing]"),
        (":smile:", ":smile:"),
        ("\x1b[31mRed\x1b[0m", "Red"),
        ("\x1b]0;owned\x07Title", "Title"),
        ("\x9b31mRed", "Red"),
        ("Two\r\nlines\tand\vmore", "Two lines and more"),
        ("\u202etxt.exe\u2066 x\u200f", "txt.exe x"),
        ("nul\x00bell\x07", "nulbell"),
        ("half \udc80pair", "half pair"),
        ("Amélie – 天気の子 👩\u200d🚀", "Amélie – 天気の子 👩\u200d🚀"),
        ("  spaces  ", "spaces"),
    ],
)
def test_titles_are_text(title: str, shown: str) -> None:
    assert one_line(title) == shown
    printed = lines(predictions_table([film(title)]), 120)
    assert len(printed) == 4
    assert printed[3].startswith(f"{shown} ")
    assert not any("\x1b" in line for line in printed)


def test_training_figures() -> None:
    report = TrainingReport(
        trained_at=datetime(2025, 11, 20, 12, tzinfo=UTC),
        films=4803,
        rows=4741,
        seconds=0.4,
        fingerprint="x",
        champions={},
        figures=(
            HoldoutFigures("linear_regression", "popularity", 3555, 1186, 7.29346, 0.71532),
            HoldoutFigures("linear_regression", "vote_average", 3555, 1186, 0.61, -0.05),
        ),
    )
    shown = lines(training_table(report))
    assert shown[2].split() == [
        "linear_regression",
        "popularity",
        "3,555",
        "1,186",
        "7.2935",
        "0.7153",
    ]
    assert shown[3].split() == [
        "linear_regression",
        "rating",
        "3,555",
        "1,186",
        "0.6100",
        "-0.0500",
    ]


def test_figures_that_would_say_nothing_are_left_out() -> None:
    early = {"mae": 2.0, "log_mae": 0.5, "films": 62.0}
    task: dict[str, object] = {
        "target": "popularity",
        "mode": "early",
        "films": 4803,
        "learned_in_mode": 62,
        "champion": "ridge",
        "why": {"code": "first"},
        "note": None,
        "models": [{"model": "ridge", "mae": 9.0, "log_mae": 0.625, "early": early}],
    }
    report = TrainingReport(
        trained_at=datetime(2025, 11, 20, 12, tzinfo=UTC),
        films=4803,
        rows=12,
        seconds=0.4,
        fingerprint="x",
        champions={},
        figures=(HoldoutFigures("linear_regression", "popularity", 9, 3, 7.29346, None),),
        evaluation=Evaluation.from_json({"tasks": [task]}),
    )
    shown = lines(training_table(report))
    assert shown[1].split()[:5] == ["Model", "MAE", "log", "MAE", "Early"]
    assert shown[3].split()[:5] == ["ridge", "*", "9.000", "0.625", "0.500"]
    told = " ".join(" ".join(shown).split())
    assert "Measured on all 4,803 films, their votes hidden. Early: the log MAE of the 62" in told
    assert shown[-1].split() == ["linear_regression", "popularity", "9", "3", "7.2935", "–"]
    task["models"] = [{"model": "ridge", "mae": 9.0, "early": None}]
    report = replace(report, evaluation=Evaluation.from_json({"tasks": [task]}))
    told = " ".join(" ".join(lines(training_table(report))).split())
    assert "the 62 that are without votes or before release, which are too few." in told


def test_top_films() -> None:
    films = [
        Movie(
            tmdb_id=1,
            title=LONG,
            release_date=date(2001, 12, 18),
            popularity=98.765,
            vote_count=24000,
            vote_average=8.4,
        ),
        Movie(tmdb_id=2, title="[b]It[/b]", popularity=5.0),
    ]
    shown = lines(top_table(films))
    assert all(cell_len(line) <= 80 for line in shown)
    assert shown[2].split()[:3] == ["1", "The", "Lord"]
    assert shown[2].split()[-4:] == ["2001-12-18", "98.77", "24,000", "8.4"]
    assert shown[3].split() == ["2", "[b]It[/b]", "–", "5.00", "–", "–"]


def test_a_tick() -> None:
    result = TickResult(
        source="popular",
        observed_at=datetime(2025, 11, 20, 12, tzinfo=UTC),
        outcome="incomplete",
        message="page 2 was empty: [b]\x1b[31m",
        pages_wanted=2,
        pages_read=1,
        requests=22,
        films_seen=20,
        films_new=18,
        films_changed=1,
        films_unchanged=1,
        snapshots=19,
        details_fetched=20,
        details_failed=0,
        details_left=0,
        dry_run=True,
        top=(Movie(tmdb_id=1, title="It", popularity=5.0),),
    )
    shown = lines(tick_table(result))
    assert all(cell_len(line) <= 80 for line in shown)
    text = " ".join(" ".join(shown).split())
    assert "1 of 2 pages, 22 requests; 20 films: 18 new, 1 changed, 1 unchanged." in text
    assert "A dry run: nothing was stored. page 2 was empty: [b]" in text
    assert "\x1b" not in text
    assert shown[-1].split() == ["1", "It", "–", "5.00", "–", "–"]


def test_tables_and_csv_files_need_no_heavy_library() -> None:
    code = (
        "import sys, tmdbdash.terminal.job_tables, tmdbdash.terminal.spreadsheet;"
        "print(sorted({'numpy', 'pandas', 'sklearn', 'sqlalchemy', 'tmdbdash.learning'}"
        " & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

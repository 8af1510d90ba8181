"""The CSV file: what a spreadsheet and a program read from it."""

import csv
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from tmdbdash.errors import UsageError
from tmdbdash.terminal.spreadsheet import PREDICTION_COLUMNS, write_predictions_csv


def film(title: str = "A film", **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(PREDICTION_COLUMNS)
    return row | {"tmdb_id": 1, "title": title, "model_name": "linear_regression"} | values


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def title_as_stored(tmp_path: Path, title: str) -> str:
    write_predictions_csv(tmp_path / "p.csv", [film(title)])
    (row,) = read(tmp_path / "p.csv")
    return row["title"]


def test_the_columns_are_the_documented_keys(tmp_path: Path) -> None:
    write_predictions_csv(tmp_path / "p.csv", [])
    (header,) = (tmp_path / "p.csv").read_bytes().splitlines()
    assert sorted(header.decode().split(",")) == sorted(
        ["tmdb_id", "title", "release_date", "model_name"]
        + [
            f"{kind}_{t}"
            for kind in ("actual", "mae", "residual")
            for t in ("popularity", "vote_average")
        ]
        + [
            f"predicted_{t}{end}"
            for t in ("popularity", "vote_average")
            for end in ("", "_low", "_high")
        ]
    )


@pytest.mark.parametrize(
    "title",
    [
        '=HYPERLINK("http://evil.example")',
        "+1+cmd|' /C calc'!A0",
        "-30-",
        "@SUM(A1)",
        "|x",
        "%x",
        "\t=1+1",
        "\r\n=1+1",
        "  =1+1",
        "\u202e=1+1",
        "\ufeff=1+1",
        "＝1+1",  # noqa: RUF001  the full-width sign is what is tested
        "＋1",  # noqa: RUF001  the same
        "﹣1",
        "＠SUM(A1)",  # noqa: RUF001  the same
    ],
)
def test_no_title_becomes_a_formula(tmp_path: Path, title: str) -> None:
    assert title_as_stored(tmp_path, title).startswith("'")


@pytest.mark.parametrize(
    "title",
    ["Ação, \"aspas\" e 'apóstrofo'", "日本語", "1917", "Film; the (2nd) = part", "½ Mensch", "8½"],
)
def test_an_ordinary_title_stays_as_it_is(tmp_path: Path, title: str) -> None:
    assert title_as_stored(tmp_path, title) == title


def test_a_title_with_line_breaks_is_one_line(tmp_path: Path) -> None:
    assert title_as_stored(tmp_path, "one\r\ntwo\x00\x1b[31m three\udc80") == "one two three"


def test_numbers_stay_numbers_and_missing_is_empty(tmp_path: Path) -> None:
    write_predictions_csv(
        tmp_path / "p.csv",
        [film(predicted_popularity=-3.25, actual_popularity=1e-7, predicted_vote_average=None)],
    )
    (row,) = read(tmp_path / "p.csv")
    assert row["predicted_popularity"] == "-3.25"
    assert float(row["actual_popularity"]) == 1e-7
    assert row["predicted_vote_average"] == ""
    assert row["tmdb_id"] == "1"


def test_the_file_is_readable_by_others_and_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("old")
    inode = path.stat().st_ino
    write_predictions_csv(path, [film()])
    assert path.stat().st_ino != inode
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [entry.name for entry in tmp_path.iterdir()] == ["p.csv"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_predictions_csv(tmp_path / "link.csv", [film()])
    assert (tmp_path / "link.csv").is_symlink()
    assert len(read(tmp_path / "real.csv")) == 1


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_predictions_csv(pipe, [film("Through a pipe")])
    reader.join(10)
    assert b"Through a pipe" in received[0]
    assert pipe.is_fifo()


def test_the_mark_for_excel_is_there_where_asked_and_only_there(tmp_path: Path) -> None:
    for mark in (False, True):
        write_predictions_csv(tmp_path / "p.csv", [film("Ação")], mark=mark)
        content = (tmp_path / "p.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf") is mark
        assert content.count(b"\xef\xbb\xbf") == int(mark)
        assert content.decode("utf-8-sig").startswith("tmdb_id,title,")


@pytest.mark.parametrize("name", ["no/such/folder/p.csv", "."])
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        write_predictions_csv(tmp_path / name, [film()])

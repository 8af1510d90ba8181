"""Data set files told apart by their content, and read row by row."""

import functools
import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.parts.require import real_data
from tmdbdash.importing.datasets import (
    ADULT,
    Dataset,
    DatasetError,
    Hints,
    Row,
    TextFile,
    Tick,
    open_dataset,
)
from tmdbdash.importing.datasets import data_files as dataset_files
from tmdbdash.records import FilmFacts

HINTS = Hints(date(2026, 11, 28))

Write = Callable[[str | bytes], Dataset]


@pytest.fixture
def dataset(tmp_path: Path) -> Write:
    def write(content: str | bytes) -> Dataset:
        path = tmp_path / "file.dat"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return open_dataset(TextFile(path), HINTS)

    return write


def films(dataset: Dataset) -> list[FilmFacts]:
    return [row.facts for row in dataset.rows() if row.facts is not None]


@functools.cache
def real(name: str) -> tuple[str, list[FilmFacts], list[tuple[int, str]]]:
    """A real file's format, its films and what cannot be used of it, read once."""
    found = open_dataset(TextFile(real_data(name)), HINTS)
    rows = list(found.rows())
    used = [row.facts for row in rows if row.facts is not None]
    return found.format, used, [(row.line, row.reason) for row in rows if row.facts is None]


def problems(dataset: Dataset) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in dataset.rows() if row.facts is None]


@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("tmdb_5000_movies.csv.gz", "csv", 4803),
        ("popular_200pages_2025-11.csv.gz", "csv", 4000),
        ("popular_with_details_2025-11.csv.gz", "csv", 4218),
        ("movie_ids_sample_2025-11.json.gz", "id_export", 7770),
        ("responses/movie_popular.de.json", "films", 20),
        ("responses/movie_details.47964.json", "films", 1),
    ],
)
def test_real_files_are_known_and_read_whole(name: str, kind: str, rows: int) -> None:
    found, told, unusable = real(name)
    assert found == kind
    assert len(told) == rows
    assert unusable == []


def test_the_tmdb_5000_file_keeps_what_it_says() -> None:
    _, told, _ = real("tmdb_5000_movies.csv.gz")
    avatar = told[0]
    assert (avatar.tmdb_id, avatar.title, avatar.runtime) == (19995, "Avatar", 162)
    assert avatar.release_date == date(2009, 12, 10)
    assert avatar.genres == ("Action", "Adventure", "Fantasy", "Science Fiction")
    assert avatar.production_countries == ("US", "GB")
    assert avatar.spoken_languages == ("en", "es")
    assert avatar.production_companies is not None
    assert avatar.production_companies[0] == "Ingenious Film Partners"
    assert (avatar.budget, avatar.revenue) == (237_000_000, 2_787_965_087)
    assert sum(film.runtime is None for film in told) == 37
    assert sum(film.vote_average is None for film in told) == 62
    assert sum(film.vote_count == 0 for film in told) == 62
    assert sum(film.genres is None for film in told) == 28
    assert sum(film.release_date is None for film in told) == 1
    assert sum("Foreign" in (film.genres or ()) for film in told) == 34


def test_genre_ids_and_genre_names_give_the_same_names() -> None:
    _, by_id, _ = real("popular_200pages_2025-11.csv.gz")
    _, by_name, _ = real("popular_with_details_2025-11.csv.gz")
    assert sum(film.genres is None for film in by_id) == 22
    genres = {film.tmdb_id: set(film.genres or ()) for film in by_name}
    same = sum(genres[film.tmdb_id] == set(film.genres or ()) for film in by_id)
    assert same > 0.98 * len(by_id)


def test_of_a_join_metrics_come_from_the_list_and_the_rest_from_the_details(
    dataset: Write,
) -> None:
    found = dataset(
        "id,title_x,title_y,popularity_x,popularity_y,vote_count_x,vote_count_y,"
        "vote_average_x,vote_average_y,runtime,genre_ids,genres\n"
        "5,List,Details,1.5,2.5,10,11,6.5,7.5,90.0,[28],['Drama']\n"
        '6,List,Details,1.5,2.5,0,11,0.0,7.5,0.0,"[28, 99]",[]\n'
    )
    five, six = films(found)
    assert (five.title, five.popularity, five.vote_count) == ("Details", 1.5, 10)
    assert (five.vote_average, five.runtime, five.genres) == (6.5, 90, ("Drama",))
    assert (six.vote_count, six.vote_average, six.runtime) == (0, None, None)
    assert six.genres == ("Action", "Documentary")


@pytest.mark.parametrize(
    "cell",
    [
        '"[{""id"": 28, ""name"": ""Ação""}, {""id"": 878, ""name"": ""Ficção""}]"',
        "\"[{'id': 28, 'name': 'Action'}, {'id': 878, 'name': 'Science Fiction'}]\"",
        "\"['Action', 'Science Fiction']\"",
        '"[""Action"", ""Science Fiction""]"',
        '"[28, 878]"',
        '"Action, Science Fiction"',
        "Action|Science Fiction",
        "action|Sci-Fi|No Such Genre",
        "28|878",
    ],
)
def test_genres_in_all_their_forms(dataset: Write, cell: str) -> None:
    (film,) = films(dataset(f"id,title,genres\n5,Film,{cell}\n"))
    assert film.genres == ("Action", "Science Fiction")


@pytest.mark.parametrize("cell", ["__import__('os').system('x')", "[[[[", "{1: 2", "[1e999]", "()"])
def test_genres_that_are_none_are_missing_and_never_run(dataset: Write, cell: str) -> None:
    (film,) = films(dataset(f'id,title,genres\n5,Film,"{cell}"\n'))
    assert film.genres is None


def test_column_names_of_other_data_sets(dataset: Write) -> None:
    found = dataset(
        "\ufeffIndex;TMDB ID;Title;Original Language;Rating;Votes;Belongs-to-Collection;Adult\r\n"
        "0;862;Toy Story;en;7.7;5415;{'id': 10194, 'name': 'Toy Story Collection'};False\r\n"
    )
    (film,) = films(found)
    assert (film.tmdb_id, film.language, film.vote_average, film.vote_count) == (
        862, "en", 7.7, 5415,
    )  # fmt: skip
    assert film.collection == "Toy Story Collection"


@pytest.mark.parametrize("blank", ["", "nan", "NaN", "None", "null", "N/A", " "])
def test_blank_and_odd_optional_values_are_missing(dataset: Write, blank: str) -> None:
    found = dataset(
        "id,title,popularity,vote_count,vote_average,runtime,release_date,budget,homepage\n"
        f"5,None,{blank},{blank},{blank},{blank},{blank},{blank},{blank}\n"
    )
    assert films(found) == [FilmFacts(tmdb_id=5, title="None")]


def test_rows_that_cannot_be_used_are_told_with_their_line(dataset: Write) -> None:
    found = dataset(
        b"id,title,release_date,popularity,vote_count,vote_average,adult\n"
        b"1,Sound,2020-01-31,1.5,10,7.5,False\n"
        b'2,"Two\nlines",2020-01-31,1.5,10,7.5,False\n'
        b",No id,2020-01-31,1.5,10,7.5,False\n"
        b"1997-08-20,Odd id,2020-01-31,1.5,10,7.5,False\n"
        b"\n"
        b"5,Short row\n"
        b'10,"Bad "quotes,2020-01-31,1.5,10,7.5,False\n'
        b"11,Bad \xff byte,2020-01-31,1.5,10,7.5,False\n"
        b"12,Adult,2020-01-31,1.5,10,7.5,True\n"
        b"99999999999,Huge id,2020-01-31,1.5,10,7.5,False\n"
        b"14,N\0UL \xc3\xa9\xc3\xa8,2020-01-31,1.5,10,7.5,False\n"
        b",,,,,,\n"
        b"13,,2020-01-31,1.5,10,7.5,False\n"
        b'15,"Open quote,2020-01-31,1.5,10,7.5,False\n'
    )
    assert [film.title for film in films(found)] == ["Sound", "Two lines", "NUL éè"]
    told = problems(found)
    assert [line for line, _ in told] == [5, 6, 8, 9, 10, 11, 12, 15, 16]
    reasons = [reason for _, reason in told]
    assert reasons[0] == "no id"
    assert reasons[1] == "the id '1997-08-20' is no TMDB id"
    assert reasons[2] == "2 columns instead of 7"
    assert reasons[3].startswith("broken quoting")
    assert "bytes that its encoding does not know" in reasons[4]
    assert reasons[5] == ADULT
    assert reasons[7] == "no title"
    assert reasons[8].startswith("broken quoting")


def test_a_cell_that_cannot_be_read_costs_no_more_than_itself(dataset: Write) -> None:
    found = dataset(
        "id,title,release_date,popularity,vote_count,vote_average\n"
        "6,Bad date,soon,1.5,10,7.5\n7,Bad popularity,2020-01-31,high,10,7.5\n"
        "8,Bad votes,2020-01-31,1.5,-1,7.5\n9,Bad rating,2020-01-31,1.5,10,73\n"
    )
    told = films(found)
    assert [film.release_date for film in told] == [None, *[date(2020, 1, 31)] * 3]
    assert [film.popularity for film in told] == [1.5, None, 1.5, 1.5]
    assert [film.vote_count for film in told] == [10, 10, None, 10]
    assert [film.vote_average for film in told] == [7.5, 7.5, 7.5, None]
    assert [use.share for use in found.understanding().used if use.field == "vote_count"] == [0.75]


def test_a_quote_never_closed_costs_no_more_than_a_mebibyte(dataset: Write) -> None:
    good = f"7,{'Sound ' * 20},1.5\n"
    found = dataset("id,title,popularity\n" + good + '8,"Open,1.5\n' + good * 12_000)
    rows = list(found.rows())
    assert sum(row.facts is not None for row in rows) > 12_000 - 2**20 // len(good)
    assert [row.line for row in rows if row.facts is None] == [3]


def test_json_lines_of_list_entries_details_and_whole_lists(dataset: Write) -> None:
    lines: list[Any] = [
        {"id": 1, "title": "Entry", "genre_ids": [18], "vote_count": 0, "vote_average": 0.0},
        {"id": 2, "title": "Details", "genres": [{"id": 18, "name": "Drame"}], "runtime": 0},
        {"results": [{"id": 3, "title": "On a page"}, {"id": 4, "title": "Next", "adult": True}]},
        {"tmdb_id": 5, "title": "Named genres", "genres": ["Drama", "War"]},
        {"id": 6, "title": "Text genres", "genres": "Drama, War"},
        {"id": "x", "title": "No id"},
        [1, 2],
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    found = dataset(text + '\n{"id": 7, "title": "Cut o\n\n')
    told = {film.tmdb_id: film for film in films(found)}
    assert set(told) == {1, 2, 3, 5, 6}
    assert (told[1].vote_average, told[1].genres) == (None, ("Drama",))
    assert (told[2].runtime, told[2].genres) == (None, ("Drama",))
    assert told[5].genres == told[6].genres == ("Drama", "War")
    assert [(line, reason[:14]) for line, reason in problems(found)] == [
        (3, ADULT),
        (6, "the id 'x' is "),
        (7, "no JSON object"),
        (8, "no valid JSON "),
    ]


def test_rows_may_say_themselves_when_they_were_observed(dataset: Write) -> None:
    found = dataset(
        "tmdb_id,snapshot_ts,popularity\n1,2026-01-31 12:00:00,1.5\n1,2026-02-01T13:00:00+01:00,2\n"
        "1,soon,3\n"
    )
    rows = list(found.rows())
    assert [row.observed_at for row in rows] == [
        datetime(2026, 1, 31, 12, tzinfo=UTC),
        datetime(2026, 2, 1, 12, tzinfo=UTC),
        None,
    ]
    assert "soon" in rows[2].reason


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_films_is_read_piece_by_piece(
    dataset: Write, monkeypatch: pytest.MonkeyPatch, indent: int | None
) -> None:
    monkeypatch.setattr(dataset_files, "CHUNK", 100)
    wanted = [{"id": n, "title": f"Film “{n}” ]}},", "overview": "x" * n} for n in range(1, 300)]
    found = dataset("\ufeff" + json.dumps(wanted, indent=indent, ensure_ascii=False))
    assert found.format == "films"
    assert [film.title for film in films(found)] == [film["title"] for film in wanted]


def test_a_broken_array_gives_what_came_before(dataset: Write) -> None:
    found = dataset('[\n{"id": 1, "title": "One"},\n{"id": 2, "title": "Two"},\n{"id": 3, "ti')
    rows: list[Row] = []
    with pytest.raises(DatasetError, match="broken JSON at line 4"):
        _kept(found, rows)
    assert [row.line for row in rows] == [2, 3]


def recorded(at: str, *ids: int, page: int = 1, total: int = 1) -> str:
    results = [{"id": n, "title": f"Film {n}", "popularity": 1.0 + n} for n in ids]
    body = {"page": page, "total_pages": total, "results": results}
    return json.dumps({"observed_at": at, "body": body}) + "\n"


def test_recorded_lines_of_one_time_are_one_list(dataset: Write) -> None:
    found = dataset(
        recorded("2026-01-01T00:00:00Z", 1, 2)
        + recorded("2026-01-01T00:00:00.5Z", 3, page=2)
        + recorded("2026-01-01T00:02:00Z", 4)
        + '{"observed_at": "yesterday", "body": {"results": []}}\n'
        + '{"observed_at": "2026-01-01T00:03:00Z", "body": {"success": false}}\n'
        + '{"observed_at": "2026-01-01T00:0'
    )
    assert found.format == "recorded"
    read = list(found.ticks())
    ticks = [tick for tick in read if isinstance(tick, Tick)]
    assert [(tick.line, tick.lines, len(tick.pages)) for tick in ticks] == [(1, 2, 2), (3, 1, 1)]
    assert [row.line for row in read if isinstance(row, Row)] == [4, 5, 6]


@pytest.mark.parametrize("packed", [False, True])
def test_recorded_lines_are_replayed_in_order_of_time(dataset: Write, packed: bool) -> None:
    lines = (
        recorded("2026-01-03T00:00:00Z", 3)
        + recorded("2026-01-01T00:00:00Z", 1)
        + "\n"
        + recorded("2026-01-02T00:00:00Z", 2)
        + recorded("2026-01-01T00:00:00Z", 9, page=2)
        + recorded("2026-01-01T00:00:00Z", 8, page=2)
    ).encode()
    ticks = list(dataset(gzip.compress(lines) if packed else lines).ticks())
    assert all(isinstance(tick, Tick) for tick in ticks)
    told = [
        (tick.line, tick.observed_at.day, [f.tmdb_id for page in tick.pages for f in page.films])
        for tick in ticks
        if isinstance(tick, Tick)
    ]
    assert told == [(2, 1, [1, 9]), (4, 2, [2]), (1, 3, [3])]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "is a picture"),
        (b"PK\x03\x04" + b"x" * 100, "ZIP"),
        (gzip.compress(gzip.compress(b"id,title\n", mtime=0), mtime=0), "packed twice"),
        (b"movieId,title,genres\n1,Toy Story,Comedy\n", "links.csv"),
        (b"name,age\nBob,3\n", "none of the known formats"),
        (b"<html><body>id,title</body></html>", "web page"),
        (b"[1, 2, 3]", "of no known kind"),
    ],
)
def test_what_is_no_data_set_is_told_so(dataset: Write, content: bytes, told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        dataset(content)


def test_a_cut_gzip_gives_every_line_before_the_cut(dataset: Write) -> None:
    lines = "id,title\n" + "".join(f"{n},Film number {n * 7919}\n" for n in range(1, 20_000))
    found = dataset(gzip.compress(lines.encode())[:-5000])
    rows: list[Row] = []
    with pytest.raises(DatasetError, match="cut short"):
        _kept(found, rows)
    read = [row.facts.tmdb_id for row in rows if row.facts is not None]
    assert read == list(range(1, len(rows) + 1))
    assert len(read) > 10_000


def _kept(dataset: Dataset, rows: list[Row]) -> None:
    """Read into ``rows`` until it ends or fails."""
    for row in dataset.rows():
        rows.append(row)  # noqa: PERF402  # what came before a failure has to stay


def test_damaged_gzip_is_told_so(dataset: Write) -> None:
    packed = bytearray(gzip.compress(b"id,title\n1,A\n" * 50_000, mtime=0))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(DatasetError, match=r"damaged|cut short"):
        list(dataset(bytes(packed)).rows())


def test_releases_are_counted_of_films_with_votes(dataset: Write) -> None:
    found = dataset(
        "id,title,release_date,vote_count\n1,A,2020-05-01,3\n2,B,2021-05-01,0\n"
        "3,C,2031-01-01,500\n4,D,,5\n5,E,2020-05-01,5\n"
    )
    assert found.survey is not None
    assert found.survey.releases == {("2020-05-01", True): 2, ("2031-01-01", False): 1}


def test_old_macs_lines_and_recordings_in_an_array_are_read(dataset: Write) -> None:
    assert [film.title for film in films(dataset(b"id,title\r1,A\r2,B\r"))] == ["A", "B"]
    entry = {"id": 1, "title": "A", "popularity": 2}
    wanted = [{"observed_at": "2026-01-01", "body": {"page": 1, "results": [entry]}}]
    (row,) = list(dataset(json.dumps(wanted)).rows())
    assert row.facts is not None
    assert (row.facts.popularity, row.observed_at) == (2.0, datetime(2026, 1, 1, tzinfo=UTC))


def test_json_that_ends_too_early_says_so(dataset: Write) -> None:
    with pytest.raises(DatasetError, match="broken JSON"):
        list(dataset(b'{"id": 1,').rows())


def test_how_far_reading_has_come(dataset: Write) -> None:
    found = dataset("id,title\n" + f"1,{'Film ' * 20}\n" * 8_000)
    rows = found.rows()
    next(rows)
    assert 0 < found.file.done < found.file.size
    list(rows)
    assert found.file.done == found.file.size

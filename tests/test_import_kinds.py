"""Files that people have, as `import` takes them: films alone, of which time, what was read."""

import json
import logging
from datetime import date, timedelta

import pytest

from tests.parts.engines import on_sqlite
from tests.parts.home import Home
from tests.parts.importing import AT, HEADER, ONE, Put
from tests.parts.ticks import STEP, bring_in
from tmdbdash.ingest.film_metrics import metrics_of

# --- Films only


@on_sqlite
@pytest.mark.parametrize(
    "others",
    [
        "id,name,first_air_date,number_of_seasons,popularity,vote_count,vote_average\n"
        "605,Show,1996-09-27,7,99.9,1500,8.1\n",
        "id,name,popularity,known_for_department\n605,Actor,150.5,Acting\n",
        "id,media_type,title,popularity,vote_count,vote_average\n605,tv,Show,99,1500,8.1\n",
        "id,original_name,popularity,vote_count,vote_average,overview\n605,Show,99,15,8.1,A\n",
        "id,popularity,vote_count,vote_average,overview\n605,99.9,1500,8.1,Another text.\n",
        '{"id": 605, "media_type": "tv", "name": "Show", "popularity": 99.9}\n',
        "id,title,number_of_seasons,popularity\n605,Show,7,99.9\n",
        "id,title,first_air_date,popularity,overview\n605,Show,1996-09-27,99.9,A show.\n",
        "id,title,type,popularity\n605,Show,TV Show,99.9\n",
        '{"id": 605, "title": "Pilot", "season_number": 1, "episode_number": 1, "popularity": 9}\n',
        '[{"page": 1, "results": [{"id": 605, "name": "Show", "first_air_date": "1996-09-27"}]}]',
        '{"id": 605, "name": "Someone", "known_for_department": "Acting", "popularity": 33}\n',
        '{"observed_at": "2026-11-01T00:00:00Z", "body": {"page": 1, "results": '
        '[{"id": 605, "name": "Show", "first_air_date": "1996-09-27", "popularity": 99}]}}\n',
    ],
)
def test_nothing_of_shows_and_persons_touches_a_film(put: Put, others: str) -> None:
    put(HEADER + "605,Film,40.5,9000,6.9,2003-11-05\n", observed_at=AT)
    before = put.film(605)
    report = put(others, "others", observed_at=AT + STEP)
    assert (report.new, report.changed, report.rejected) == (0, 0, 1)
    assert put.film(605) == before


@on_sqlite
def test_films_among_mixed_trending_answers_come_in(put: Put) -> None:
    entries = [
        {"id": 605, "media_type": "tv", "name": "Show", "popularity": 99.9},
        {"id": 11, "media_type": "movie", "title": "Film", "popularity": 5, "vote_count": 7},
        {"id": 9350, "media_type": "person", "name": "Someone", "popularity": 33.3},
    ]
    report = put(json.dumps({"page": 1, "results": entries}), "trending.json", observed_at=AT)
    assert (report.new, report.rejected) == (1, 2)
    assert put.film(11).title == "Film"


# --- History


@on_sqlite
@pytest.mark.parametrize(
    "name",
    ["date", "timestamp", "fetched_at", "scraped_at", "collected_at", "updated_at",
     "snapshot_date", "Date", "crawl_date"],
)  # fmt: skip
def test_rows_of_one_film_that_differ_by_a_time_are_history(put: Put, name: str) -> None:
    days = range(1, 10)
    rows = [f"2025-10-{day:02},{n},F{n},{10 * n + day},100,7.5\n" for day in days for n in (1, 2)]
    report = put(f"{name},id,title,popularity,vote_count,vote_average\n" + "".join(rows))
    assert report.error is None
    assert (report.rows, report.new, report.changed, report.snapshots) == (18, 2, 16, 18)
    assert report.observed_from == "its rows"
    assert [s.popularity for s in put.store.fetch_snapshots([1])] == [10.0 + day for day in days]


@pytest.mark.parametrize(
    "written",
    [
        f'{{"date": "2024-01-01", "page": 1, "results": [{ONE}]}}\n'
        f'{{"date": "2024-01-02", "page": 1, "results": [{ONE}]}}\n',
        f'{{"2024-01-01": [{ONE}], "2024-01-02": [{ONE}]}}',
    ],
)
def test_lists_by_day_are_history(put: Put, written: str) -> None:
    report = put(written, "films.json")
    assert (report.error, report.rows, report.snapshots) == (None, 2, 2)


@on_sqlite
def test_a_row_without_a_time_does_not_end_a_history(put: Put) -> None:
    report = put("id,title,popularity,fetched_at\n1,A,1,2024-01-01\n1,A,2,\n1,A,3,2024-01-03\n")
    assert (report.error, report.rows, report.snapshots, report.rejected) == (None, 3, 2, 1)


@on_sqlite
def test_a_date_that_no_film_repeats_is_its_release(put: Put) -> None:
    rows = "".join(f"{n},F,{1990 + n}-05-01,5,50,6.5\n" for n in range(1, 9))
    report = put("id,title,date,popularity,vote_count,vote_average\n" + rows, observed_at=AT)
    assert report.observed_from == "--observed-at"
    assert put.film(3).release_date == date(1993, 5, 1)


# --- When it was observed


def test_an_outlier_moves_nothing_and_the_newer_set_wins(put: Put) -> None:
    put(
        HEADER + "1,A,5,100,6.5,2017-06-01\n2,B,6,200,6.5,2017-07-01\n3,C,7,300,6.5,2017-08-01\n"
        "4,Unreleased,8,58,6.0,2020-12-16\n"
    )
    newer = "observed_at,id,title,popularity,vote_count,vote_average\n2019-10-01,1,A,55,999,7.0\n"
    put(newer, "newer.csv")
    assert metrics_of(put.film(1)) == (55.0, 999, 7.0)
    assert put.film(2).observed_guessed
    assert not put.film(1).observed_guessed


@on_sqlite
def test_a_later_file_of_another_time_is_warned_of(put: Put) -> None:
    def films(first: int, year: int) -> str:
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(0, 300, 2)]
        rows = [f"{first + n},F{n},5,{200 + n},6.5,{day}\n" for n, day in enumerate(days)]
        return HEADER + "".join(rows)

    one, two = put.write(films(1, 2019), "one.csv"), put.write(films(1000, 2023), "two.csv")
    reports = bring_in(put.store, one, two, folder=put.folder).files
    assert reports[0].warnings == ()
    assert "--observed-at" in reports[1].warnings[0]
    assert reports[0].guessed
    assert "guess" in " ".join(reports[0].lines())


# --- What was understood


@on_sqlite
def test_one_line_says_what_was_used_as_what(put: Put) -> None:
    report = put(
        "id,movie_id,title,popularity,votes_count,avg_vote,lead\n1,603,A,50,x,7,B\n"
        "2,604,C,40,10,8,D\n",
        observed_at=AT,
    )
    (line,) = [line for line in report.lines() if line.startswith("used")]
    assert "movie_id as tmdb_id" in line
    assert "votes_count as vote_count (50 % read)" in line
    assert line.endswith("ignored id, lead")
    columns = {use["column"]: use for use in report.as_json()["columns"]}  # type: ignore[attr-defined]
    assert (columns["votes_count"]["filled"], columns["votes_count"]["read"]) == (2, 1)
    assert put.film(603).popularity == 50.0


@on_sqlite
def test_a_column_that_is_little_understood_is_warned_of(
    put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    rows = "".join(f"{n},F,5,{'Kyberpunk' if n % 3 else 'Drama'}\n" for n in range(1, 31))
    with caplog.at_level(logging.WARNING):
        report = put("id,title,popularity,genres\n" + rows, observed_at=AT)
    assert any("Kyberpunk" in warning for warning in report.warnings)
    assert "Kyberpunk" in caplog.text
    assert put.film(3).genres == ("Drama",)


@on_sqlite
def test_mapping_overrides_names_and_leaves_columns_alone(put: Put) -> None:
    text = "id,title,popularity,rating,vote_average\n1,A,5,7.5,3.0\n"
    put(text, observed_at=AT, mapping={"rating": "vote_average"})
    assert put.film(1).vote_average == 7.5
    report = put(text, observed_at=AT + STEP, mapping={"popularity": "-", "vote_average": "-"})
    assert "popularity" in report.understanding.ignored
    report = put(text, observed_at=AT, mapping={"stars": "vote_average"})
    assert "no column 'stars'" in str(report.error)


@on_sqlite
def test_a_cell_that_cannot_be_read_costs_the_cell(put: Put) -> None:
    report = put(
        HEADER + "1,A,high,100,7.5,2020-01-01\n2,B,5,many,7.5,2020-01-01\n3,C,5,100,PG-13,soon\n"
        "4,D,5,100,7.5,2020-01-01\n",
        observed_at=AT,
    )
    assert (report.new, report.rejected) == (4, 0)
    assert metrics_of(put.film(1)) == (None, 100, 7.5)
    assert metrics_of(put.film(3)) == (5.0, 100, None)
    assert put.film(3).release_date is None


@on_sqlite
def test_a_year_alone_does_not_overwrite_a_day(put: Put) -> None:
    put("id,title,popularity,year\n1,A,5,2019\n2,B,5,2018\n", observed_at=AT)
    assert put.film(1).release_date == date(2019, 1, 1)
    put(HEADER + "1,A,5,10,7,2019-12-20\n", observed_at=AT + STEP)
    put("id,title,popularity,year\n1,A,6,2019\n", observed_at=AT + 2 * STEP)
    assert put.film(1).release_date == date(2019, 12, 20)


# --- The command


def test_a_dry_run_says_the_same_and_leaves_nothing(home: Home) -> None:
    path = home.path.parent / "films.csv"
    path.write_text(HEADER + "1,A,5,10,6.5,2020-01-01\n2,B,5,10,6.5,2020-01-02\nx,C,,,,\n")
    arguments = ("import", str(path), "--observed-at", "2025-01-01")
    before = sorted(home.path.rglob("*"))
    tried = home.json(*arguments, "--dry-run")
    assert sorted(home.path.rglob("*")) == before
    done = home.json(*arguments)
    assert tried["dry_run"]
    for name in ("rows", "new", "changed", "unchanged", "rejected"):
        assert tried[name] == done[name]
    again = home.json(*arguments, "--dry-run")
    assert (again["new"], again["unchanged"]) == (0, 2)


def test_a_warning_is_said_in_silence_too(home: Home) -> None:
    path = home.path.parent / "films.csv"
    path.write_text(HEADER + "1,A,5,10,6.5,2020-01-01\n" + "x,C,,,,\n" * 5)
    done = home.run("-q", "import", str(path), "--observed-at", "2025-01-01")
    assert (done.returncode, done.stdout) == (0, "")
    assert "5 of 6 rows are rejected" in done.stderr
    assert "no TMDB id" in done.stderr


@pytest.mark.parametrize(
    ("pair", "told"),
    [("rating", "--map"), ("=title", "no column"), ("rating=stars", "the fields are")],
)
def test_a_mapping_that_cannot_be_is_a_usage_error(home: Home, pair: str, told: str) -> None:
    path = home.path.parent / "films.csv"
    path.write_text(HEADER)
    done = home.run("import", str(path), "--map", pair)
    assert done.returncode == 2
    assert told in done.stderr


def test_standard_input_is_imported(home: Home) -> None:
    import subprocess

    from tests.parts.home import PROGRAM

    done = subprocess.run(
        [str(PROGRAM), "import", "-", "--observed-at", "2025-01-01", "--json"],
        input=HEADER + "1,A,5,10,6.5,2020-01-01\n",
        env=home.env, cwd=home.path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["new"] == 1


def test_counts_are_shown_and_add_up(home: Home) -> None:
    path = home.path.parent / "films.csv"
    path.write_text(
        "id,title,popularity,adult\n1,A,5,False\n1,A,5,False\n2,B,5,True\nx,C,5,False\n3,D,5,\n"
    )
    done = home.run("import", str(path), "--observed-at", "2025-01-01")
    assert done.returncode == 0, done.stderr
    counts = dict(zip(*(line.split()[2:] for line in _table(done.stdout)), strict=True))
    assert counts == {
        "Rows": "5", "New": "2", "Changed": "0", "Same": "0", "Duplicate": "1", "Adult": "1",
        "Rejected": "1",
    }  # fmt: skip


def _table(text: str) -> list[str]:
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines) if line.split()[:2] == ["File", "Format"])
    return [lines[at], lines[at + 2]]

"""Importing files into the store, over both engines."""

import csv
import gzip
import io
import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.parts.engines import on_sqlite
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.mariadb import MariaDb
from tests.parts.require import real_data
from tests.parts.ticks import NOW, STEP, bring_in, dump, run_tick
from tmdbdash.errors import UsageError
from tmdbdash.importing.import_report import FileReport
from tmdbdash.ingest.film_metrics import metrics_of
from tmdbdash.storage import Store, open_store

AT = datetime(2025, 11, 5, tzinfo=UTC)
HEADER = "id,title,release_date,popularity,vote_count,vote_average\n"


def beginning(name: str, folder: Path, rows: int) -> Path:
    """A file of the real data with its header and so many rows of it: its first."""
    with gzip.open(real_data(name), "rt", encoding="utf-8", newline="") as whole:
        path = folder / name
        with gzip.open(path, "wt", encoding="utf-8", newline="") as part:
            if ".csv" in name:
                reader = csv.reader(whole)
                csv.writer(part).writerows(itertools.islice(reader, rows + 1))
            else:
                part.writelines(itertools.islice(whole, rows))
    return path


def test_real_files_come_in_and_a_second_import_changes_nothing(home: Home, tmp_path: Path) -> None:
    # Of one film the two lists of popular films say different things, and were they of one guessed
    # time, each would take the other's place in turn; the shorter one is guessed to be older.
    names = {
        "tmdb_5000_movies.csv.gz": (900, 900, 0),
        "popular_200pages_2025-11.csv.gz": (900, 717, 19),
        "popular_with_details_2025-11.csv.gz": (300, 0, 9),
        "popular_pages_daily.jsonl.gz": (138, 86, 0),
        "movie_ids_sample_2025-11.json.gz": (900, 612, 0),
    }
    paths = [beginning(name, tmp_path, rows) for name, (rows, *_) in names.items()]
    with open_store(home.settings()) as store:
        (movies,) = bring_in(store, paths[0], folder=tmp_path).files
        # The ID export is the only one of them that does not say when it was observed.
        lists = bring_in(store, *paths[1:4], folder=tmp_path)
        export = bring_in(store, paths[4], folder=tmp_path, observed_at=AT)
        for report, (rows, new, duplicates) in zip(
            [movies, *lists.files, *export.files], names.values(), strict=True
        ):
            assert report.error is None
            assert (report.rows, report.new, report.duplicates) == (rows, new, duplicates)
            assert (report.rejected, report.adult, report.rejects) == (0, 0, None)
        assert store.count_movies() == 900 + 717 + 86 + 612
        before = dump(store)
        later = NOW + timedelta(days=3)
        again = bring_in(store, *paths[:4], folder=tmp_path, now=later)
        export = bring_in(store, paths[4], folder=tmp_path, observed_at=AT, now=later)
        assert [file.new + file.changed + file.snapshots for file in again.files] == [0, 0, 0, 0]
        assert export.files[0].new + export.files[0].changed + export.files[0].snapshots == 0
        assert dump(store) == before


def test_a_real_file_comes_into_mariadb(home: Home, mariadb: MariaDb, tmp_path: Path) -> None:
    name = mariadb.create_database()
    with open_store(home.settings(database_url=SecretStr(mariadb.url(name)))) as store:
        path = real_data("tmdb_5000_movies.csv.gz")
        check_tmdb_5000(store, bring_in(store, path, folder=tmp_path).files[0])
    mariadb.execute(f"DROP DATABASE {name}")


def check_tmdb_5000(store: Store, report: FileReport) -> None:
    assert (report.format, report.new, report.snapshots) == ("csv", 4803, 4803)
    assert report.observed_at == datetime(2016, 9, 16, tzinfo=UTC)
    assert "guessed from release dates" in str(report.observed_from)
    assert report.guessed
    columns = store.fetch_movie_columns(["popularity", "vote_count", "vote_average", "runtime"])
    assert sum(rating is None for rating in columns["vote_average"]) == 62
    assert sum(count == 0 for count in columns["vote_count"]) == 62
    assert sum(minutes is None for minutes in columns["runtime"]) == 37
    avatar = store.fetch_movies([19995])[19995]
    assert avatar.imported
    assert avatar.observed_at == avatar.snapshot_at == report.observed_at
    assert (avatar.rank, avatar.details_at) == (None, None)
    assert avatar.genres == ("Action", "Adventure", "Fantasy", "Science Fiction")


@on_sqlite
def test_rejects_are_written_with_line_and_reason(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text(
        HEADER
        + '1,"A\nfilm",2020-01-31,1.5,10,7.5\n'
        + "2,Bad,soon,1.5,10,7.5\n"
        + "3,Good,,,,\n"
        + f"x,{'long ' * 200},,,,\n"
        + "4,,2020-01-01,1,1,1\n"
    )
    report = bring_in(store, path, folder=tmp_path).files[0]
    assert (report.rows, report.new, report.rejected) == (5, 3, 2)
    assert report.rejects == tmp_path / "rejects" / "films.csv.rejects.jsonl"
    told = [json.loads(line) for line in report.rejects.read_text().splitlines()]
    assert [reject["line"] for reject in told] == [6, 7]
    assert told[0]["row"] == f"x,{'long ' * 200},,,,"
    assert told[0]["header"] == HEADER.strip()
    assert (told[1]["reason"], told[1]["row"]) == ("no title", "4,,2020-01-01,1,1,1")
    good = store.fetch_movies([3])[3]
    assert metrics_of(good) == (None, None, None)
    assert (good.snapshot_at, store.fetch_snapshots([3])) == (None, [])
    path.write_text(HEADER + "3,Good,2020-01-31,1,1,1\n")
    assert bring_in(store, path, folder=tmp_path).files[0].rejects is None
    assert list((tmp_path / "rejects").iterdir()) == []


@on_sqlite
def test_two_files_of_one_name_have_a_reject_file_each(store: Store, tmp_path: Path) -> None:
    paths = [tmp_path / folder / "films.csv" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(HEADER + "1,A,2020-01-31,1,1,1\n" + f"{path.parent.name},B,,,,\n")
    reports = bring_in(store, *paths, folder=tmp_path).files
    names = [report.rejects.name for report in reports if report.rejects is not None]
    assert names == ["films.csv.rejects.jsonl", "films.csv-2.rejects.jsonl"]


def test_a_film_twice_in_a_file_counts_once_and_fills_gaps(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text(
        "id,title,popularity,vote_count,vote_average,runtime\n"
        "1,First,1.5,10,7.5,\n1,Second,9.9,99,9.9,101\n2,Other,1,0,0,\n2,Other,1,5,5.5,\n"
    )
    report = bring_in(store, path, folder=tmp_path, observed_at=AT).files[0]
    assert (report.rows, report.new, report.duplicates) == (4, 2, 2)
    movies = store.fetch_movies([1, 2])
    assert (movies[1].title, movies[1].runtime, *metrics_of(movies[1])) == (
        "First", 101, 1.5, 10, 7.5,
    )  # fmt: skip
    assert metrics_of(movies[2]) == (1.0, 0, None)
    before = dump(store)
    bring_in(store, path, folder=tmp_path, observed_at=AT, now=NOW + STEP)
    assert dump(store) == before


def test_older_knowledge_fills_gaps_and_adds_history(store: Store, tmp_path: Path) -> None:
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    new.write_text("id,title,popularity,vote_count,vote_average\n1,New title,5,50,8\n")
    old.write_text(HEADER.strip() + ",runtime\n1,Old title,2020-01-31,3,30,7,95\n")
    bring_in(store, new, folder=tmp_path, observed_at=AT)
    report = bring_in(store, old, folder=tmp_path, observed_at=AT - timedelta(days=30)).files[0]
    assert (report.new, report.changed, report.snapshots) == (0, 1, 1)
    movie = store.fetch_movies([1])[1]
    assert (movie.title, movie.runtime, *metrics_of(movie)) == ("New title", 95, 5.0, 50, 8.0)
    assert (movie.observed_at, movie.snapshot_at) == (AT, AT)
    assert [s.popularity for s in store.fetch_snapshots([1])] == [3.0, 5.0]
    before = dump(store)
    bring_in(store, old, folder=tmp_path, observed_at=AT - timedelta(days=30), now=NOW + STEP)
    bring_in(store, new, folder=tmp_path, observed_at=AT, now=NOW + STEP)
    assert dump(store) == before


@on_sqlite
def test_an_id_export_brings_films_without_a_rating(store: Store, tmp_path: Path) -> None:
    lines = [
        {"adult": adult, "id": n, "original_title": title, "popularity": 21.5, "video": False}
        for n, title, adult in ((11, "Star Wars", False), (12, "Adult", True))
    ]
    path = tmp_path / "movie_ids_11_05_2025.json.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    report = bring_in(store, path, folder=tmp_path).files[0]
    assert (report.format, report.new, report.adult, report.rejected) == ("id_export", 1, 1, 0)
    assert report.observed_at == datetime(2025, 11, 5, 8, tzinfo=UTC)
    assert report.observed_from == "the date in the file's name"
    movie = store.fetch_movies([11])[11]
    assert (movie.title, movie.original_title) == ("Star Wars", "Star Wars")
    assert metrics_of(movie) == (21.5, None, None)
    monthly = path.rename(tmp_path / "movie_ids_sample_2025-11.json.gz")
    report = bring_in(store, monthly, folder=tmp_path).files[0]
    assert report.observed_at == datetime(2025, 11, 1, 8, tzinfo=UTC)
    other = monthly.rename(tmp_path / "ids_2025-13.json.gz")
    refused = bring_in(store, other, folder=tmp_path)
    assert "--observed-at" in str(refused.files[0].error)


def test_rows_with_times_of_their_own(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    rows = [f"1,Film,{AT + timedelta(days=n)},{n + 1},10,7.5\n" for n in (3, 0, 2, 1)]
    rows.append(f"1,Film,{NOW + timedelta(days=1)},9,10,7.5\n")
    path.write_text("id,title,observed_at,popularity,vote_count,vote_average\n" + "".join(rows))
    report = bring_in(store, path, folder=tmp_path, observed_at=AT).files[0]
    assert (report.snapshots, report.rejected) == (4, 1)
    assert report.observed_from == "its rows"
    assert report.observed_at == AT + timedelta(days=3)
    assert [s.popularity for s in store.fetch_snapshots([1])] == [1.0, 2.0, 3.0, 4.0]
    assert store.fetch_movies([1])[1].popularity == 4.0
    before = dump(store)
    bring_in(store, path, folder=tmp_path, observed_at=AT, now=NOW + STEP)
    assert dump(store) == before


@on_sqlite
@pytest.mark.parametrize("name", ["csv", "json"])
def test_rows_that_all_tell_their_time_need_no_other(
    store: Store, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "history"
    if name == "csv":
        path.write_text(f"id,title,popularity,observed_at\n1,A,1.5,{AT}\n2,B,2.5,{AT + STEP}\n")
    else:
        films = [{"id": n, "title": "A", "popularity": n + 0.5} for n in (1, 2)]
        lines = [
            json.dumps({**film, "observed_at": (AT + n * STEP).isoformat()})
            for n, film in enumerate(films)
        ]
        path.write_text("\n".join(lines))
    report = bring_in(store, path, folder=tmp_path).files[0]
    assert (report.error, report.new, report.observed_from) == (None, 2, "its rows")
    assert report.observed_at == AT + STEP
    assert [movie.observed_at for movie in store.fetch_movies([1, 2]).values()] == [AT, AT + STEP]


@on_sqlite
def test_a_row_of_a_history_without_a_time_needs_one(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(f"id,title,popularity,observed_at\n1,A,1.5,{AT}\n2,B,2.5,\n3,C,3.5,{AT}\n")
    report = bring_in(store, path, folder=tmp_path).files[0]
    # A row of a history that has no time is left out; the others tell theirs.
    assert (report.error, report.new, report.rejected) == (None, 2, 1)
    report = bring_in(store, path, folder=tmp_path, observed_at=AT + STEP).files[0]
    assert (report.error, report.new, report.unchanged) == (None, 1, 2)
    assert store.fetch_movies([2])[2].observed_at == AT + STEP


def test_a_film_twice_at_times_of_its_rows_counts_once(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    rows = [f"1,A,{n}.5,{AT + n // 2 * STEP}\n" for n in range(8)]
    path.write_text("id,title,popularity,observed_at\n" + "".join(rows))
    report = bring_in(store, path, folder=tmp_path).files[0]
    assert (report.new, report.changed, report.duplicates) == (1, 3, 4)
    assert [s.popularity for s in store.fetch_snapshots([1])] == [0.5, 2.5, 4.5, 6.5]
    before = dump(store)
    bring_in(store, path, folder=tmp_path, now=NOW + STEP)
    assert dump(store) == before


@on_sqlite
def test_a_broken_file_does_not_stop_the_others(store: Store, tmp_path: Path) -> None:
    text = HEADER + "".join(f"{n},Film {n * 7919},2020-01-31,1,1,1\n" for n in range(1, 5000))
    torn, empty, good = tmp_path / "torn.csv", tmp_path / "empty.csv", tmp_path / "good.csv"
    torn.write_bytes(gzip.compress(text.encode())[:-2000])
    empty.write_bytes(b"")
    good.write_text(HEADER + "900001,Good,2020-01-31,1,1,1\n")
    missing = tmp_path / "missing.csv"
    report = bring_in(store, torn, empty, missing, good, folder=tmp_path, observed_at=AT)
    assert report.failed
    errors = [file.error for file in report.files]
    assert "cut short" in str(errors[0])
    assert f"the {report.files[0].rows} rows before that were read" in str(errors[0])
    assert errors[1:] == ["is empty", "is not there", None]
    assert store.count_movies() == report.files[0].new + 1 > 1000
    for path in (torn, empty, missing):
        assert str(path) in report.message
    assert json.loads(json.dumps(report.as_json(), allow_nan=False))["failed"] is True


@on_sqlite
def test_a_file_of_which_nothing_can_be_used_fails(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text(HEADER + "x,A,,,,\ny,B,,,,\n")
    report = bring_in(store, path, folder=tmp_path, observed_at=AT).files[0]
    assert "none of its 2 rows can be used" in str(report.error)
    assert str(report.rejects) in str(report.error)
    path.write_text(HEADER)
    assert bring_in(store, path, folder=tmp_path, observed_at=AT).files[0].error == "holds no films"


@on_sqlite
def test_a_time_in_the_future_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text(HEADER + "1,A,2020-01-31,1,1,1\n")
    with pytest.raises(UsageError, match="future"):
        bring_in(store, path, folder=tmp_path, observed_at=NOW + timedelta(days=1))


@on_sqlite
def test_an_unwritable_reject_folder_is_a_usage_error(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text(HEADER + "x,A,,,,\n")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="reject file"):
        bring_in(store, path, folder=tmp_path, observed_at=AT, reject_dir=tmp_path / "file" / "x")


@on_sqlite
def test_progress_ends_at_the_end(store: Store, tmp_path: Path) -> None:
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for number, path in enumerate(paths):
        rows = (f"{number}{n},Film,2020-01-31,1,1,1\n" for n in range(1000, 3000))
        path.write_text(HEADER + "".join(rows))
    told: list[tuple[int, int, int]] = []
    bring_in(
        store, *paths, folder=tmp_path, observed_at=AT, progress=lambda *step: told.append(step)
    )
    total = sum(path.stat().st_size for path in paths)
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1] == (total, total, 4_000)


def test_a_live_tick_goes_on_from_imported_films(
    store: Store, tmdb: SimulatedTmdb, tmp_path: Path
) -> None:
    first = run_tick(store, tmdb, pages=1)
    film = first.top[0]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "title", "popularity", "vote_count", "vote_average", "tagline"])
    writer.writerow([film.tmdb_id, "An old title", 3.5, 3, 3.0, "Once."])
    path = tmp_path / "films.csv"
    path.write_text(text.getvalue())
    bring_in(store, path, folder=tmp_path, observed_at=AT)
    movie = store.fetch_movies([film.tmdb_id])[film.tmdb_id]
    assert (movie.title, movie.rank, movie.popularity) == (film.title, 1, film.popularity)
    again = run_tick(store, tmdb, NOW + STEP, pages=1)
    assert (again.requests, again.films_unchanged, again.snapshots) == (1, 20, 0)
    assert store.fetch_movies([film.tmdb_id])[film.tmdb_id].imported

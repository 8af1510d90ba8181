"""What people really have, as `import` takes it: invented files in the shapes of real ones."""

import json
import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.parts.engines import on_sqlite
from tests.parts.home import Home
from tests.parts.ticks import NOW, STEP, bring_in
from tmdbdash.importing.import_report import COUNTS, FileReport
from tmdbdash.ingest.film_metrics import metrics_of
from tmdbdash.records import Movie
from tmdbdash.storage import Store

HEADER = "id,title,popularity,vote_count,vote_average,release_date\n"
AT = datetime(2025, 11, 5, tzinfo=UTC)


@pytest.fixture
def put(store: Store, tmp_path: Path) -> "Put":
    return Put(store, tmp_path)


class Put:
    """Writes a file and imports it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder

    def __call__(
        self, content: str | bytes, name: str = "films.csv", **options: object
    ) -> FileReport:
        path = self.write(content, name)
        report = bring_in(self.store, path, folder=self.folder, **options).files[0]
        if report.format != "recorded":
            assert sum(getattr(report, count) for count in COUNTS) == report.rows
        return report

    def write(self, content: str | bytes, name: str = "films.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def film(self, number: int) -> Movie:
        return self.store.fetch_movies([number])[number]


# --- Damage stays where it is


@on_sqlite
def test_a_quote_that_never_closes_costs_one_film(put: Put) -> None:
    sound = "".join(f"{n},Film {n},{n},100,6.5,2001-04-25\n" for n in range(2, 302))
    report = put(HEADER + '1,"Broken,10,100,7.5,2001-04-25\n' + sound, observed_at=AT)
    assert (report.error, report.new, report.rejected) == (None, 300, 1)
    assert report.rejects is not None
    (reject,) = [json.loads(line) for line in report.rejects.read_text().splitlines()]
    assert (reject["line"], reject["row"]) == (2, '1,"Broken,10,100,7.5,2001-04-25')
    assert "quote" in reject["reason"]


def test_a_mended_reject_file_is_imported_again(put: Put) -> None:
    report = put(HEADER + '1,"Broken,10,100,7.5,2001-04-25\nx,No id,,,,\n', observed_at=AT)
    assert report.rejects is not None
    mended = report.rejects.read_text().replace('\\"Broken', "Mended").replace("x,No", "2,No")
    again = put(mended, "mended.jsonl", observed_at=AT)
    assert (again.new, again.rejected) == (2, 0)
    assert (put.film(1).title, put.film(2).title) == ("Mended", "No id")


@on_sqlite
def test_rejects_of_json_are_imported_again_too(put: Put) -> None:
    report = put('{"id": 5, "title": "Sound", "popularity": 1}\n{"id": "x", "title": "Odd"}\n',
                 observed_at=AT)  # fmt: skip
    assert report.rejects is not None
    again = put(report.rejects.read_text().replace('\\"x\\"', "6"), "m.jsonl", observed_at=AT)
    assert (again.new, put.film(6).title) == (1, "Odd")


@on_sqlite
def test_a_reject_file_has_an_end_and_says_so(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tmdbdash.importing.rejects.LARGEST", 2_000)
    rows = "".join(f"x{n},Film,,,,\n" for n in range(1000)) + "5,Sound,1,1,1,2001-01-01\n"
    report = put(HEADER + rows, observed_at=AT)
    assert (report.rejected, report.new) == (1000, 1)
    assert report.rejects is not None
    assert report.kept == len(report.rejects.read_text().splitlines()) < 50
    assert report.rejects.stat().st_size <= 2_000
    assert f"the first {report.kept}" in " ".join(report.lines())


@on_sqlite
def test_a_json_array_on_one_line_loses_the_broken_film_only(put: Put) -> None:
    films = [{"id": n, "title": f"Film {n}", "genres": [{"id": 18, "name": "Drama"}]}
             for n in range(1, 30)]  # fmt: skip
    report = put(json.dumps(films).replace('"title": "Film 7"', '"title": "Fi"lm 7"'), "films.json",
                 observed_at=AT)  # fmt: skip
    assert (report.new, report.rejected, report.error) == (28, 1, None)
    assert put.store.fetch_movies([7]) == {}


@on_sqlite
def test_three_shifted_rows_are_rejected_and_the_rest_comes_in(put: Put) -> None:
    header = "adult,budget,id,imdb_id,original_title,popularity,release_date,title,vote_count\n"
    report = put(
        header
        + "False,0,862,tt0114709,Toy,21.9,1995-10-30,Toy,5415\n"
        + " - Written by Someone,0.065736,1997-08-20,0,104.0,1,False,,\n"
        + "False,0,8844,tt0113497,Board,17.0,1995-12-15,Board,2413\n",
        observed_at=AT,
    )
    assert (report.new, report.rejected) == (2, 1)


ONE, TWO, THREE = (json.dumps({"id": n, "title": f"F {n}", "popularity": n}) for n in (1, 2, 3))


@on_sqlite
@pytest.mark.parametrize(
    "written",
    [
        f"[\n{ONE},\n{TWO},\n{THREE}\n]\n",
        f"[\n{ONE}\n,{TWO}\n,{THREE}]",
        f"[{ONE}]\n[{TWO}, {THREE}]\n",
        f"[{ONE}][{TWO}]{THREE}",
        f"[\n{ONE}\n]\n[\n{TWO},\n{THREE}\n]\n",
        f"{ONE}\n[{TWO}, {THREE}]\n",
        f"{ONE},\n// a remark\n\n# another\n{TWO},\n{THREE},\n",
        f'{{"movies": [{ONE}]}}\n{{"movies": [{TWO}, {THREE}]}}\n',
        f'{{"movies": [{ONE}], "total": 3, "upcoming": [{TWO}, {THREE}]}}',
        f'{{"id": 31, "cast": [{ONE}, {TWO}], "crew": [{THREE}]}}',
        f'{{"genres": [{{"id": 28, "name": "Action"}}], "films": [{ONE}, {TWO}, {THREE}]}}',
        "\n".join(f'{{"_id": "a", "_score": 1.0, "_source": {one}}}' for one in (ONE, TWO, THREE)),
        f'[{{"rank": 1, "movie": {ONE}}}, {{"movie": {TWO}}}, {{"rank": 3, "movie": {THREE}}}]',
        "\n".join(f'{{"_id": {{"$oid": "5f"}}, {one[1:]}' for one in (ONE, TWO, THREE)),
        "_id,id,title,popularity\n101,1,F 1,1\n102,2,F 2,2\n103,3,F 3,3\n",
    ],
)
def test_all_films_come_in_however_the_document_is_built(put: Put, written: str) -> None:
    report = put(written, "films.json", observed_at=AT)
    assert (report.error, report.rows, report.new, report.warnings) == (None, 3, 3, ())
    assert [put.film(number).popularity for number in (1, 2, 3)] == [1, 2, 3]


@on_sqlite
def test_what_cannot_be_read_behind_an_array_costs_itself(put: Put) -> None:
    report = put(f'[{ONE}, {{"id": 9, "title": "X ]\n[{TWO}]\n', "films.json", observed_at=AT)
    assert (report.new, report.rejected) == (2, 1)


@on_sqlite
def test_films_behind_a_long_tail_of_other_things_are_not_left_out_in_silence(put: Put) -> None:
    tail = ",".join([f'{{"a": {{"b": "{"x" * 300}"}}}}'] * 4_500)
    written = f'{{"movies": [{ONE}], "x": [{tail}]}}\n{{"movies": [{TWO}]}}'
    report = put(written, "films.json", observed_at=AT)
    assert report.new == 2 or (report.error is not None and "goes on behind" in report.error)


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


# --- Sets that people start with


def test_an_imdb_id_alone_finds_a_known_film(put: Put) -> None:
    put("id,title,popularity,imdb_id\n7,A,5,tt0000007\n", observed_at=AT)
    report = put(
        "imdb_id,popularity,vote_count,vote_average\ntt0000007,9,10,6.5\ntt0000008,1,1,1\n",
        "imdb.csv",
        observed_at=AT + STEP,
    )
    assert (report.changed, report.new, report.rejected) == (1, 0, 1)
    assert metrics_of(put.film(7)) == (9.0, 10, 6.5)


@pytest.mark.parametrize(
    "written",
    [
        "imdb_title_id,title,year,avg_vote,votes\ntt0000007,Other,1999,8.7,2000000\n",
        "Const,Your Rating,Title,IMDb Rating,Year,Num Votes\ntt0000007,9,Other,8.7,1999,2000000\n",
        "imdb_id,averageRating,numVotes\ntt0000007,8.7,2000000\n",
    ],
)
def test_votes_beside_imdbs_ids_are_not_tmdbs(put: Put, written: str) -> None:
    put("id,title,imdb_id,vote_count,vote_average\n7,Film,tt0000007,24000,8.2\n", observed_at=AT)
    report = put(written, "votes.csv", observed_at=AT + STEP)
    assert (report.error, report.rejected) == (None, 0)
    film = put.film(7)
    assert (film.title, film.vote_count, film.vote_average) == ("Film", 24000, 8.2)


@on_sqlite
@pytest.mark.parametrize(
    "title", ["H\u014d\u02bbailona", "O\xdf\u0436o", "\u30dd\u30b1\u30e2\u30f3\xe9"]
)
def test_a_word_of_two_scripts_is_no_reason_to_refuse_utf8(put: Put, title: str) -> None:
    report = put(f"id,title,popularity\n1,{title},3\n", observed_at=AT)
    assert (report.error, report.note) == (None, None)
    assert put.film(1).title == title


@on_sqlite
def test_a_list_of_letterboxd_is_found_under_its_own_head(put: Put) -> None:
    put("id,title,popularity,release_date\n7,Film,3,1999-03-31\n", observed_at=AT)
    report = put(
        "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2024-01-01,Mine,,https://x,\n\n"
        "Position,Name,Year,URL,Description\n1,Film,1999,https://x,loved it\n2,No,2001,https://x,\n",
        "list.csv",
    )
    assert (report.error, report.unchanged, report.rejected) == (None, 1, 1)
    assert put.film(7).overview is None


@on_sqlite
def test_no_genres_listed_is_no_genre_unread(put: Put) -> None:
    report = put("id,title,popularity,genres\n1,A,3,(no genres listed)\n", observed_at=AT)
    assert report.warnings == ()


def test_imdbs_sets_fill_gaps_of_known_films(put: Put) -> None:
    put(
        "id,title,popularity,imdb_id,vote_count,vote_average\n7,A,5,tt0000007,,\n"
        "8,B,5,tt0000008,100,6.0\n",
        observed_at=AT,
    )
    basics = put(
        "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\t"
        "runtimeMinutes\tgenres\ntt0000007\tmovie\tOther\tAutre\t0\t2019\t\\N\t101\tDrama,Sci-Fi\n"
        "tt0000009\tmovie\tX\tX\t0\t2019\t\\N\t90\tDrama\n"
        "tt0000010\ttvEpisode\tX\tX\t0\t2019\t\\N\t90\tDrama\n",
        "title.basics.tsv",
    )
    assert (basics.changed, basics.skipped, basics.rejected) == (1, 1, 1)
    film = put.film(7)
    assert (film.title, film.runtime, film.genres) == ("A", 101, ("Drama", "Science Fiction"))
    assert (film.popularity, film.observed_at) == (5.0, AT)
    ratings = put(
        "tconst\taverageRating\tnumVotes\ntt0000007\t7.1\t9000\ntt0000008\t9.9\t99999\n",
        "title.ratings.tsv",
    )
    assert (ratings.changed, ratings.unchanged) == (1, 1)
    assert metrics_of(put.film(7)) == (5.0, 9000, 7.1)
    assert metrics_of(put.film(8)) == (5.0, 100, 6.0)


def test_movielens_films_find_their_numbers_in_links_beside_them(put: Put) -> None:
    films = "movieId,title,genres\n1,Toy Story (1995),Adventure|Children|Comedy\n" + (
        '11,"American President, The (1995)",Comedy|Drama\n'
    )
    assert "links.csv" in str(put(films, "movies.csv").error)
    put.write("movieId,imdbId,tmdbId\n1,0114709,862\n11,0112346,9087\n", "links.csv")
    report = put(films, "movies.csv")
    assert (report.error, report.new) == (None, 2)
    film = put.film(9087)
    assert (film.title, film.imdb_id) == ("The American President", "tt0112346")
    assert (film.genres, film.release_date) == (("Comedy", "Drama"), date(1995, 1, 1))
    assert (film.observed_at, film.popularity) == (None, None)
    links = put("movieId,imdbId,tmdbId\n1,0114709,862\n2,0113497,8844\n", "l.csv")
    assert (links.unchanged, links.skipped) == (1, 1)


def test_movielens_films_joined_with_their_links_overwrite_nothing_of_tmdbs(put: Put) -> None:
    put(HEADER + "862,Toy Story,90,10000,8.0,1995-11-22\n", observed_at=AT)
    report = put(
        "movieId,imdbId,tmdbId,title,genres,rating,rating_count\n"
        "1,0114709,862,Toy Story (1995),Adventure|Children,3.9,215\n"
        '11,0112346,9087,"American President, The (1995)",Comedy|Drama,3.7,70\n',
        "joined.csv",
    )
    assert (report.error, report.new, report.rejected) == (None, 1, 0)
    assert (put.film(862).title, *metrics_of(put.film(862))) == ("Toy Story", 90, 10000, 8.0)
    film = put.film(9087)
    assert (film.title, film.release_date) == ("The American President", date(1995, 1, 1))
    assert metrics_of(film) == (None, None, None)


@on_sqlite
def test_ratings_of_single_users_are_refused(put: Put) -> None:
    put(HEADER + "1,Film,5,10,6.5,2003-11-05\n", observed_at=AT)
    report = put("userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,3,4.0,964981247\n")
    assert "single users" in str(report.error)
    assert put.film(1).vote_average == 6.5


def test_letterboxd_films_are_found_by_title_and_year_and_the_rest_is_listed(put: Put) -> None:
    put(HEADER + "1,Amélie,5,10,6.5,2001-04-25\n2,The Film,5,10,6.5,2010-01-02\n", observed_at=AT)
    report = put(
        "Date,Name,Year,Letterboxd URI,Rating\n2024-01-02,Amelie,2001,https://boxd.it/a,5\n"
        "2024-01-02,Film,2010,https://boxd.it/b,1\n2024-01-02,Unknown,2010,https://boxd.it/c,2\n",
        "ratings.csv",
    )
    assert (report.unchanged, report.new, report.rejected) == (2, 0, 1)
    assert report.rejects is not None
    assert "Unknown" in report.rejects.read_text()
    assert put.film(1).vote_average == 6.5


def test_v11_names_countries_and_languages_and_keeps_companies_whole(put: Put) -> None:
    put(
        "id,title,vote_average,vote_count,status,release_date,revenue,runtime,adult,backdrop_path,"
        "budget,homepage,imdb_id,original_language,original_title,overview,popularity,"
        "poster_path,tagline,genres,production_companies,production_countries,spoken_languages,"
        "keywords\n"
        "11,One,8.364,34495,Released,2010-07-15,825532764,148,False,/a.jpg,160000000,"
        "https://www.example.org/,tt1375666,en,One,Text.,83.952,/b.jpg,Tag,"
        '"Action, Science Fiction","Legend Pictures, Sync, Metro-Goldwyn-Mayer, Inc.",'
        '"United Kingdom, United States of America","English, French, Swahili","rescue, mission"\n'
    )
    film = put.film(11)
    assert film.production_countries == ("GB", "US")
    assert film.spoken_languages == ("en", "fr", "sw")
    assert film.production_companies == ("Legend Pictures", "Sync", "Metro-Goldwyn-Mayer, Inc.")
    assert (film.genres, film.imdb_id) == (("Action", "Science Fiction"), "tt1375666")


@on_sqlite
def test_the_daily_set_of_hyphens_keeps_genres_and_companies(put: Put) -> None:
    rows = "".join(
        f"{n},Film {n},Action-Science Fiction,en,Text,5.{n},Star Sync-Metro-Goldwyn-Mayer,"
        f"2021-0{n}-01,1000,2000,100.0,Released,Tag,6.5,{10 * n},A-B,x-y,/p.jpg,/b.jpg,1-2\n"
        for n in range(1, 7)
    )
    report = put(
        "id,title,genres,original_language,overview,popularity,production_companies,release_date,"
        "budget,revenue,runtime,status,tagline,vote_average,vote_count,credits,keywords,"
        "poster_path,backdrop_path,recommendations\n" + rows
    )
    assert (report.new, report.rejected) == (6, 0)
    film = put.film(3)
    assert film.genres == ("Action", "Science Fiction")
    assert film.production_companies == ("Star Sync", "Metro-Goldwyn-Mayer")


@on_sqlite
def test_udacitys_dates_have_their_month_first_and_their_century_from_the_year(put: Put) -> None:
    report = put(
        "id,imdb_id,popularity,budget,revenue,original_title,cast,runtime,genres,"
        "production_companies,release_date,vote_count,vote_average,release_year,budget_adj\n"
        "135,tt0369611,32.9,150,1513,Dino,A|B,124,Action|Adventure,U|A,6/9/15,5562,6.5,2015,1.5\n"
        "136,tt0392190,28.4,150,378,Road,A|B,120,Action,U|A,5/13/15,6185,7.1,2015,1.5\n"
        "137,tt0392191,0.4,0,0,Old,A|B,120,War,U|A,12/25/66,61,7.1,1966,0\n"
    )
    assert report.rejected == 0
    assert [put.film(n).release_date for n in (135, 136, 137)] == [
        date(2015, 6, 9), date(2015, 5, 13), date(1966, 12, 25),
    ]  # fmt: skip
    assert put.film(135).title == "Dino"
    assert put.film(135).production_companies == ("U", "A")


def test_a_set_without_ids_fills_gaps_of_films_found_by_title_and_year(put: Put) -> None:
    put(HEADER + "1,The Film,5,10,6.5,2014-01-02\n", observed_at=AT)
    report = put(
        "Rank,Title,Genre,Year,Runtime (Minutes),Rating,Votes,Revenue (Millions)\n"
        "1,The Film,Action,2014,121,8.1,757074,333.13\n2,Other,Drama,2012,124,7,48,126.46\n"
    )
    assert (report.changed, report.rejected) == (1, 1)
    film = put.film(1)
    assert (film.runtime, film.genres, film.revenue) == (121, ("Action",), None)
    assert metrics_of(film) == (5.0, 10, 6.5)


def test_a_file_that_says_nothing_of_metrics_needs_no_time(put: Put) -> None:
    put(HEADER + "12,Film,5,10,6.5,2014-01-02\n", observed_at=AT)
    report = put("title,tmdbid,imdbid,year,rating\nFilm,12,tt0000012,2020,PG-13\nNew,13,,2020,R\n")
    assert (report.error, report.new, report.changed) == (None, 1, 1)
    assert "rating" in report.understanding.ignored
    assert (put.film(12).imdb_id, put.film(12).observed_at) == ("tt0000012", AT)
    assert put.film(13).observed_at is None


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


assert NOW  # the clock of the imports above

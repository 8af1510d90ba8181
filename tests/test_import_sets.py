"""Public data sets as `import` takes them: invented files in the shapes of real ones."""

from datetime import date

import pytest

from tests.parts.engines import on_sqlite
from tests.parts.importing import AT, HEADER, Put
from tests.parts.ticks import STEP
from tmdbdash.ingest.film_metrics import metrics_of
from tmdbdash.records import Person


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


def names(people: tuple[Person, ...]) -> list[str]:
    return [person.name for person in people]


def test_a_file_of_people_adds_them_to_films_that_are_known(put: Put) -> None:
    put(HEADER + "7,Film,5,10,6.5,2014-01-02\n8,Other,5,10,6.5,2014-01-02\n", observed_at=AT)
    written = "id,director,cast\n7,Ada Velmoor,A B|C D|E F\n9,Nobody Here,G H\n8,,I J\n"
    report = put(written, "people.csv")
    assert (report.error, report.changed, report.skipped, report.rejected) == (None, 2, 1, 0)
    film = put.film(7)
    assert (names(film.directors), names(film.cast)) == (["Ada Velmoor"], ["A B", "C D", "E F"])
    assert film.directors[0].person_id is None
    assert (film.title, metrics_of(film), film.observed_at) == ("Film", (5.0, 10, 6.5), AT)
    assert (names(put.film(8).directors), names(put.film(8).cast)) == ([], ["I J"])
    again = put(written.replace("Ada Velmoor", "Somebody Else"), "people.csv")
    assert (again.changed, again.unchanged) == (0, 2)
    assert put.film(7) == film


@on_sqlite
def test_people_as_sets_write_them(put: Put) -> None:
    put(
        "id,title,popularity,cast,crew,stars\n"
        '7,Film,5,"[{""id"": 3, ""name"": ""First""}, {""id"": 4, ""name"": ""Second""}]",'
        '"[{""id"": 5, ""name"": ""Ada"", ""job"": ""Director""},'
        ' {""id"": 6, ""name"": ""Bela"", ""job"": ""Editor""}]",4.5\n'
        '8,Other,5,"One Two, Robert Downey, Jr., Three, Four, Five, Six",[],4.0\n',
        observed_at=AT,
    )
    assert put.film(7).cast == (
        Person(name="First", person_id=3),
        Person(name="Second", person_id=4),
    )
    assert put.film(7).directors == (Person(name="Ada", person_id=5),)
    assert names(put.film(8).cast) == ["One Two", "Robert Downey, Jr.", "Three", "Four", "Five"]
    assert put.film(8).directors == ()
    report = put("id,title,popularity,stars\n9,Third,5,4.5\n10,Fourth,6,3\n", observed_at=AT)
    assert "stars" in report.understanding.ignored
    assert put.film(9).cast == ()

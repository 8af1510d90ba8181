import json
import math
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import requests

from tests.parts.faults import Faults
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.require import real_data
from tmdbdash.simulation.invented_films import Film
from tmdbdash.simulation.world import World
from tmdbdash.tmdb.answers import parse_film, parse_list

TODAY = date(2026, 11, 22)


def get(tmdb: SimulatedTmdb, path: str, **query: str) -> requests.Response:
    params = {"api_key": tmdb.api_key, **query}
    return requests.get(tmdb.base_url + path, params=params, timeout=5, allow_redirects=False)


def body(name: str) -> Any:
    return json.loads(real_data(f"responses/{name}.json").read_bytes())


@pytest.fixture(scope="module")
def world() -> World:
    return World(400, 7, TODAY)


def shown(films: list[Film]) -> list[tuple[int, float, int]]:
    return [(f.tmdb_id, f.popularity, f.votes) for f in films]


def test_it_is_repeatable() -> None:
    one, other = World(60, 3, TODAY), World(60, 3, TODAY)
    for world in (one, other):
        world.advance(45)
        world.advance(1440)
    assert shown(one.popular()) == shown(other.popular())
    assert shown(World(60, 4, TODAY).popular()) != shown(World(60, 3, TODAY).popular())


def test_popularity_has_todays_scale_and_a_heavy_tail(world: World) -> None:
    popularity = [f.popularity for f in world.popular()]
    assert 250 < max(popularity) < 900
    assert 5 < statistics.median(popularity) < 11
    assert statistics.mean(popularity) > 1.8 * statistics.median(popularity)


def test_films_are_plausible_and_have_tmdbs_blanks(world: World) -> None:
    films = world.popular()
    assert len({f.tmdb_id for f in films}) == len({f.title for f in films}) == len(films)
    dates = [f.release for f in films if f.release]
    assert min(dates) >= date(1970, 1, 1)
    assert date(2026, 12, 1) < max(dates) < date(2027, 12, 31)
    rated = [f.rating for f in films if f.votes]
    assert 6 < statistics.mean(rated) < 7
    assert 0.5 < statistics.stdev(rated) < 1.2
    assert any(f.release is None for f in films)
    assert any(not f.genres for f in films)
    assert any(not f.runtime for f in films)
    assert any(f.poster is None for f in films)
    assert any(not f.votes for f in films)
    assert any(f.adult for f in films)
    assert any(not f.original_title.isascii() for f in films)
    assert any("<b>" in f.title for f in films)
    assert any(f.title.startswith("=") for f in films)


def test_there_is_something_to_learn(world: World) -> None:
    """Ratings and popularity hang together with what is known of a film, though not wholly."""
    films = [f for f in world.popular() if f.votes > 30 and f.runtime and f.genres]
    ratings = [f.rating for f in films]

    def correlation(values: list[float]) -> float:
        return statistics.correlation(values, ratings)

    assert correlation([float(f.runtime or 0) for f in films]) > 0.2
    assert correlation([float(27 in f.genres) for f in films]) < -0.1
    ages = [float((TODAY - f.release).days) if f.release else 0.0 for f in films]
    popularity = [math.log(f.popularity) for f in films]
    assert statistics.correlation(ages, popularity) < -0.2
    assert statistics.correlation([math.log(f.votes) for f in films], popularity) > 0.1


def test_popularity_drifts_as_tmdbs_does() -> None:
    world = World(400, 7, TODAY, untidy=False)
    before = {f.tmdb_id: (f.popularity, f.votes) for f in world.popular()}
    ranks = [f.tmdb_id for f in world.popular()[:40]]
    world.advance(10)
    changed = sum(f.popularity != before[f.tmdb_id][0] for f in world.popular())
    assert 0.05 < changed / 400 < 0.3
    for _ in range(8):
        world.advance(180)
    assert [f.tmdb_id for f in world.popular()[:40]] != ranks
    moves = sorted(f.popularity / before[f.tmdb_id][0] - 1 for f in world.popular())
    assert abs(statistics.median(moves)) < 0.06
    assert -0.4 < moves[20] < -0.05
    assert 0.05 < moves[380] < 0.6
    assert sum(f.votes for f in world.popular()) > sum(votes for _, votes in before.values())
    assert world.today == date(2026, 11, 23)
    for _ in range(10):
        world.advance(7 * 1440)
    popularity = [f.popularity for f in world.popular()]
    assert 100 < max(popularity) < 3500
    with pytest.raises(ValueError, match="forward"):
        world.advance(0)


def test_lists_are_untidy_now_and_then() -> None:
    world = World(400, 7, TODAY)
    unsorted_lists = slips = 0
    for _ in range(40):
        world.advance(2)
        popularity = [f.popularity for f in world.popular()]
        unsorted_lists += popularity != sorted(popularity, reverse=True)
        slips += sum(world.slip(page) for page in range(1, 6))
    assert 8 < unsorted_lists < 36
    assert 8 < slips < 60


def test_the_answers_have_the_keys_of_the_real_ones(tmdb: SimulatedTmdb) -> None:
    told = get(tmdb, "/movie/popular").json()
    real = body("movie_popular.de")
    assert told.keys() == real.keys()
    assert set(real["results"][0]) == set().union(*told["results"])
    film = get(tmdb, f"/movie/{told['results'][0]['id']}").json()
    assert film.keys() == body("movie_details.168259.de").keys()
    assert get(tmdb, "/configuration").json().keys() == body("configuration").keys()


def test_the_errors_are_the_real_ones(tmdb: SimulatedTmdb) -> None:
    for page in ("0", "501", "x", "-1", "99999999999"):
        answer = get(tmdb, "/movie/popular", page=page)
        assert (answer.status_code, answer.json()) == (400, body("error_400_code22_page"))
    for path in ("/movie/1", "/movie/abc", "/nothing", "/movie/99999999999999"):
        answer = get(tmdb, path)
        assert (answer.status_code, answer.json()) == (404, body("error_404_code34"))
    answer = get(tmdb, "/movie/popular", api_key="0" * 32)
    assert (answer.status_code, answer.json()) == (401, body("error_401_code7"))
    tmdb.faults.add("/", "status", times=1, status=429, retry_after="1")
    answer = get(tmdb, "/movie/popular")
    assert (answer.status_code, answer.json()) == (429, body("error_429_code25"))
    assert answer.headers["Retry-After"] == "1"
    for name, told in (
        ("vote_count.gte", "many"),
        ("with_genres", "Drama"),
        ("primary_release_date.gte", "2024-13-01"),
    ):
        answer = get(tmdb, "/discover/movie", **{name: told})
        assert answer.status_code == 422
        assert answer.json().keys() == body("error_422_validation").keys()


def test_both_forms_of_key_are_accepted_and_none_is_logged(tmdb: SimulatedTmdb) -> None:
    url = tmdb.base_url + "/movie/popular"
    for key, status in ((tmdb.token, 200), (tmdb.api_key, 401), ("x", 401)):
        answer = requests.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=5)
        assert answer.status_code == status
    assert requests.get(url, timeout=5).status_code == 401
    get(tmdb, "/movie/popular", page="2")
    assert tmdb.requests[-1].path == "/movie/popular"
    assert tmdb.requests[-1].query == {"page": "2"}
    assert tmdb.api_key not in repr(tmdb.requests)


def test_pages_and_filters(tmdb: SimulatedTmdb) -> None:
    pages = [parse_list(get(tmdb, "/movie/popular", page=str(n)).json()) for n in range(1, 8)]
    assert [len(page.films) for page in pages] == [20] * 6 + [0]
    assert len({film.tmdb_id for page in pages for film in page.films}) == 120
    assert (pages[0].total_pages or 0) > 500
    query = {
        "with_genres": "18",
        "primary_release_date.gte": "2010-01-01",
        "primary_release_date.lte": "2026-12-31",
        "vote_count.gte": "10",
    }
    told = get(tmdb, "/discover/movie", **query).json()
    dramas = parse_list(told).films
    assert dramas
    assert told["total_results"] < 120
    for film in dramas:
        assert film.genres is not None
        assert "Drama" in film.genres
        assert film.release_date is not None
        assert film.release_date.year >= 2010
        assert (film.vote_count or 0) >= 10
    nothing = get(tmdb, "/discover/movie", **{"vote_count.gte": "999999999"}).json()
    assert nothing == body("discover_movie.empty")


def test_portuguese(tmdb: SimulatedTmdb) -> None:
    for entry in get(tmdb, "/movie/popular", language="pt-BR").json()["results"]:
        told = get(tmdb, f"/movie/{entry['id']}", language="pt-BR").json()
        if told["title"].startswith("O "):
            english = parse_film(get(tmdb, f"/movie/{entry['id']}").json())
            portuguese = parse_film(told)
            assert english is not None
            assert portuguese is not None
            assert english.title != portuguese.title
            assert english.genres == portuguese.genres
            assert (english.overview or "In").startswith("In ")
            assert (portuguese.overview or "Em").startswith("Em ")
            return
    pytest.fail("no Portuguese title on the first page")


def test_time_passes_on_the_server(tmdb: SimulatedTmdb) -> None:
    before = get(tmdb, "/movie/popular").json()
    assert get(tmdb, "/movie/popular").json() == before
    tmdb.advance(1440)
    assert get(tmdb, "/movie/popular").json() != before


def test_faults_are_limited_by_times_path_and_page(tmdb: SimulatedTmdb) -> None:
    tmdb.faults.add("/movie/popular", "status", times=2, page=2, status=500)
    codes = [get(tmdb, "/movie/popular", page=p).status_code for p in ("1", "2", "2", "2", "x")]
    assert codes == [200, 500, 500, 200, 400]
    tmdb.faults.add("/discover", "garbage")
    assert get(tmdb, "/discover/movie").text.startswith("<!DOCTYPE")
    assert get(tmdb, "/movie/popular").status_code == 200
    tmdb.faults.clear()
    assert get(tmdb, "/discover/movie").json()["page"] == 1
    with pytest.raises(ValueError, match="no fault 'gremlin'"):
        Faults().add("/", "gremlin")  # type: ignore[arg-type]  # what a typing error would do


def test_it_can_refuse_too_many_requests() -> None:
    with SimulatedTmdb(films=20, allowed_rps=5) as tmdb:
        codes = [get(tmdb, "/configuration").status_code for _ in range(7)]
        assert codes == [200] * 5 + [429] * 2
        assert tmdb.window_max() == 7
        tmdb.forget()
        assert (tmdb.requests, tmdb.window_max()) == ([], 0)


def test_it_keeps_connections() -> None:
    with SimulatedTmdb() as tmdb, requests.Session() as session:
        url = f"{tmdb.base_url}/movie/popular?api_key={tmdb.api_key}"
        for _ in range(20):
            session.get(url, timeout=5)
        assert tmdb.connections == 1


def test_it_ends_at_once_though_clients_are_waiting() -> None:
    with ThreadPoolExecutor(1) as threads:
        with SimulatedTmdb(films=20) as tmdb:
            tmdb.faults.add("/movie/popular", "slow", seconds=60)
            waiting = threads.submit(get, tmdb, "/movie/popular")
            while not tmdb.requests:
                time.sleep(0.01)
            started = time.monotonic()
        assert time.monotonic() - started < 2
        waiting.exception()
    with pytest.raises(RuntimeError, match="only inside"):
        _ = tmdb.base_url


@pytest.mark.parametrize("films", [0, 1, 3, 45])
def test_small_worlds(films: int) -> None:
    assert len(World(films, 1, TODAY).popular()) == films


def test_people_and_series_have_a_talent_of_their_own(world: World) -> None:
    films = [f for f in world.popular() if f.directors]
    assert len({f.directors[0].number for f in films}) < 0.5 * len(films)
    talents = [f.directors[0].talent for f in films]
    assert statistics.correlation(talents, [f.taste for f in films]) > 0.2
    assert statistics.correlation(talents, [f.buzz for f in films]) > 0.15
    series = [f for f in films if f.collection]
    assert len({f.collection.number for f in series if f.collection}) < 0.6 * len(series)
    levels = [f.collection.talent for f in series if f.collection]
    assert statistics.correlation(levels, [f.buzz for f in series]) > 0.2


def test_blocks_are_served_where_they_are_asked_for(tmdb: SimulatedTmdb) -> None:
    film = next(f for f in tmdb.world.popular() if f.directors and f.keywords)
    path = f"/movie/{film.tmdb_id}"
    assert "credits" not in get(tmdb, path).json()
    blocks = get(tmdb, path, append_to_response="credits,keywords,images").json()
    assert "release_dates" not in blocks
    facts = parse_film(blocks)
    assert facts is not None
    assert facts.directors is not None
    assert facts.cast is not None
    assert facts.directors[0].person_id == film.directors[0].number
    assert [p.name for p in facts.cast] == [a.name for a in film.cast[:5]]

"""Is a list complete, who ranks where, and how its answers are recorded."""

import errno
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tmdbdash.errors import TmdbError, UsageError
from tmdbdash.ingest.fetching import fan_out
from tmdbdash.ingest.list_pages import ListRead, list_fault, listing_of, ranked
from tmdbdash.ingest.recording import append_answers, check_record
from tmdbdash.records import FilmFacts, Movie
from tmdbdash.tmdb.answers import ListPage

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def page(number: int, ids: Sequence[int], total: int | None = 500) -> ListPage:
    films = tuple(FilmFacts(tmdb_id=n, title=f"Film {n}", popularity=float(n)) for n in ids)
    return ListPage(number, total, films, {})


def read(
    *pages: ListPage,
    failed: dict[int, str] | None = None,
    source: str = "discover",
    asked: int | None = None,
) -> ListRead:
    wanted = tuple(range(1, len(pages) + len(failed or {}) + 1))
    asked = len(wanted) if asked is None else asked
    return ListRead(wanted, pages, failed or {}, pages[0].total_pages, source, asked)


@pytest.mark.parametrize(
    ("list_read", "told"),
    [
        (read(page(1, range(20)), page(2, range(20, 40))), None),
        (read(page(1, range(20)), page(2, range(20, 39))), None),
        (read(page(1, range(20), 2), page(2, [99], 2)), None),
        (read(page(1, [1], 1)), None),
        (read(page(1, [], 1)), "no film that matches"),
        (read(page(1, [])), "page 1 is empty"),
        (read(page(1, range(20)), page(2, [])), "page 2 is empty"),
        (read(page(1, range(9))), "9 films on 1 pages, where 20"),
        (read(page(1, range(9), None)), "9 films on 1 pages, where 20"),
        (read(page(1, range(20)), failed={2: "failed (no answer)"}), "page 2 failed (no answer)"),
        (
            read(page(1, range(20)), failed=dict.fromkeys(range(2, 9), "failed")),
            "7 of 8 pages cannot be used (page 2 failed; page 3 failed; page 4 failed; and 4 more)",
        ),
    ],
)
def test_when_a_list_is_incomplete(list_read: ListRead, told: str | None) -> None:
    sentence = list_fault(list_read)
    if told is None:
        assert sentence is None
    else:
        assert told in str(sentence)


@pytest.mark.parametrize(
    ("list_read", "told"),
    [
        (
            read(page(1, range(20), 1), source="popular", asked=2),
            "1 page of popular films, where",
        ),
        (read(page(1, range(3), 1), source="popular", asked=2), "1 page of popular films, where"),
        (read(page(1, [], 0), source="popular"), "0 pages of popular films, where 1"),
        (read(page(1, range(3), 1), source="popular"), "3 films on 1 pages, where 20"),
        (read(page(1, range(20), 1), source="popular"), None),
        (read(page(1, range(20), None), source="popular", asked=2), None),
        (read(page(1, range(20), 1), source="discover", asked=2), None),
    ],
)
def test_the_popular_films_never_end_within_what_is_asked_for(
    list_read: ListRead, told: str | None
) -> None:
    sentence = list_fault(list_read)
    assert (sentence is None) if told is None else (told in str(sentence))


@pytest.mark.parametrize(("films", "stored"), [(3, 0), (3, 9), (9, 9), (10, 40)])
def test_a_short_list_may_follow_a_short_one(films: int, stored: int) -> None:
    assert list_fault(read(page(1, range(films), 1)), stored=stored) is None


@pytest.mark.parametrize(("films", "stored"), [(1, 10), (9, 40)])
def test_a_few_films_never_take_the_place_of_many(films: int, stored: int) -> None:
    sentence = str(list_fault(read(page(1, range(films), 1)), stored=stored))
    assert f"the {stored} of the latest complete list, which stays" in sentence
    assert sentence.startswith(f"incomplete list: {films} film")


def test_of_a_film_on_two_pages_the_first_rank_counts() -> None:
    films = ranked([page(2, [3, 2, 4]), page(1, [1, 2, 3])])
    assert [film.tmdb_id for film in films] == [1, 2, 3, 4]


def test_what_is_known_stands_in_for_metrics_left_out() -> None:
    listed = [FilmFacts(tmdb_id=1), FilmFacts(tmdb_id=2, popularity=5.0, vote_count=0)]
    known = {n: Movie(tmdb_id=n, popularity=1.5, vote_count=10, vote_average=7.5) for n in (1, 2)}
    told = [(e.rank, e.popularity, e.vote_count, e.vote_average) for e in listing_of(listed, known)]
    assert told == [(1, 1.5, 10, 7.5), (2, 5.0, 0, None)]
    assert listing_of(listed)[0].popularity is None


def test_an_unforeseen_error_of_one_request_is_not_hidden() -> None:
    def fetch(key: int) -> int:
        if key == 3:
            raise ZeroDivisionError
        return key

    with pytest.raises(ZeroDivisionError):
        fan_out(fetch, range(100), workers=4)


def test_single_failures_do_not_stop_the_others() -> None:
    def fetch(key: int) -> int:
        if key % 3 == 0:
            raise TmdbError("no answer")
        return key

    outcome = fan_out(fetch, range(30))
    assert len(outcome.results) == 20
    assert len(outcome.failures) == 10
    assert outcome.left == []


def test_a_record_that_is_half_written_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record"
    append_answers(path, NOON, [{"page": 1}])
    before = path.read_bytes()
    assert json.loads(before) == {"observed_at": "2026-01-31T12:00:00Z", "body": {"page": 1}}

    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", no_room)
    with pytest.raises(UsageError, match="No space left"):
        append_answers(path, NOON, [{"page": 2}])
    assert path.read_bytes() == before


def test_what_cannot_be_appended_to_is_told_beforehand(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        check_record(tmp_path)

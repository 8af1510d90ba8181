"""The pure decisions: what is known and what was said make what to write."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts.ticks import film_after, observed
from tmdbdash.ingest.deciding import (
    FACT_NAMES,
    decide,
    needs_details,
    with_details,
)
from tmdbdash.ingest.film_metrics import metrics_of
from tmdbdash.records import Certification, FilmFacts, Keyword, Movie, Person, Snapshot

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

FULL = FilmFacts(
    tmdb_id=7,
    title="Glass Mountain",
    original_title="Skleněná hora",
    overview="A climb.",
    language="cs",
    release_date=date(2025, 9, 6),
    popularity=12.5,
    vote_count=100,
    vote_average=7.1,
    genres=("Drama", "Adventure"),
    poster_path="/p.jpg",
    backdrop_path="/b.jpg",
    imdb_id="tt0137523",
    runtime=101,
    status="Released",
    budget=1000,
    revenue=2000,
    tagline="Up.",
    homepage="https://example.org",
    collection="Mountains",
    production_companies=("A", "B"),
    production_countries=("CZ",),
    spoken_languages=("cs",),
    directors=(Person(name="Ada Velmoor", person_id=5),),
    writers=(Person(name="Ada Velmoor", person_id=5), Person(name="Bela Zareth")),
    cast=(Person(name="Juno Fenosa", person_id=6),),
    keywords=(Keyword(name="heist", keyword_id=9),),
    certifications=(Certification(country="US", certification="PG-13"),),
)
"""Everything that can be said of a film."""


def seen(facts: FilmFacts = FULL, at: datetime = NOON, **changes: Any) -> Movie:
    movie = decide(None, observed(facts, at, 3), now=at).movie
    assert movie is not None
    return dataclasses.replace(movie, **changes)


def told(**changes: Any) -> FilmFacts:
    return FilmFacts(tmdb_id=7, **changes)


facts_strategy = st.builds(
    FilmFacts,
    tmdb_id=st.just(7),
    title=st.none() | st.sampled_from(["Glass", "Stone"]),
    original_title=st.none() | st.sampled_from(["Glas", "Stein"]),
    overview=st.none() | st.sampled_from(["a", "b"]),
    release_date=st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    popularity=st.none() | st.floats(0, 100),
    vote_count=st.none() | st.integers(0, 3),
    vote_average=st.none() | st.sampled_from([5.5, 7.0]),
    genres=st.none() | st.sampled_from([(), ("Drama",), ("War", "Drama")]),
    runtime=st.none() | st.integers(1, 300),
    imdb_id=st.none() | st.just("tt0000001"),
    production_companies=st.none() | st.sampled_from([(), ("A",)]),
)
times = st.integers(0, 3000).map(lambda minutes: NOON + minutes * MINUTE)


@given(first=facts_strategy, second=facts_strategy, at=times, later=times)
def test_nothing_that_was_not_said_blanks_what_is_known(
    first: FilmFacts, second: FilmFacts, at: datetime, later: datetime
) -> None:
    known = film_after(None, first, at, at)
    merged = film_after(known, second, later, later)
    for name in ("title", "popularity", "vote_count", *FACT_NAMES):
        if getattr(known, name) not in (None, "", ()):
            assert getattr(merged, name) not in (None, "", ()), name
    if known.vote_average is not None and merged.vote_average is None:
        assert merged.vote_count == 0


@given(known=facts_strategy, facts=facts_strategy, before=times, at=times, rank=st.integers(1, 9))
def test_deciding_the_same_twice_changes_nothing_the_second_time(
    known: FilmFacts, facts: FilmFacts, before: datetime, at: datetime, rank: int
) -> None:
    movie = decide(None, observed(known, before, 1), now=before).movie
    seen = observed(facts, at, rank)
    first = decide(movie, seen, now=at)
    later = at + timedelta(days=3)
    again = decide(first.movie or movie, seen, now=later, earlier=first.snapshot)
    assert again.kind == "unchanged"
    assert again.movie is None
    if first.snapshot is not None:
        assert again.snapshot is None


@given(known=facts_strategy, facts=facts_strategy, age=st.integers(1, 5000))
def test_an_older_observation_only_fills_gaps(known: FilmFacts, facts: FilmFacts, age: int) -> None:
    movie = film_after(None, known, NOON, NOON)
    merged = film_after(movie, facts, NOON - age * MINUTE, NOON)
    for name in ("title", "popularity", "vote_count", *FACT_NAMES):
        if getattr(movie, name) not in (None, "", ()):
            assert getattr(merged, name) == getattr(movie, name)
    assert merged.observed_at == movie.observed_at


def test_a_new_film_is_written_with_a_snapshot() -> None:
    change = decide(None, observed(FULL, NOON, 3), now=NOON)
    assert change.kind == "new"
    movie = change.movie
    assert movie is not None
    assert (movie.rank, movie.observed_at, movie.snapshot_at) == (3, NOON, NOON)
    assert movie.details_at is None
    assert (movie.inserted_at, movie.updated_at, movie.imported) == (NOON, NOON, False)
    for name in FACT_NAMES:
        assert getattr(movie, name) == getattr(FULL, name)
    assert change.snapshot == Snapshot(
        tmdb_id=7, snapshot_ts=NOON, popularity=12.5, vote_count=100, vote_average=7.1, rank=3
    )


def test_a_list_entry_leaves_the_details_alone() -> None:
    entry = told(title="Glass Mountain", popularity=13.0, vote_count=101, vote_average=7.2)
    movie = decide(seen(), observed(entry, NOON + MINUTE, 3), now=NOON + MINUTE).movie
    assert movie is not None
    assert (movie.runtime, movie.imdb_id, movie.genres) == (101, "tt0137523", FULL.genres)
    assert movie.production_companies == ("A", "B")
    assert metrics_of(movie) == (13.0, 101, 7.2)


def test_no_votes_mean_no_rating_whatever_is_said_of_it() -> None:
    for rating in (None, 0.0, 5.0):
        movie = film_after(seen(), told(vote_count=0, vote_average=rating), NOON + MINUTE, NOON)
        assert (movie.vote_count, movie.vote_average) == (0, None)


def test_a_vote_count_alone_keeps_the_rating() -> None:
    movie = film_after(seen(), told(vote_count=120), NOON + MINUTE, NOON)
    assert (movie.vote_count, movie.vote_average) == (120, 7.1)


def test_a_title_is_never_blank_where_an_original_title_is_known() -> None:
    assert (
        film_after(None, told(original_title="Skleněná hora"), NOON, NOON).title == "Skleněná hora"
    )
    assert (
        film_after(seen(), told(original_title="X"), NOON + MINUTE, NOON).title == "Glass Mountain"
    )


@pytest.mark.parametrize(
    ("changes", "rank", "minutes", "due"),
    [
        ({}, 3, 2, False),
        ({}, 3, 359, False),
        ({}, 3, 360, True),
        ({}, 4, 2, True),
        ({"popularity": 12.6}, 3, 2, True),
        ({"vote_count": 99}, 3, 2, True),
        ({"vote_average": 7.2}, 3, 2, True),
        ({"overview": "Other words."}, 3, 2, False),
    ],
)
def test_when_a_snapshot_is_due(
    changes: dict[str, Any], rank: int, minutes: int, due: bool
) -> None:
    at = NOON + minutes * MINUTE
    change = decide(seen(), observed(dataclasses.replace(FULL, **changes), at, rank), now=at)
    assert (change.snapshot is not None) == due
    assert change.kind == ("changed" if changes or rank != 3 else "unchanged")
    movie = change.movie
    assert movie is not None
    assert movie.observed_at == at
    assert movie.snapshot_at == (at if due else NOON)
    assert movie.rank == rank
    assert movie.updated_at == (NOON if change.kind == "unchanged" else at)


def test_a_metric_that_a_list_leaves_out_is_carried_on() -> None:
    at = NOON + MINUTE
    change = decide(seen(), observed(told(title="Glass Mountain"), at, 3), now=at)
    assert (change.kind, change.snapshot) == ("unchanged", None)
    more = told(title="Glass Mountain", popularity=20.0)
    moved = decide(seen(), observed(more, at, 3), now=at)
    assert moved.snapshot is not None
    assert metrics_of(moved.snapshot) == (20.0, 100, 7.1)


def test_details_asked_for_are_noted_without_counting_as_a_change() -> None:
    at = NOON + MINUTE
    change = decide(seen(), observed(FULL, at, 3, details_at=at), now=at)
    assert change.kind == "unchanged"
    assert change.movie is not None
    assert (change.movie.details_at, change.movie.updated_at) == (at, NOON)


def test_history_adds_a_snapshot_and_leaves_the_row_its_rank() -> None:
    before = NOON - timedelta(days=2)
    old = dataclasses.replace(FULL, popularity=3.0)
    past = observed(old, before, 9, imported=True)
    change = decide(seen(), past, now=NOON)
    assert change.snapshot is not None
    assert (change.snapshot.snapshot_ts, change.snapshot.rank) == (before, 9)
    assert metrics_of(change.snapshot) == (3.0, 100, 7.1)
    assert change.snapshot.imported
    movie = change.movie
    assert movie is not None
    assert (movie.rank, movie.popularity, movie.snapshot_at) == (3, 12.5, NOON)
    assert movie.imported
    again = decide(movie, past, now=NOON, earlier=change.snapshot)
    assert (again.kind, again.movie, again.snapshot) == ("unchanged", None, None)


def test_details_overlay_the_list_but_not_its_metrics() -> None:
    entry = told(title="Glass", popularity=13.0, vote_count=101, vote_average=7.2)
    both = with_details(entry, FULL, None)
    assert metrics_of(both) == (13.0, 101, 7.2)
    assert (both.title, both.runtime) == ("Glass Mountain", 101)


def test_metrics_of_details_count_only_where_there_are_no_others() -> None:
    bare = told(title="Glass")
    assert metrics_of(with_details(bare, FULL, None)) == (12.5, 100, 7.1)
    assert metrics_of(with_details(bare, FULL, seen())) == (None, None, None)


def test_empty_details_blank_nothing() -> None:
    both = with_details(FULL, told(title="", genres=(), overview=None), None)
    assert both == FULL


@pytest.mark.parametrize(
    ("known", "needed"),
    [
        (None, True),
        (seen(), True),
        (seen(details_at=NOON - timedelta(days=1)), True),
        (seen(details_at=NOON - timedelta(hours=23, minutes=59)), False),
    ],
)
def test_whose_details_are_asked_for(known: Movie | None, needed: bool) -> None:
    assert needs_details(known, NOON) == needed

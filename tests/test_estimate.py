"""Estimates and explanations of single films, and the commands that ask for them."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.parts.catalogue import OBSERVED, put, real_films, table
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.simulated import connect
from tests.parts.study_stores import LATER, train_on
from tests.parts.trained import CATALOGUE as FILMS
from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.learning.jobs.estimate import FilmIdea, estimate
from tmdbdash.learning.jobs.estimate_models import as_estimate_films, fit_estimate_models
from tmdbdash.learning.jobs.explain import explain
from tmdbdash.model_queries import estimate as ask_estimate
from tmdbdash.model_queries import genre_list, language_code, names_of, release_day
from tmdbdash.records import SHOWN, Movie, Person
from tmdbdash.records.tasks import MODES
from tmdbdash.storage import Store, open_store

IDEA = FilmIdea("Dune", ("Action",), 190, (OBSERVED + timedelta(days=200)).date(), "en")


@pytest.fixture
def asked(own_store: Store) -> Any:
    put(own_store, FILMS)
    return lambda **changes: estimate(own_store, replace(IDEA, **changes), LATER)


@pytest.fixture(scope="module")
def movies() -> list[Movie]:
    return real_films("tmdb_5000_movies.csv.gz", datetime(2017, 9, 1, tzinfo=UTC))


@pytest.mark.parametrize("mode", MODES)
def test_intervals_of_estimate_hold_for_real_films(movies: list[Movie], mode: str) -> None:
    """Films held out, of which only that is known: the intervals hold, the median is beaten."""
    told = [
        Movie(
            tmdb_id=m.tmdb_id,
            title=m.title,
            original_title=m.title,
            language=m.language,
            release_date=m.release_date,
            runtime=m.runtime,
            genres=m.genres,
            vote_count=m.vote_count,
            popularity=m.popularity,
            vote_average=m.vote_average,
            observed_at=m.observed_at,
        )
        for m in movies[::5]
    ]
    films, learned = (
        as_estimate_films(table(told)),
        fit_estimate_models(as_estimate_films(table(movies[1::5])), mode),
    )
    for target, own in learned.items():
        model = own.model
        assert model.spec.name != "median"
        actual = films.targets[target]
        known = np.flatnonzero(~np.isnan(actual) & (films.votes > 0))
        actual = actual[known]
        expected, low, high = model.predict_interval(films, known, clip=False)
        assert 0.75 < np.mean((low <= actual) & (actual <= high)) < 0.87
        error = np.abs(actual - expected).mean()
        assert error < 0.9 * np.abs(actual - np.median(actual)).mean()
        assert error == pytest.approx(model.metrics["oof_mae"], rel=0.15)
        assert model.metrics["coverage"] == pytest.approx(0.8, abs=0.02)


def test_an_estimate_uses_only_what_is_given(asked: Any) -> None:
    report = asked()
    groups = {group for own in report.explained.values() for group, _ in own.contributions}
    assert groups <= {"genres", "dates and age", "language", "runtime", "texts"}
    for row in report.as_json()["targets"].values():
        assert row["films"] >= 100
        assert row["mae"] <= row["median_mae"]
        assert 0.7 < row["coverage"]["overall"] < 0.9
    notes = " ".join(report.notes)
    assert "Not said: budget" in notes
    assert "never saw them" in notes


def test_an_estimate_notes_that_no_film_learned_from_was_to_come(home: Home) -> None:
    with open_store(home.settings()) as store:
        put(store, [f for f in FILMS if f.vote_count and f.status == "Released"])
        notes = estimate(store, IDEA, LATER).notes
    assert any("films learned from 0 were still to come" in note for note in notes)


def test_a_film_to_come_is_asked_of_the_models_that_see_no_votes(asked: Any) -> None:
    report = asked()
    assert report.mode == "early"
    assert "votes" not in dict(report.explained["popularity"].contributions)
    assert any("still to come" in note for note in report.notes)
    told = asked(votes=5000)
    assert told.values == report.values
    assert any("left out" in note for note in told.notes)


def test_a_released_film_with_votes_is_asked_of_the_others(asked: Any) -> None:
    day = (OBSERVED - timedelta(days=400)).date()
    few, many = asked(release=day, votes=10), asked(release=day, votes=50_000)
    assert few.mode == many.mode == "released"
    assert many.values["popularity"]["predicted"] > few.values["popularity"]["predicted"]
    assert "votes" in dict(many.explained["popularity"].contributions)
    assert asked(release=day).mode == "early"
    assert asked(release=day, votes=0).mode == "early"


def test_an_estimate_is_whole(asked: Any) -> None:
    report = asked()
    for target, (lowest, highest) in {"popularity": (0, 1e9), "vote_average": (0, 10)}.items():
        own = report.values[target]
        assert lowest <= own["low"] <= own["predicted"] <= own["high"] <= highest
        explained = report.explained[target]
        added = sum(value for _, value in explained.contributions)
        assert explained.typical + added == pytest.approx(own["predicted"])
    assert len(report.nearest) == 5
    by_id = {film.tmdb_id: film for film in FILMS}
    for near in report.nearest:
        assert near["title"] == by_id[near["tmdb_id"]].title
        assert near["popularity"] == by_id[near["tmdb_id"]].popularity
    assert asked().as_json() == report.as_json()
    json.dumps(report.as_json(), allow_nan=False)


def test_the_database_says_which_day_it_is(asked: Any) -> None:
    assert asked().as_of == OBSERVED.date()


def test_without_films_or_models_there_is_no_answer(home: Home) -> None:
    with open_store(home.settings()) as store:
        put(store, FILMS[:5])
        with pytest.raises(NotReadyError, match="at least 10 films"):
            estimate(store, IDEA, LATER)
        with pytest.raises(NotReadyError, match="train"):
            explain(store, home.settings().models_dir, 1, LATER)


def test_a_film_that_is_not_stored_cannot_be_explained(own_store: Store, home: Home) -> None:
    train_on(own_store, home, 12)
    with pytest.raises(UsageError, match="no film 999 in the database"):
        explain(own_store, home.settings().models_dir, 999, LATER)


def described(home: Home, **changes: Any) -> Any:
    idea = FilmIdea("Dune", ("Action",), 9, date(2027, 12, 18), "en")
    return ask_estimate(home.settings(), replace(idea, **changes))


def test_options_are_read_with_good_will_and_refused_with_help(home: Home) -> None:
    assert genre_list('action, "science fiction",ACTION'.replace('"', "")) == (
        "Action",
        "Science Fiction",
    )
    assert language_code(" EN ") == "en"
    assert release_day("2026-12-18", OBSERVED).year == 2026
    for call, said in (
        (lambda: genre_list("Action,Sci-Fi"), "Science Fiction"),
        (lambda: genre_list(" , "), "Western"),
        (lambda: language_code("english"), "two letters"),
        (lambda: described(home, title=" "), "--title"),
        (lambda: release_day("18.12.2026", OBSERVED), "2026-12-18"),
        (lambda: release_day("2026-02-30", OBSERVED), "2026-12-18"),
        (lambda: release_day("0926-01-01", OBSERVED), "1874"),
    ):
        with pytest.raises(UsageError, match=said):
            call()


@pytest.fixture
def credited(own_store: Store) -> Any:
    """Estimates by films of two companies, of which one has the popular ones."""
    films = [
        replace(film, production_companies=("Big" if (film.popularity or 0) > 5 else "Small",))
        for film in FILMS
    ]
    put(own_store, [replace(film, directors=(Person(name="Ada"),)) for film in films])
    return lambda **changes: estimate(own_store, replace(IDEA, **changes), LATER)


def test_named_people_companies_and_series_are_worth_something(credited: Any) -> None:
    """Their groups, and no others, come beside those of every description."""
    big = credited(companies=("Big",), directors=("Nobody Known",))
    groups = {*dict(big.explained["popularity"].contributions)}
    assert "companies" in groups
    assert groups.isdisjoint({"series", "cast", "votes", "production"})
    small = credited(companies=("Small",))
    worth = [dict(r.explained["popularity"].contributions)["companies"] for r in (big, small)]
    assert worth[0] > max(0.0, worth[1])
    told = big.as_json()["film"]
    assert (told["companies"], told["directors"]) == (["Big"], ["Nobody Known"])
    notes = " ".join(big.notes)
    assert "Not said: budget, collection, cast, countries" in notes
    assert "Big (company): " in notes
    assert "Nobody Known (director): no earlier film is stored" in notes


def test_a_released_film_may_have_its_companies_named_too(credited: Any) -> None:
    day = (OBSERVED - timedelta(days=400)).date()
    report = credited(release=day, votes=100, companies=("Big",))
    assert report.mode == "released"
    assert {"votes", "companies"} <= {*dict(report.explained["popularity"].contributions)}


def test_a_kind_that_no_stored_film_has_is_left_out_and_that_is_said(credited: Any) -> None:
    report = credited(cast=("Ann", "Bo"), directors=("Ada", "ADA"))
    assert "cast" not in dict(report.explained["popularity"].contributions)
    notes = " ".join(report.notes)
    assert "Ann, Bo: left out, as of no stored film the cast is known." in notes
    assert notes.count("(director): ") == 1


def test_names_are_read_once_and_blank_ones_refused() -> None:
    assert names_of("--cast", [" Ada  Velmoor", "Ada Velmoor", "Bela"]) == ("Ada Velmoor", "Bela")
    with pytest.raises(UsageError, match="--director is empty"):
        names_of("--director", [" "])


ESTIMATE = [
    *("estimate", "--title", "Dune", "--genres", "Action,Science Fiction", "--runtime", "192"),
    *("--release", "2027-12-18", "--language", "en"),
]


def test_what_cannot_be_estimated_is_refused(home: Home) -> None:
    done = home.run(*ESTIMATE, "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (5, 5), done.stderr
    for option, value, said in (("--genres", "Sci-Fi", "Fiction"), ("--runtime", "0", "--runtime")):
        arguments = list(ESTIMATE)
        arguments[arguments.index(option) + 1] = value
        done = home.run(*arguments)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_the_program_explains_and_estimates(home: Home, tmdb: SimulatedTmdb) -> None:
    connected = connect(home, tmdb)
    assert connected.run("-q", "ingest", "--pages", "3").returncode == 0
    done = connected.run("-q", "train", "--model", "ridge")
    assert (done.returncode, done.stderr) == (0, "")
    with open_store(connected.settings()) as store:
        training = store.fetch_last_training()
        assert training is not None
        first = store.fetch_predictions(training.trained_at, SHOWN, limit=1)[0]
    film = first.prediction
    told = connected.json("predict", "--explain", str(film.tmdb_id))
    own = told["targets"]["popularity"]
    assert own["predicted"] == pytest.approx(film.predicted_popularity)
    added = sum(c["value"] for c in own["contributions"])
    assert own["typical"] + added == pytest.approx(own["predicted"])
    assert 0 <= told["hit_chance"] <= 1
    assert len(told["nearest"]) == 5
    assert told["group"]

    report = connected.json(
        *ESTIMATE,
        *("--director", "Ada Velmoor", "--cast", "A B", "--cast", "C D", "--company", "E"),
        *("--collection", "Dunes"),
    )
    assert report["film"]["cast"] == ["A B", "C D"]
    assert (report["film"]["collection"], report["film"]["directors"]) == ("Dunes", ["Ada Velmoor"])
    assert report["mode"] == "early"
    assert report["film"]["genres"] == ["Action", "Science Fiction"]
    assert len(report["nearest"]) == 5
    explain_it = ["predict", "--explain", str(film.tmdb_id)]
    for command, heading in ((ESTIMATE, "Dune (2027-12-18)"), (explain_it, first.title)):
        shown = connected.run(*command, env={"COLUMNS": "80"})
        assert shown.returncode == 0, shown.stderr
        assert max(map(len, shown.stdout.splitlines())) <= 80, shown.stdout
        assert shown.stdout.startswith(heading)
        assert "a typical film" in shown.stdout
        assert "The nearest real films" in shown.stdout
        assert "not what makes a film succeed" in shown.stdout

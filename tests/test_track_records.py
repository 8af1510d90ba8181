"""Track records: of earlier films only, of other folds only, and kept with the models."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.parts.few_trees import boosted_by_few
from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.fold_index import FoldIndex
from tmdbdash.learning.artifacts.model_store import load_models, save_models
from tmdbdash.learning.data.arrays import Ints
from tmdbdash.learning.data.credits import name_hash, read_credits
from tmdbdash.learning.data.film_table import FilmTable, columns_of, read_films
from tmdbdash.learning.data.track_records import (
    NOBODY,
    SHRINKAGE,
    TRACK_FEATURES,
    TRACK_GROUPS,
    TrackRecords,
)
from tmdbdash.learning.models.cross_fitting import fold_numbers
from tmdbdash.learning.models.fit import fit_all
from tmdbdash.learning.models.registry import REGISTRY
from tmdbdash.records import Movie, Person
from tmdbdash.records.tasks import EARLY, TASKS, Task

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
FIRST = date(2000, 1, 1)
Make = Callable[[FilmTable, Ints], pd.DataFrame]


def films_of(count: int, seed: int = 1) -> list[Movie]:
    """Films by forty directors of differing talent, some on one day, some without date or votes."""
    random = np.random.default_rng(seed)
    talent = random.normal(0, 1, 40)
    found = []
    for number in range(1, count + 1):
        director = int(random.integers(40))
        votes = int(random.integers(0, 300))
        popularity = float(np.exp(2 + talent[director] + random.normal(0, 0.3)))
        found.append(
            Movie(
                tmdb_id=number,
                title=f"Film {number}",
                release_date=FIRST + timedelta(days=int(random.integers(2000)))
                if number % 17
                else None,
                popularity=popularity if number % 19 else None,
                vote_count=votes,
                vote_average=float(5 + talent[director]) if votes else None,
                observed_at=NOON,
                directors=(Person(name=f"Director {director}"),),
                cast=tuple(Person(name=f"Actor {n}") for n in random.integers(0, 60, 3)),
                production_companies=("One", f"Company {director % 7}")[: number % 3],
                collection=f"Series {number % 50}" if number % 5 == 0 else None,
            )
        )
    return found


def table(movies: list[Movie]) -> FilmTable:
    return read_films(columns_of(movies))


def ours(films: FilmTable, fold: Ints) -> pd.DataFrame:
    indices = np.arange(len(films))
    return TrackRecords.of(films, indices, fold).features(films, indices)


def with_held_out(films: FilmTable, fold: Ints) -> pd.DataFrame:
    """A planted leak: the records have the held-out fold in them."""
    indices = np.arange(len(films))
    nobody = np.full(len(films), NOBODY)
    return TrackRecords.of(films, indices, fold).features(films, indices, nobody)


def with_later(films: FilmTable, fold: Ints) -> pd.DataFrame:
    """A planted leak: of the records every film is an earlier one."""
    indices = np.arange(len(films))
    records = TrackRecords.of(films, indices, fold)
    return replace(records, days=np.full(len(records.days), -100_000)).features(films, indices)


def follows_targets(make: Make, changed: Callable[[Movie, int], bool], of: int) -> bool:
    """Whether the features of film number ``of`` depend on the targets of the films ``changed``."""
    movies = films_of(300)
    fold = fold_numbers(len(movies))
    others = [
        replace(m, popularity=999.0, vote_average=9.9, vote_count=10**6)
        if changed(m, int(fold[at]))
        else m
        for at, m in enumerate(movies)
    ]
    before, after = (make(table(own), fold).iloc[of].to_numpy() for own in (movies, others))
    return not np.allclose(before, after, equal_nan=True, rtol=1e-9)


def test_held_out_and_later_films_change_nothing_and_planted_leaks_are_caught() -> None:
    movies = films_of(300)
    fold = fold_numbers(len(movies))
    for of in (3, 20, 77, 150, 298):
        film, own = movies[of], int(fold[of])
        released = film.release_date
        assert released is not None

        def held_out(_movie: Movie, number: int, own: int = own) -> bool:
            return number == own

        def not_before(movie: Movie, _number: int, released: date = released) -> bool:
            return movie.release_date is None or movie.release_date >= released

        def before(movie: Movie, number: int, released: date = released, own: int = own) -> bool:
            earlier = movie.release_date is not None and movie.release_date < released
            return earlier and number != own

        assert not follows_targets(ours, held_out, of)
        assert not follows_targets(ours, not_before, of)
        assert follows_targets(ours, before, of)
        assert follows_targets(with_held_out, held_out, of)
        assert follows_targets(with_later, not_before, of)


def plain(films: list[Movie], fold: Ints, at: int) -> dict[str, float]:
    """The director's and the cast's figures of one film, by loops."""
    film = films[at]
    found: dict[str, float] = {}

    def logs(of: list[Movie]) -> list[float]:
        return [float(np.log1p(m.popularity)) for m in of if m.popularity is not None]

    def mean(own: list[Movie]) -> float:
        return sum(value - prior for value in logs(own)) / (len(logs(own)) + SHRINKAGE)

    earlier = [
        other
        for number, other in enumerate(films)
        if film.release_date and other.release_date and other.release_date < film.release_date
        if fold[number] != fold[at]
    ]
    prior = float(np.mean(logs(earlier)))
    for kind, people in (("director", film.directors), ("cast", film.cast)):
        by_name = [
            [other for other in earlier if name in {p.name for p in getattr(other, field)}]
            for name in dict.fromkeys(person.name for person in people)
            for field in ["directors" if kind == "director" else "cast"]
        ]
        every = [other for own in by_name for other in own]
        found[f"{kind}_films"] = float(np.log1p(len(every)))
        found[f"{kind}_popularity"] = mean(every)
        found[f"{kind}_best"] = max(map(mean, by_name))
    return found


def test_figures_are_those_of_plain_loops() -> None:
    movies = films_of(300)
    fold = fold_numbers(len(movies))
    features = ours(table(movies), fold)
    assert list(features.columns) == list(TRACK_FEATURES)
    for at in (9, 100, 201, 299):
        expected = plain(movies, fold, at)
        assert features.iloc[at][list(expected)].to_dict() == pytest.approx(expected)


def test_what_is_not_known_is_missing() -> None:
    movies = films_of(60)
    movies[5] = replace(movies[5], directors=(), collection=None)
    movies[6] = replace(movies[6], release_date=None)
    movies[7] = replace(
        movies[7], directors=(Person(name="A newcomer"),), release_date=date(2020, 1, 1)
    )
    features = ours(table(movies), fold_numbers(60))
    assert features.loc[5, [*TRACK_GROUPS["director"], *TRACK_GROUPS["series"]]].isna().all()
    assert features.loc[6].isna().all()
    newcomer = features.iloc[7]
    assert newcomer["director_films"] == 0
    assert newcomer["director_popularity"] == newcomer["director_best"] == 0


def test_names_are_one_whatever_their_case_and_spaces() -> None:
    movies = films_of(60)
    odd = [replace(m, directors=(Person(name=m.directors[0].name.upper() + " "),)) for m in movies]
    fold = fold_numbers(60)
    pd.testing.assert_frame_equal(ours(table(movies), fold), ours(table(odd), fold))
    assert name_hash("Almod\u00f3var") == name_hash("Almodo\u0301var") == name_hash("almodovar")
    assert name_hash("\u304c") != name_hash("\u304b")  # other letters, not accents


def test_one_name_twice_in_a_film_counts_once() -> None:
    columns = {"directors": [("Ada", "ADA", "Bo"), None, ("Ada",), ()]}
    credited = read_credits(columns, "director")
    assert list(credited.offsets) == [0, 2, 2, 3, 3]
    assert credited.names[0] == credited.names[2] != credited.names[1]


def test_early_models_read_records_and_gain_by_them(tmp_path: Path) -> None:
    """And a stored model predicts as it did, also films that came after the training."""
    movies = films_of(500)
    films, later = table(movies[:450]), table(movies[450:])
    unknown = table([replace(m, directors=(), cast=(), production_companies=()) for m in movies])
    task = Task("popularity", EARLY)
    with boosted_by_few(20):
        done = fit_all(films, [REGISTRY["boosting"], REGISTRY["ridge"]], lambda: True)
        (bare,) = fit_all(unknown, [REGISTRY["ridge"]], lambda: True, [task]).models[task].values()
    rows = done.rows[task]

    def loss(predictions: np.ndarray) -> float:
        return float(np.mean(np.abs(np.log1p(predictions) - rows.learned[: len(predictions)])))

    for model in done.models[task].values():
        assert {*TRACK_GROUPS["director"]} <= set(model.features)
        known = len(rows)
        assert loss(model.oof_predictions) < 0.8 * loss(bare.oof_predictions[:known])
    models = [m for own in done.models.values() for m in own.values()]
    assert all((m.records is None) == (m.task.mode != EARLY) for m in models)
    save_models(tmp_path, NOON, models, FoldIndex.of(films, done.rows))
    loaded = load_models(tmp_path, NOON)
    for model in models:
        again = loaded.model(model.spec.name, model.task)
        assert again is not None
        for some in (films, later):
            indices = np.arange(len(some))
            first, second = (m.predict_interval(some, indices).value for m in (model, again))
            assert first.tolist() == second.tolist()
    folder = next(path for path in tmp_path.iterdir())
    (folder / "records.popularity.npz").write_bytes(b"PK\x03\x04 forged")
    with pytest.raises(NotReadyError, match=r"records\.popularity\.npz is damaged"):
        load_models(tmp_path, NOON)


def test_records_that_are_none_are_refused() -> None:
    films = table(films_of(40))
    records = TrackRecords.of(films, np.arange(40), fold_numbers(40))
    assert TrackRecords.loads(records.dumps()).ids.tolist() == records.ids.tolist()
    rows, names = records.credits["cast"]
    for forged in (
        replace(records, ids=records.ids[::-1].copy()),
        replace(records, values=records.values * np.nan),
        replace(records, values=records.values[:, :3]),
        replace(records, days=records.days + 10**7),
        replace(records, credits={**records.credits, "cast": (rows + 40, names)}),
        replace(records, credits={**records.credits, "cast": (rows[1:], names)}),
    ):
        with pytest.raises(ValueError, match=r"records|credits"):
            TrackRecords.loads(forged.dumps())
    with pytest.raises(ValueError, match=r"\w"):
        TrackRecords.loads(records.dumps()[:-40])
    with pytest.raises(ValueError, match=r"\w"):
        TrackRecords.loads(b"")


def test_every_task_has_models_without_any_credits() -> None:
    bare = [replace(m, directors=(), cast=()) for m in films_of(60)]
    bare = [replace(m, production_companies=None, collection=None) for m in bare]
    done = fit_all(table(bare), [REGISTRY["ridge"]], lambda: True)
    for task in TASKS:
        (model,) = done.models[task].values()
        assert model.records is None

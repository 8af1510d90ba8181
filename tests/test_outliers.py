"""The films farthest from what was expected of them, found by the database itself."""

from typing import Any

from tests.parts import sample_rows as sample
from tmdbdash.records import OVER_RATED, SIDES, FilmChange, Prediction, TickWrite
from tmdbdash.storage import Store

EXPECTED: dict[str, Any] = {
    "predicted_popularity": 100.0,
    "predicted_popularity_low": 80.0,
    "predicted_popularity_high": 120.0,
    "predicted_vote_average": 6.0,
    "predicted_vote_average_low": 5.0,
    "predicted_vote_average_high": 8.0,
    "model_name": "champion",
    "mode": "released",
    "prediction_source": "out_of_fold",
}


def save(store: Store, *made: dict[str, Any], votes: int = 100) -> None:
    """One film a prediction, with ids from 1; each prediction as `EXPECTED` but for its changes."""
    films = [sample.film(n, vote_count=votes + n) for n in range(1, len(made) + 1)]
    changes = tuple(FilmChange(kind="new", movie=film) for film in films)
    store.save_tick(TickWrite(observed_at=sample.OBSERVED, changes=changes))
    predictions: list[Prediction] = [
        sample.prediction(film, **EXPECTED | own) for film, own in zip(films, made, strict=True)
    ]
    store.save_training(sample.training(), predictions)


def ids(store: Store, target: str = "popularity", **asked: Any) -> tuple[list[int], list[int]]:
    """The films that are under-rated, and those that are over-rated."""
    asked = {"limit": 10, "min_votes": 0} | asked
    under, over = (
        store.fetch_outliers(sample.TRAINED, "champion", target, side, **asked) for side in SIDES
    )
    return [f.prediction.tmdb_id for f in under], [f.prediction.tmdb_id for f in over]


def test_distance_is_counted_in_widths_of_the_films_own_interval(store: Store) -> None:
    save(
        store,
        {"actual_popularity": 130.0},
        {"actual_popularity": 150.0, "predicted_popularity_high": 400.0},
        {"actual_popularity": 60.0},
        {"actual_popularity": 70.0, "predicted_popularity_low": 99.0},
        {"actual_popularity": 100.0},
    )
    assert ids(store) == ([4, 3], [1, 2])
    assert ids(store, limit=1) == ([4], [1])


def test_ratings_are_looked_at_by_themselves(store: Store) -> None:
    save(store, {"actual_vote_average": 9.0}, {"actual_vote_average": 2.0})
    assert ids(store, "vote_average") == ([2], [1])


def test_films_of_few_votes_and_equal_distance(store: Store) -> None:
    save(store, *({"actual_popularity": 130.0} for _ in range(3)))
    assert ids(store) == ([], [1, 2, 3])
    assert ids(store, min_votes=102) == ([], [2, 3])


def test_what_cannot_be_judged_is_left_out(store: Store) -> None:
    save(
        store,
        {"actual_popularity": None},
        {"actual_popularity": 130.0, "predicted_popularity": None},
        {"actual_popularity": 130.0, "predicted_popularity_low": None},
        {"actual_popularity": 130.0, "predicted_popularity_low": 120.0},
        {"actual_popularity": 130.0, "prediction_source": None},
        {"actual_popularity": 130.0, "model_name": "linear_regression"},
        {"actual_popularity": 130.0, "prediction_source": "unseen"},
    )
    assert ids(store) == ([], [7])


def test_a_film_that_is_gone_is_left_out_and_facts_come_along(store: Store) -> None:
    save(store, {"actual_popularity": 130.0})
    (film,) = store.fetch_outliers(
        sample.TRAINED, "champion", "popularity", OVER_RATED, limit=5, min_votes=50
    )
    assert (film.title, film.vote_count) == (sample.film(1).title, 101)
    assert film.prediction.prediction_source == "out_of_fold"

"""The chance of a hit, out of fold and as calibrated as it is measured to be; nearest films."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from tests.parts.catalogue import catalogue, real_films, table
from tmdbdash.learning.insights.hit_classifier import (
    FilmHits,
    reliability_curve,
    study_hits,
    thin_roc,
)
from tmdbdash.learning.insights.neighbours import nearest_films
from tmdbdash.learning.jobs.analyse import hits_of
from tmdbdash.records.studies import Confusion

FILMS = catalogue(300)


@pytest.fixture(scope="module")
def found() -> FilmHits:
    return hits_of(table(FILMS))


def test_a_quarter_are_hits_and_every_film_has_a_chance(found: FilmHits) -> None:
    assert (found.study.films, found.study.hits) == (300, 75)
    assert found.probability.shape == (300,)
    assert ((found.probability >= 0) & (found.probability <= 1)).all()
    popularity = np.array([film.popularity for film in FILMS])
    assert (popularity >= found.study.popularity_threshold).sum() == 75


def test_the_figures_are_those_of_the_chances(found: FilmHits) -> None:
    study = found.study
    was = np.array([film.popularity or 0 for film in FILMS]) >= study.popularity_threshold
    called = found.probability >= 0.5
    assert study.confusion == Confusion(
        true_positives=(called & was).sum(),
        false_positives=(called & ~was).sum(),
        false_negatives=(~called & was).sum(),
        true_negatives=(~called & ~was).sum(),
    )
    assert study.brier_score == pytest.approx(np.mean((found.probability - was) ** 2))
    assert study.brier_score is not None
    assert study.brier_score < 0.1875
    assert study.reference_brier_score == pytest.approx(0.1875)
    higher = found.probability[was][:, None] - found.probability[~was][None, :]
    assert study.auc == pytest.approx(((higher > 0) + 0.5 * (higher == 0)).mean())
    assert study.auc_without_votes is not None
    assert study.auc is not None
    assert study.auc > study.auc_without_votes
    assert sum(b.films for b in study.reliability) == study.films


def test_chances_are_of_models_that_have_not_seen_the_film() -> None:
    """Against popularity drawn by lot nothing can be known: a seen film would be."""
    films = table(FILMS)
    lots = np.random.default_rng(0).permutation(len(FILMS)).astype(float)
    study: Any = study_hits(films.features("wide"), lots).study
    assert 0.3 < study.auc < 0.65
    assert study.brier_score > 0.15


def test_the_same_films_give_the_same_study(found: FilmHits) -> None:
    again = hits_of(table(FILMS))
    assert again.probability.tolist() == found.probability.tolist()
    assert again.study == found.study


def test_films_of_unknown_popularity_are_scored_not_learned_from(found: FilmHits) -> None:
    unknown = [replace(film, popularity=None) if film.tmdb_id > 280 else film for film in FILMS]
    fewer = hits_of(table(unknown))
    assert fewer.study.films == 280
    assert (fewer.probability[280:] > 0).all()
    assert np.corrcoef(fewer.probability[280:], found.probability[280:])[0, 1] > 0.7


@pytest.mark.parametrize(
    ("films", "popularity"), [(30, None), (100, 5.0)], ids=["too few", "all the same"]
)
def test_what_cannot_be_told_apart_is_refused(films: int, popularity: float | None) -> None:
    made = [replace(f, popularity=popularity or f.popularity) for f in FILMS[:films]]
    with pytest.raises(ValueError, match=r"too few|varies too little"):
        hits_of(table(made))


def test_the_roc_is_thinned_but_keeps_its_ends_and_its_area() -> None:
    chance = np.random.default_rng(3)
    was = chance.random(5000) < 0.25
    said = np.clip(0.3 * was + chance.random(5000) * 0.7, 0, 1)
    points = thin_roc(was, said)
    assert points[0] == (0.0, 0.0)
    assert points[-1] == (1.0, 1.0)
    assert 20 <= len(points) <= 52
    false, true = np.array(points).T
    assert (np.diff(false) >= 0).all()
    assert (np.diff(true) >= 0).all()
    higher = said[was][:, None] > said[~was][None, :]
    assert np.trapezoid(true, false) == pytest.approx(higher.mean(), abs=0.005)


def test_reliability_has_ten_bins_at_most_and_the_last_takes_certainty() -> None:
    said = np.array([0.05, 0.05, 0.95, 1.0])
    bins = reliability_curve(np.array([False, True, True, True]), said)
    assert [(b.lower, b.films, b.fraction_of_positives) for b in bins] == [
        (0.0, 2, 0.5),
        (0.9, 2, 1.0),
    ]
    assert bins[1].predicted_probability == 0.975


@pytest.mark.parametrize(
    ("name", "observed", "auc"),
    [
        ("tmdb_5000_movies.csv.gz", datetime(2017, 2, 3, tzinfo=UTC), 0.97),
        ("popular_with_details_2025-11.csv.gz", datetime(2025, 10, 23, tzinfo=UTC), 0.82),
    ],
)
def test_real_films_chances_are_calibrated(name: str, observed: datetime, auc: float) -> None:
    study: Any = hits_of(table(real_films(name, observed))).study
    assert study.auc > auc
    assert study.calibration_error < 0.03
    assert study.brier_score < 0.7 * study.reference_brier_score


# nearest films


def test_a_films_own_kind_is_nearest_and_itself_left_out() -> None:
    films = catalogue(300)
    twin = replace(films[40], tmdb_id=1000, title="Its twin")
    known = table([*films, twin])
    features = known.features("wide")
    (near,) = nearest_films(features, known.ids, features.iloc[[40]], wanted_ids=known.ids[[40]])
    assert [n.place for n in near] == [1, 2, 3, 4, 5]
    assert (near[0].tmdb_id, near[0].distance) == (1000, 0)
    assert films[40].tmdb_id not in {n.tmdb_id for n in near}
    assert [n.distance for n in near] == sorted(n.distance for n in near)


def test_equally_near_films_come_by_id() -> None:
    known = table([replace(FILMS[0], tmdb_id=i) for i in (9, 3, 7, 1, 5)])
    features = known.features("wide")
    (near,) = nearest_films(features, known.ids, features.iloc[[0]], count=3)
    assert [n.tmdb_id for n in near] == [1, 3, 5]


def test_neither_popularity_nor_rating_nor_votes_to_come_are_looked_at() -> None:
    known = table(FILMS)
    early = FILMS[9]
    assert early.vote_count == 0
    asked = table([replace(early, tmdb_id=0)])
    (near,) = nearest_films(known.features("wide"), known.ids, asked.features("wide"))
    turned = [replace(f, popularity=1.0, vote_average=9.0) for f in FILMS]
    other = table(turned)
    assert (near,) == tuple(
        nearest_films(other.features("wide"), other.ids, asked.features("wide"))
    )
    many = table([replace(f, vote_count=(f.vote_count or 0) * 7 + 5) for f in FILMS])
    by_votes = many.features("wide").assign(
        log_votes_per_year=0.0, log_age=known.features("wide")["log_age"]
    )
    assert (near,) == tuple(nearest_films(by_votes, many.ids, asked.features("wide")))


def test_no_films_have_no_neighbours() -> None:
    known = table(FILMS[:4])
    features = known.features("wide")
    assert nearest_films(features.iloc[:0], known.ids[:0], features) == [()] * 4

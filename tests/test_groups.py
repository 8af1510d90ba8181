"""Groups of films: the same ones from run to run, told apart by what marks them."""

from dataclasses import replace

import numpy as np
import pytest

from tests.parts.catalogue import catalogue, table
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.film_table import columns_of
from tmdbdash.learning.insights.cluster_traits import LIMIT, TRAITS, WEIGHTS, scale_of, trait_values
from tmdbdash.learning.insights.clusters import (
    Clustering,
    choose_count,
    cluster_films,
    match_numbers,
)
from tmdbdash.records import ClusterStudy, Movie


def grouping(films: list[Movie], former: ClusterStudy | None = None) -> Clustering:
    return cluster_films(table(films).columns, former)


def stored(study: ClusterStudy) -> ClusterStudy:
    return ClusterStudy.from_json(study.as_json())


FILMS = catalogue(400)


@pytest.fixture(scope="module")
def first() -> Clustering:
    return grouping(FILMS)


@pytest.fixture(scope="module")
def study(first: Clustering) -> ClusterStudy:
    return first.study


def test_every_film_is_in_one_group_that_exists(first: Clustering, study: ClusterStudy) -> None:
    assert set(first.numbers) == {group.number for group in study.clusters}
    assert sum(group.films for group in study.clusters) == len(FILMS)
    assert [group.number for group in study.clusters] == list(range(1, len(study.clusters) + 1))
    assert len({group.name for group in study.clusters}) == len(study.clusters)
    assert set(first.tmdb_ids) == {film.tmdb_id for film in FILMS}


def test_examples_and_drawn_films_are_of_their_group(
    first: Clustering, study: ClusterStudy
) -> None:
    number_of = dict(zip(first.tmdb_ids.tolist(), first.numbers.tolist(), strict=True))
    for group in study.clusters:
        assert len(group.examples) == 3
        assert {number_of[tmdb_id] for tmdb_id in group.examples} == {group.number}
        assert set(group.examples) <= set(study.shown)
    assert len(study.shown) <= 420


def test_the_first_numbering_is_by_popularity(study: ClusterStudy) -> None:
    place = TRAITS.index("popularity")
    popularities = [group.centre[place] for group in study.clusters]
    assert popularities == sorted(popularities, reverse=True)


def test_the_same_films_give_the_same_groups(first: Clustering, study: ClusterStudy) -> None:
    again = grouping(FILMS)
    assert again.study == study
    assert (again.x.tolist(), again.y.tolist()) == (first.x.tolist(), first.y.tolist())


def test_a_run_begun_where_the_last_one_ended_ends_there(study: ClusterStudy) -> None:
    assert grouping(FILMS, stored(study)).study.as_json() == study.as_json()


def test_numbers_stay_with_their_films_as_films_come_and_go(
    first: Clustering, study: ClusterStudy
) -> None:
    number_of = dict(zip(first.tmdb_ids.tolist(), first.numbers.tolist(), strict=True))
    former = study
    for seed in range(3):
        kept = np.random.default_rng(seed).permutation(len(FILMS))[: int(0.9 * len(FILMS))]
        later = grouping([FILMS[place] for place in sorted(kept)], former)
        same = [number_of[i] == n for i, n in zip(later.tmdb_ids, later.numbers, strict=True)]
        assert np.mean(same) > 0.9
        former = stored(later.study)


def test_shuffled_numbers_of_the_last_run_are_taken_over(
    first: Clustering, study: ClusterStudy
) -> None:
    turned = {c.number: len(study.clusters) + 1 - c.number for c in study.clusters}
    clusters = tuple(replace(c, number=turned[c.number]) for c in study.clusters)
    later = grouping(FILMS, replace(study, clusters=clusters))
    assert [turned[n] for n in first.numbers] == later.numbers.tolist()


def test_a_study_of_other_traits_is_no_former_one(study: ClusterStudy) -> None:
    assert grouping(FILMS, replace(study, traits=("votes",))).study == study


@pytest.mark.parametrize(
    ("stability", "former", "chosen"),
    [
        ({3: 0.9, 4: 0.95, 5: 0.7, 6: 0.6}, None, 4),
        ({3: 0.94, 4: 0.95, 5: 0.94, 6: 0.6}, None, 5),
        ({3: 0.94, 4: 0.95, 5: 0.94, 6: 0.6}, 3, 3),
        ({3: 0.7, 4: 0.95, 5: 0.7, 6: 0.6}, 3, 4),
        ({3: 0.9, 4: 0.8, 5: 0.7, 6: 0.6}, 9, 3),
    ],
)
def test_the_number_of_groups_is_the_most_stable_and_stays(
    stability: dict[int, float], former: int | None, chosen: int
) -> None:
    assert choose_count(stability, former) == chosen


def test_matching_takes_the_least_sum_and_free_numbers() -> None:
    assert match_numbers(np.array([[1.0, 0.0], [9.0, 1.0]]), [1, 2]) == [1, 2]
    assert match_numbers(np.array([[5.0, 0.0], [0.0, 5.0]]), [3, 6]) == [6, 3]
    assert match_numbers(np.array([[1.0], [0.0], [2.0]]), [2]) == [1, 2, 3]
    assert match_numbers(np.array([[9.0, 0.0, 9.0]]), [1, 4, 2]) == [4]


def test_marks_say_what_sets_a_group_apart() -> None:
    old_short = [
        replace(film, runtime=60, release_date=film.release_date.replace(year=1960))
        if film.release_date and film.tmdb_id % 3 == 0
        else film
        for film in FILMS
    ]
    found = grouping(old_short)
    short = next(
        g
        for g in found.study.clusters
        for mark in g.marks[:2]
        if (mark.trait, mark.higher) == ("runtime", False)
    )
    mark = next(mark for mark in short.marks if mark.trait == "runtime")
    assert (mark.median, (mark.overall or 0) > 60) == (60, True)
    assert "runtime_low" in short.name.split()


def test_films_all_alike_cannot_be_grouped() -> None:
    alike = [replace(FILMS[0], tmdb_id=i) for i in range(1, 100)]
    with pytest.raises(ValueError, match="variety"):
        grouping(alike)


def test_traits_are_ranks_cut_weighted_and_without_gaps() -> None:
    values = trait_values({name: columns_of(FILMS)[name] for name in COLUMNS})
    assert np.isnan(values).any()
    points = scale_of(values).apply(values)
    assert np.isfinite(points).all()
    assert (np.abs(points) <= LIMIT * WEIGHTS + 1e-12).all()
    assert np.abs(points.mean(axis=0)).max() < 0.2
    stretched = values.copy()
    stretched[:, 0] *= 3  # another scale, the same ranks
    assert np.allclose(scale_of(stretched).apply(stretched)[:, 0], points[:, 0])


def test_a_trait_that_all_lack_says_nothing() -> None:
    values = trait_values(columns_of(FILMS))
    values[:, 3] = np.nan
    assert (scale_of(values).apply(values)[:, 3] == 0).all()
    with pytest.raises(ValueError, match="no films"):
        scale_of(values[:0])

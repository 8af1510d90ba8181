"""The films of the map are those of the study, however many they are."""

from __future__ import annotations

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tmdbdash.records import ClusterStudy
from tmdbdash.report.query.page_queries import fetch_rows
from tmdbdash.storage import open_store


def test_the_map_has_the_newest_of_all_films_that_the_study_shows(home: Home) -> None:
    films = [sample.film(number) for number in range(1, 413)]
    study = ClusterStudy(ari=0.9, shown=tuple(film.tmdb_id for film in films))
    with open_store(home.settings()) as store:
        store.save_clusters(sample.TRAINED, sample.groups(), sample.places(films))
        store.save_studies(sample.TRAINED, [study])
        rows = fetch_rows(store, home.settings(), sample.OBSERVED)
    assert {film.tmdb_id for film in rows.embeddings} == set(study.shown)

"""Groups, places and neighbours on every engine."""

from datetime import UTC, datetime, timedelta

from tmdbdash.records import (
    ClusterMark,
    Contribution,
    FilmChange,
    FilmCluster,
    FilmEmbedding,
    Movie,
    NearFilm,
    TickWrite,
)
from tmdbdash.storage import Store

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def group(number: int, at: datetime = NOON, name: str = "Older, ünïcode") -> FilmCluster:
    mark = ClusterMark(trait="year", higher=False, median=1990.5, overall=2005.25)
    return FilmCluster(
        made_at=at, group_no=number, name=name, films=9, marks=(mark,), examples=[3, 1, 2]
    )


def place(tmdb_id: int, at: datetime = NOON, number: int | None = 1) -> FilmEmbedding:
    return FilmEmbedding(
        tmdb_id=tmdb_id, made_at=at, group_no=number, x=-0.25, y=None, hit_chance=tmdb_id / 8
    )


def near(tmdb_id: int, number: int, other: int, at: datetime = NOON) -> NearFilm:
    return NearFilm(tmdb_id=tmdb_id, place=number, other_id=other, distance=0.5, made_at=at)


def test_nothing_is_known_at_first(store: Store) -> None:
    assert store.fetch_clusters() == []
    assert store.fetch_embeddings([1]) == {}
    assert store.fetch_neighbours([1]) == {}
    store.save_clusters(NOON, [], [])
    store.save_neighbours(NOON, [])
    assert store.fetch_clusters() == []


def test_groups_and_places_come_back_as_they_were(store: Store) -> None:
    groups, places = [group(2), group(1)], [place(5), place(4, number=None)]
    store.save_clusters(NOON, groups, places)
    assert store.fetch_clusters() == [group(1), group(2)]
    assert store.fetch_embeddings([4, 5, 6]) == {4: place(4, number=None), 5: place(5)}


def test_the_newest_run_counts_and_its_places_replace_all_others(store: Store) -> None:
    store.save_clusters(NOON, [group(1), group(2), group(3)], [place(4), place(5)])
    later = NOON + HOUR
    store.save_clusters(later, [group(1, later, "New")], [place(5, later, 3), place(6, later)])
    assert store.fetch_clusters() == [group(1, later, "New")]
    assert store.fetch_embeddings([4, 5, 6]) == {5: place(5, later, 3), 6: place(6, later)}
    store.save_clusters(later, [group(2, later)], [place(5, later)])
    assert store.fetch_clusters() == [group(2, later)]


def test_old_runs_groups_go(store: Store) -> None:
    for hour in range(4):
        at = NOON + hour * HOUR
        store.save_clusters(at, [group(1, at), group(2, at)], [], keep=2)
    kept = store.database.read(
        lambda c: c.exec_driver_sql("SELECT DISTINCT made_at FROM film_groups").all()
    )
    assert len(kept) == 2
    assert {g.made_at for g in store.fetch_clusters()} == {NOON + 3 * HOUR}


def test_groups_of_a_clock_far_ahead_push_no_other_out(store: Store) -> None:
    ahead = NOON + 9_000 * HOUR
    for hour in range(2):
        at = ahead + hour * HOUR
        store.save_clusters(at, [group(1, at, "Ahead")], [place(4, at), place(5, at)], keep=2)
        store.save_neighbours(at, [near(1, 1, 9, at), near(1, 2, 8, at)])
    store.save_clusters(NOON, [group(1)], [place(5)], keep=2)
    store.save_neighbours(NOON, [near(1, 1, 7)])
    assert store.fetch_clusters(NOON) == [group(1)]
    assert store.fetch_clusters(NOON - HOUR) == []
    assert store.fetch_embeddings([4, 5]) == {5: place(5)}
    assert store.fetch_neighbours([1]) == {1: (near(1, 1, 7),)}


def test_neighbours_come_nearest_first_and_are_replaced_whole(store: Store) -> None:
    store.save_neighbours(NOON, [near(1, 2, 8), near(1, 1, 9), near(2, 1, 7)])
    assert store.fetch_neighbours([1, 2, 3]) == {
        1: (near(1, 1, 9), near(1, 2, 8)),
        2: (near(2, 1, 7),),
    }
    later = NOON + HOUR
    store.save_neighbours(later, [near(1, 1, 5, later)])
    assert store.fetch_neighbours([1, 2]) == {1: (near(1, 1, 5, later),)}


def test_a_pruned_film_leaves_nothing_behind(store: Store) -> None:
    films = [Movie(tmdb_id=i, title=f"Film {i}", observed_at=NOON - i * HOUR) for i in (1, 2)]
    changes = tuple(FilmChange(kind="new", movie=film) for film in films)
    store.save_tick(TickWrite(observed_at=NOON, changes=changes))
    store.save_clusters(NOON, [], [place(1), place(2)])
    store.save_neighbours(NOON, [near(1, 1, 2), near(1, 2, 7), near(2, 1, 1)])
    moved = [
        Contribution(pred_ts=NOON, tmdb_id=i, target="popularity", feature_group="votes", value=1.0)
        for i in (1, 2)
    ]
    store.save_contributions(moved)
    assert store.prune(NOON - 1.5 * HOUR)
    assert list(store.fetch_movies([1, 2])) == [1]
    assert list(store.fetch_embeddings([1, 2])) == [1]
    assert store.fetch_neighbours([1, 2]) == {1: (near(1, 2, 7),)}
    assert store.fetch_contributions(NOON, [1, 2]) == moved[:1]

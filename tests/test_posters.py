"""Posters of the latest list: fetched once from the image host, checked, kept, and pruned."""

import logging
import re
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.parts.engines import on_sqlite
from tests.parts.faulty_tmdb import SeenRequest, SimulatedTmdb
from tests.parts.home import Home
from tests.parts.simulated import TODAY, connect
from tests.parts.ticks import NOW, run_tick
from tmdbdash.errors import TmdbError
from tmdbdash.files import write_atomic
from tmdbdash.ingest.listed_posters import MOST, PosterCounts, update_posters
from tmdbdash.poster_files import (
    LARGEST_POSTER,
    RECORD,
    Attempts,
    image_type,
    poster_file,
    prune,
    save_poster,
)
from tmdbdash.records import FilmChange, Movie, TickWrite
from tmdbdash.storage import Store
from tmdbdash.tmdb.client import TmdbDeadline
from tmdbdash.tmdb.posters import PosterClient

DAY = timedelta(days=1)
IMAGES = "/t/p/"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0" + bytes(16)
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + bytes(14)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "posters"


def update(
    store: Store, tmdb: SimulatedTmdb, folder: Path, now: datetime = NOW, seconds: float = 60
) -> PosterCounts:
    return update_posters(
        store, folder, image_url=tmdb.image_url, now=now, seconds=seconds, max_rps=1000
    )


def asked(tmdb: SimulatedTmdb) -> list[SeenRequest]:
    """The requests for images."""
    return [seen for seen in tmdb.requests if seen.path.startswith(IMAGES)]


def pictures(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*") if file.name != RECORD)


def client_of(tmdb: SimulatedTmdb, budget: float = 10) -> PosterClient:
    return PosterClient(image_url=tmdb.image_url, budget=budget, max_rps=1000)


@on_sqlite
def test_posters_of_the_list_are_fetched_once(
    store: Store, tmdb: SimulatedTmdb, folder: Path
) -> None:
    run_tick(store, tmdb)
    paths = store.fetch_listed_poster_paths()
    assert 30 < len(paths) <= 40
    assert update(store, tmdb, folder) == PosterCounts(len(paths), 0)
    assert {seen.path for seen in asked(tmdb)} == {f"/t/p/w185{path}" for path in paths}
    for path in paths:
        file = poster_file(folder, path)
        assert file is not None
        assert file.suffix == ".png"  # its real type, not that of TMDB's path
        assert image_type(file.read_bytes()) == ".png"
    assert len(pictures(folder)) == len(paths)
    tmdb.forget()
    assert update(store, tmdb, folder, NOW + DAY) == PosterCounts()
    assert asked(tmdb) == []


@on_sqlite
def test_the_key_is_never_sent_to_the_image_host(
    store: Store, tmdb: SimulatedTmdb, folder: Path
) -> None:
    run_tick(store, tmdb)
    update(store, tmdb, folder)
    assert asked(tmdb)
    assert not any(seen.signed for seen in asked(tmdb))
    assert all(seen.signed for seen in tmdb.requests if not seen.path.startswith(IMAGES))


@on_sqlite
def test_what_cannot_be_had_is_asked_for_again_the_next_day(
    store: Store, tmdb: SimulatedTmdb, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run_tick(store, tmdb)
    first, *others = store.fetch_listed_poster_paths()
    tmdb.faults.add(f"{IMAGES}w185{first}", "status", status=404)
    with caplog.at_level(logging.INFO):
        assert update(store, tmdb, folder) == PosterCounts(len(others), 1)
    assert f"poster {first}: 127.0.0.1 answered with 404" in caplog.text
    assert poster_file(folder, first) is None
    assert Attempts.read(folder, NOW).failed == {first: NOW}
    tmdb.faults.clear()
    tmdb.forget()
    assert update(store, tmdb, folder, NOW + DAY / 2) == PosterCounts()
    assert asked(tmdb) == []
    assert update(store, tmdb, folder, NOW + DAY) == PosterCounts(1, 0)
    assert poster_file(folder, first) is not None


@on_sqlite
def test_a_record_of_a_wrong_clock_or_a_broken_one_delays_nothing(
    store: Store, tmdb: SimulatedTmdb, folder: Path
) -> None:
    run_tick(store, tmdb, pages=1)
    paths = store.fetch_listed_poster_paths()
    Attempts({paths[0]: NOW + DAY}).save(folder)
    assert update(store, tmdb, folder).fetched == len(paths)
    for broken in (b"", b"[]", b'{"failed": {"/a.jpg": 1}}', b'{"failed": [1]}', b"\xff"):
        write_atomic(folder / RECORD, broken)
        assert Attempts.read(folder, NOW).failed == {}


BAD = {
    "a web page": b"<!DOCTYPE html><title>Log in</title>",
    "a drawing with a script": SVG,
    "a drawing behind an XML head": b'<?xml version="1.0"?>' + SVG,
    "nothing": b"",
    "the head of a PNG, cut": PNG[:30],
    "the head of a JPEG, cut": JPEG[:6],
    "a GIF": b"GIF89a" + bytes(40),
    "a file of 50 MB": PNG + bytes(50_000_000),
    "one byte too many": PNG + bytes(LARGEST_POSTER + 1 - len(PNG)),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
@on_sqlite
def test_only_small_pictures_are_stored(
    store: Store, tmdb: SimulatedTmdb, folder: Path, content: bytes
) -> None:
    run_tick(store, tmdb, pages=1)
    first, *others = store.fetch_listed_poster_paths()
    tmdb.faults.add(f"{IMAGES}w185{first}", "content", content=content)
    assert update(store, tmdb, folder) == PosterCounts(len(others), 1)
    assert poster_file(folder, first) is None
    assert len(pictures(folder)) == len(others)


@pytest.mark.parametrize("kind", ["flood", "truncate", "drop", "redirect", "garbage"])
@on_sqlite
def test_broken_answers_are_refused(
    store: Store, tmdb: SimulatedTmdb, folder: Path, kind: str
) -> None:
    run_tick(store, tmdb, pages=1)
    first, *others = store.fetch_listed_poster_paths()
    elsewhere = f"{tmdb.image_url}w185{others[0]}"
    tmdb.faults.add(f"{IMAGES}w185{first}", kind, location=elsewhere)  # type: ignore[arg-type]  # one of Kind
    started = time.monotonic()
    assert update(store, tmdb, folder) == PosterCounts(len(others), 1)
    assert time.monotonic() - started < 10
    assert poster_file(folder, first) is None
    wanted = f"/t/p/w185{others[0]}"
    assert [seen.path for seen in asked(tmdb)].count(wanted) == 1  # no redirect was followed


@pytest.mark.parametrize(
    ("content", "ending"),
    [(PNG, ".png"), (JPEG, ".jpg"), (WEBP, ".webp"), (PNG + b"garbage", ".png"), (SVG, None)],
)
def test_the_type_is_read_from_the_content(content: bytes, ending: str | None) -> None:
    assert image_type(content) == ending


def test_a_passing_fault_is_tried_again_at_once(tmdb: SimulatedTmdb) -> None:
    (path, *_) = [film.poster for film in tmdb.world.popular() if film.poster]
    tmdb.faults.add(IMAGES, "status", status=503, times=1)
    with client_of(tmdb) as client:
        assert image_type(client.fetch(path)) == ".png"
    assert len(asked(tmdb)) == 2


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/x.jpg", "javascript:alert(1)", "/../../x.jpg", "../../x.jpg", "/a/b.jpg",
        "/x.svg", "/x.jpg?api_key=1", "/x.jpg#", "/x.jpg\n", "", "x.jpg", "/.jpg", "/%2e%2e.jpg",
        "@evil.example/x.jpg", "\\evil\\x.jpg", "/x.jpg\r\nHost: evil", "/" + "x" * 101 + ".jpg",
    ],
)  # fmt: skip
def test_other_paths_never_become_a_request_or_a_file(
    tmdb: SimulatedTmdb, folder: Path, path: str
) -> None:
    with client_of(tmdb) as client, pytest.raises(TmdbError, match="not the path"):
        client.fetch(path)
    assert asked(tmdb) == []
    assert poster_file(folder, path) is None
    with pytest.raises(ValueError, match="path"):
        save_poster(folder, path, PNG)
    assert not folder.exists()


@on_sqlite
def test_hostile_paths_of_the_list_are_passed_over(
    store: Store, tmdb: SimulatedTmdb, folder: Path
) -> None:
    run_tick(store, tmdb, pages=1)
    hostile = ("//evil.example/x.jpg", "javascript:x.jpg", "/../../x.jpg", "/.jpg")
    changed = [
        FilmChange(kind="changed", movie=replace(film, poster_path=path))
        for film, path in zip(_films(store), hostile, strict=False)
    ]
    store.save_tick(TickWrite(observed_at=NOW, changes=tuple(changed)))
    counts = update(store, tmdb, folder)
    assert counts.failed == 0
    assert not any(path in seen.path for seen in asked(tmdb) for path in hostile)
    assert len(pictures(folder)) == counts.fetched


@on_sqlite
def test_the_deadline_ends_it_and_the_rest_comes_next_time(
    store: Store, tmdb: SimulatedTmdb, folder: Path
) -> None:
    run_tick(store, tmdb)
    wanted = len(store.fetch_listed_poster_paths())
    tmdb.latency = 0.3
    started = time.monotonic()
    counts = update(store, tmdb, folder, seconds=1.0)
    assert time.monotonic() - started < 3
    assert 0 < counts.fetched < wanted
    assert counts.failed == 0
    assert Attempts.read(folder, NOW).failed == {}
    assert update(store, tmdb, folder, seconds=0) == PosterCounts()
    tmdb.latency = 0
    assert update(store, tmdb, folder).fetched == wanted - counts.fetched


def test_a_client_whose_time_is_over_asks_for_nothing(tmdb: SimulatedTmdb) -> None:
    with client_of(tmdb, budget=0) as client, pytest.raises(TmdbDeadline):
        client.fetch("/abc.jpg")
    assert asked(tmdb) == []


@on_sqlite
def test_a_host_that_is_down_is_left_after_a_few_failures(
    store: Store, tmdb: SimulatedTmdb, folder: Path
) -> None:
    run_tick(store, tmdb)
    tmdb.faults.add(IMAGES, "status", status=403)
    counts = update(store, tmdb, folder)
    assert counts.fetched == 0
    assert 5 <= counts.failed < 10
    assert len(asked(tmdb)) < 10


@on_sqlite
def test_a_tick_asks_for_a_bounded_number(store: Store, folder: Path) -> None:
    with SimulatedTmdb(films=120, seed=11, untidy=False, today=TODAY) as tmdb:
        run_tick(store, tmdb, pages=4)
        wanted = len(store.fetch_listed_poster_paths())
        assert update(store, tmdb, folder).fetched == MOST < wanted
        assert update(store, tmdb, folder).fetched == wanted - MOST


@on_sqlite
def test_once_a_day_posters_of_no_film_go(store: Store, tmdb: SimulatedTmdb, folder: Path) -> None:
    run_tick(store, tmdb, pages=1)
    update(store, tmdb, folder)
    kept = pictures(folder)
    film = next(f for f in _films(store) if f.poster_path)
    old = poster_file(folder, film.poster_path)
    moved = FilmChange(kind="changed", movie=replace(film, poster_path="/another.jpg"))
    store.save_tick(TickWrite(observed_at=NOW, changes=(moved,)))
    save_poster(folder, "/ofNobody.jpg", JPEG)
    update(store, tmdb, folder, NOW + DAY / 2)
    assert len(pictures(folder)) == len(kept) + 1
    update(store, tmdb, folder, NOW + DAY)
    assert pictures(folder) == [file for file in kept if file != old]


def test_pruning_keeps_what_is_named(folder: Path) -> None:
    assert prune(folder, set()) == 0
    for name in ("/a.jpg", "/b.png"):
        save_poster(folder, name, PNG)
    (folder / ".a.png.0123abcd.tmp").write_bytes(PNG[:9])  # of a process that was killed
    assert prune(folder, {"/a.jpg"}) == 1
    assert [file.name for file in pictures(folder)] == ["a.png"]


def test_links_are_no_posters(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    (tmp_path / "secret").write_bytes(PNG)
    (folder / "a.png").symlink_to(tmp_path / "secret")
    assert poster_file(folder, "/a.jpg") is None


@on_sqlite
def test_a_folder_that_cannot_be_written_is_a_warning(
    store: Store, tmdb: SimulatedTmdb, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run_tick(store, tmdb, pages=1)
    folder.write_text("a file where the folder should be")
    assert update(store, tmdb, folder) == PosterCounts()
    assert "posters could not be brought up to date" in caplog.text


# By the command.


@pytest.fixture
def postered(home: Home, tmdb: SimulatedTmdb) -> Home:
    return connect(home, tmdb, TMDB_IMAGE_URL=tmdb.image_url)


def test_ingest_fetches_posters_and_says_so_only_then(postered: Home, tmdb: SimulatedTmdb) -> None:
    first = postered.json("ingest")
    assert (first["requests"], first["outcome"]) == (42, "ok")
    assert first["posters_fetched"] == len(pictures(postered.path / "state/posters")) > 30
    assert first["posters_failed"] == 0
    tmdb.forget()
    done = postered.run("ingest")
    assert done.returncode == 0
    assert "oster" not in done.stdout
    assert len(tmdb.requests) == 2
    checks = {check["name"]: check for check in postered.json("doctor")["checks"]}
    assert checks["posters"]["state"] == "pass"
    assert f"{first['posters_fetched']} stored" in checks["posters"]["message"]


def test_failed_posters_cost_the_tick_nothing(postered: Home, tmdb: SimulatedTmdb) -> None:
    tmdb.faults.add(IMAGES, "content", content=SVG)
    done = postered.run("ingest")
    assert done.returncode == 0
    assert re.search(r"Posters: 0 fetched, [5-9] failed\.", " ".join(done.stdout.split()))
    assert postered.json("status")["jobs"]["ingest"]["last_run"]["outcome"] == "ok"
    checks = {check["name"]: check for check in postered.json("doctor")["checks"]}
    assert checks["posters"]["state"] == "warn"


@pytest.mark.parametrize("source", ["off", "remote", "0", "1"])
def test_without_local_posters_none_is_fetched(
    postered: Home, tmdb: SimulatedTmdb, source: str
) -> None:
    assert postered.run("ingest", env={"TMDBDASH_POSTERS": source}).returncode == 0
    assert asked(tmdb) == []
    assert not (postered.path / "state/posters").exists()


def test_a_dry_run_fetches_none(postered: Home, tmdb: SimulatedTmdb) -> None:
    assert postered.run("ingest", "--dry-run").returncode == 0
    assert tmdb.requests
    assert asked(tmdb) == []


# The drawn ones.


def test_drawn_posters_are_small_pictures_that_differ() -> None:
    from tmdbdash.simulation.poster_art import _MOTIFS, draw_poster

    drawn = {draw_poster((genre,), f"{genre} {n}") for genre in _MOTIFS for n in range(2)}
    assert len(drawn) == 2 * len(_MOTIFS)
    assert all(image_type(content) == ".png" for content in drawn)
    assert all(content[16:24] == (185).to_bytes(4) + (278).to_bytes(4) for content in drawn)
    assert max(map(len, drawn)) < 12_000
    assert draw_poster.__wrapped__((), "x") == draw_poster.__wrapped__((), "x")


def _films(store: Store) -> Collection[Movie]:
    listing = store.fetch_listing()
    assert listing is not None
    return store.fetch_movies([entry.tmdb_id for entry in listing.entries]).values()

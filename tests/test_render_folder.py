"""The page's files in a folder that a web server can read: written, kept, swept."""

import json
import os
import re
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.rendered import files_of, film_files_of, render
from tmdbdash.errors import UsageError
from tmdbdash.report.panels import PAGES
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site import assets, folder
from tmdbdash.report.site.folder import read_published, write_all


def test_files_and_folders_can_be_read_by_a_web_server(home: Home) -> None:
    out = home.path / "deep" / "out"
    before = os.umask(0o077)
    try:
        write_all(out, files_of(home), sample.NOW)
    finally:
        os.umask(before)
    for path in (out.parent, out, *out.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o755 if path.is_dir() else 0o644), path


def test_what_did_not_change_is_not_written_again(home: Home) -> None:
    out = home.path / "out"
    first = write_all(out, files_of(home), sample.NOW)
    assert set(first.changed) == set(files_of(home))
    assert write_all(out, files_of(home), sample.NOW).changed == ()
    rows = sample.rows()
    made = build_dashboard(rows, home.settings(), sample.NOW + timedelta(minutes=2))
    changed = set(write_all(out, render(made, film_files_of(rows)), sample.NOW).changed)
    pages = {folder + page.path for page in PAGES for folder in ("", "pt-BR/")}
    assert changed == pages | {"health.json", "data.json", "latest.json", "latest.js"}
    assert "film/1.html" not in changed


def test_pages_of_a_language_that_has_become_the_sites_own_go(home: Home) -> None:
    """Old ones would stay in the folder, out of date, and be found by search engines."""
    out = home.path / "out"
    write_all(out, files_of(home), sample.NOW)
    notes = out / "pt-BR" / "notes.html"
    notes.write_text("mine")
    portuguese = files_of(home, locale="pt-BR")
    removed = write_all(out, portuguese, sample.NOW).removed
    names = {page.path for page in PAGES} | {f"film/{n}.html" for n in range(1, 25)}
    assert set(removed) == {f"pt-BR/{name}" for name in names}
    assert [path for path in (out / "pt-BR").rglob("*") if path.is_file()] == [notes]
    assert write_all(out, portuguese, sample.NOW).removed == ()


def test_another_persons_folder_with_the_name_of_a_language_stays(home: Home) -> None:
    out = home.path / "out"
    write_all(out, files_of(home), sample.NOW)
    (out / "en").mkdir()
    for name in ("index.html", "films.html"):
        (out / "en" / name).write_text("<!doctype html><title>mine</title>")
    assert write_all(out, files_of(home), sample.NOW).removed == ()


def test_old_assets_go_an_hour_after_the_last_page_that_named_them(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of an older version too: open pages and hosts that keep index.html ask for them."""
    out = home.path / "out"
    minute = timedelta(minutes=1)
    write_all(out, files_of(home), sample.NOW - 100 * minute)
    mine = [out / "assets" / "logo.png", out / "assets" / "app.js", out / "CNAME"]
    for path in mine:
        path.write_text("mine")
    before = files_of(home)
    real = assets.build_assets
    monkeypatch.setattr("tmdbdash.report.site.render.build_assets", lambda: newer(real()))
    after = files_of(home)
    old = {name for name in before if name not in after}
    assert {name.split(".")[0] for name in old} == {"assets/app"}, old
    assert {name.rsplit(".")[-1] for name in old} == {"js", "css"}

    def there() -> set[str]:
        return {name for name in old if (out / name).exists()}

    # The page named them until now, however long ago they were written.
    for age in (0, 2, 30, 60):
        assert write_all(out, after, sample.NOW + age * minute).removed == ()
        assert there() == old
    assert set(write_all(out, after, sample.NOW + 61 * minute).removed) == old
    assert all(path.exists() for path in mine)
    assert all((out / name).exists() for name in after)


def newer(made: assets.Assets) -> assets.Assets:
    """The same assets under the names that an upgrade would give the app's."""
    name = "app.0123456789ab"
    renamed = {
        re.sub(r"app\.[0-9a-f]{12}", name, path): content for path, content in made.files.items()
    }
    return replace(made, files=renamed, app_js=f"assets/{name}.js", app_css=f"assets/{name}.css")


def test_slow_polls_keep_old_assets_longer_and_a_clock_ahead_not_for_ever(home: Home) -> None:
    out = home.path / "out"
    hour = timedelta(hours=1)
    write_all(out, files_of(home), sample.NOW)
    old = out / "assets" / "app.0123456789ab.js"
    old.write_text("old")
    os.utime(old, (sample.NOW.timestamp(),) * 2)
    later = sample.NOW + 2 * hour
    assert write_all(out, files_of(home), later, poll_seconds=1800).removed == ()
    assert write_all(out, files_of(home), later).removed == ("assets/app.0123456789ab.js",)
    old.write_text("old")
    os.utime(old, ((sample.NOW + 1000 * hour).timestamp(),) * 2)
    assert write_all(out, files_of(home), sample.NOW).removed == ()
    assert write_all(out, files_of(home), sample.NOW + 2 * hour).removed != ()


def test_assets_of_former_pages_take_up_only_so_much(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = home.path / "out"
    files = files_of(home)
    write_all(out, files, sample.NOW)
    left = [out / "assets" / f"films.{n:012x}.js" for n in range(5)]
    for minutes, path in enumerate(left):
        path.write_bytes(b"x" * 1000)
        os.utime(path, (sample.NOW.timestamp() - 60 * minutes,) * 2)
    monkeypatch.setattr("tmdbdash.report.site.former_files.KEPT_BYTES", 3500)
    removed = write_all(out, files, sample.NOW).removed
    assert removed == tuple(f"assets/{path.name}" for path in left[3:])
    assert [path.exists() for path in left] == [True] * 3 + [False] * 2
    assert all((out / name).exists() for name in files)


def test_what_a_killed_writer_left_is_swept_after_an_hour(home: Home) -> None:
    out = home.path / "out"
    write_all(out, files_of(home), sample.NOW)
    left, fresh = out / ".data.json.abc.tmp", out / ".data.json.def.tmp"
    asset = out / "assets" / ".films.0123456789ab.js.0a1b2c3d.tmp"  # of a page that never came
    theirs = out / "assets" / ".notes.txt.tmp"
    for path, age in ((left, 7200), (asset, 7200), (theirs, 7200), (fresh, 10)):
        path.write_text("half")
        os.utime(path, (sample.NOW.timestamp() - age,) * 2)
    write_all(out, files_of(home), sample.NOW)
    assert not left.exists()
    assert not asset.exists()
    assert theirs.exists()
    assert fresh.exists()


def test_a_write_that_fails_leaves_the_page_as_it_was(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = home.path / "out"
    write_all(out, files_of(home), sample.NOW)
    page = (out / "index.html").read_bytes()
    real = os.replace

    def full(source: Path, target: Path) -> None:
        if target == out / "index.html" and ".old." not in Path(source).name:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError, match="No space left on device"):
        write_all(out, files_of(home, sample.rows(simulated=True)), sample.NOW)
    assert (out / "index.html").read_bytes() == page
    named = re.findall(r"assets/[A-Za-z0-9.-]+", page.decode())
    assert all((out / name).exists() for name in named)


def test_a_folder_that_is_a_file_is_said(home: Home) -> None:
    (home.path / "out").write_text("not a folder")
    with pytest.raises(UsageError, match="cannot write the page into"):
        write_all(home.path / "out", files_of(home), sample.NOW)


def test_what_a_folder_shows_is_recognised(home: Home) -> None:
    out = home.path / "out"
    assert read_published(out) == folder.Published(page=False, films=False, simulated=False)
    write_all(out, files_of(home, Rows()), sample.NOW)
    assert read_published(out) == folder.Published(page=True, films=False, simulated=False)
    write_all(out, files_of(home, sample.rows(simulated=True)), sample.NOW)
    assert read_published(out) == folder.Published(page=True, films=True, simulated=True)
    write_all(out, files_of(home), sample.NOW)
    assert read_published(out) == folder.Published(page=True, films=True, simulated=False)
    (out / "data.json").write_text("[")
    assert read_published(out) == folder.Published(page=True, films=True, simulated=False)


def test_an_open_page_learns_of_another_make(home: Home) -> None:
    def build(rows: Rows, **changes: Any) -> str:
        return str(json.loads(files_of(home, rows, **changes)["latest.json"])["build"])

    rows = sample.rows()
    assert build(rows) == build(replace(rows, films=99))
    others = {build(rows, version="2"), build(rows, posters="remote"), build(Rows())}
    assert len({build(rows), *others}) == 4

"""Other people's pages and files stay where they are; `make clean` removes nothing of theirs."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.parts import sample_rows as sample
from tests.parts.changed import SHORT_DEMO
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.rendered import files_of
from tests.parts.simulated import connect
from tmdbdash.commands.options import read_folder
from tmdbdash.errors import UsageError
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.folder import read_published, write_all
from tmdbdash.report.site.page_origin import is_ours, refuse_foreign_files, refuse_foreign_page

ROOT = Path(__file__).resolve().parents[1]
BEFORE_GENERATOR = (
    b'<!doctype html><html lang="en"><title>Film popularity \xc2\xb7 tmdbdash</title><footer>'
    b'<p>tmdbdash <span id="version">0.1.0</span> \xc2\xb7 page made</footer>'
)
OURS = {
    "of an earlier version": BEFORE_GENERATOR,
    "minified by a host": b"<!doctype html><meta content=tmdbdash name=generator><title>x</title>",
    "left empty by a crash": b"",
    "left blank": b" \n",
}
FOREIGN = {
    "a page of one's own": b"<!doctype html><title>My films</title><p>Hello",
    "one that writes of us": b"<p>I use tmdbdash &lt;span id=version&gt;, see tmdbdash</p>",
    "another generator": (
        b'<meta name="generator" content="Hugo 0.1"><meta name="x" content="tmdbdash">'
    ),
    "no HTML": b"tmdbdash",
    "not UTF-8": b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00",
}


@pytest.fixture
def out(home: Home) -> Path:
    folder = home.path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def filled_home(home: Home) -> Home:
    films = home.path / "films.csv"
    films.write_text("id,title,popularity\n7,A Film,3.5\n")
    assert home.run("import", str(films), "--observed-at", "2026-01-31").returncode == 0
    return home


@pytest.mark.parametrize("rows", [sample.rows(), sample.rows(simulated=True), Rows()])
def test_every_page_of_ours_is_known_by_its_generator(home: Home, out: Path, rows: Rows) -> None:
    files = files_of(home, rows)
    for name in (path for path in files if path.endswith(".html")):
        assert b'<meta name="generator" content="tmdbdash">' in files[name], name
    write_all(out, files, sample.NOW)
    assert is_ours(out)
    refuse_foreign_page(out, home.path)


@pytest.mark.parametrize("page", OURS.values(), ids=OURS)
def test_pages_of_ours_are_known_however_old_or_maimed(home: Home, out: Path, page: bytes) -> None:
    (out / "index.html").write_bytes(page)
    refuse_foreign_page(out, home.path)
    assert not read_published(out).foreign


@pytest.mark.parametrize("page", FOREIGN.values(), ids=FOREIGN)
def test_other_peoples_pages_are_refused(home: Home, out: Path, page: bytes) -> None:
    (out / "index.html").write_bytes(page)
    with pytest.raises(UsageError, match=r"is not a page of tmdbdash.*--out.*--force"):
        refuse_foreign_page(out, home.path)
    assert read_published(out).foreign


def test_the_program_leaves_another_page_alone_unless_forced(filled_home: Home, out: Path) -> None:
    index = out / "index.html"
    index.write_bytes(FOREIGN["a page of one's own"])
    before = {path.name for path in out.iterdir()}
    done = filled_home.run("render", "--out", str(out))
    assert done.returncode == 2
    assert str(index) in done.stderr
    assert "--force" in done.stderr
    assert index.read_bytes() == FOREIGN["a page of one's own"]
    assert {path.name for path in out.iterdir()} == before
    assert filled_home.run("render", "--out", str(out), "--force").returncode == 0
    assert is_ours(out)
    assert filled_home.run("render", "--out", str(out)).returncode == 0


def test_the_default_folder_is_no_exception(filled_home: Home) -> None:
    index = filled_home.path / "out" / "index.html"
    index.parent.mkdir()
    index.write_bytes(b"<h1>mine</h1>")
    answer = filled_home.json("render", code=2)
    assert "not a page of tmdbdash" in answer["error"]["message"]
    assert index.read_bytes() == b"<h1>mine</h1>"


def test_run_and_demo_leave_another_page_alone(home: Home, tmdb: SimulatedTmdb, out: Path) -> None:
    connect(home, tmdb)
    index = out / "index.html"
    index.write_bytes(b"<h1>mine</h1>")
    demo = home.run("demo", "--out", str(out))
    assert demo.returncode == 2
    assert "not a page of tmdbdash" in demo.stderr
    assert not (home.path / "state" / "demo" / "state").exists()
    steps = home.json("run", "--out", str(out), code=2)["steps"]
    assert steps["ingest"] == "ok"
    assert "not a page of tmdbdash" in steps["render"]
    assert index.read_bytes() == b"<h1>mine</h1>"
    assert home.json("run", "--out", str(out), "--force")["steps"]["render"] == "ok"
    assert is_ours(out)


def test_the_demo_goes_over_another_page_when_forced_but_never_over_real_films(
    home: Home, out: Path
) -> None:
    (out / "index.html").write_bytes(b"<h1>mine</h1>")
    assert home.run("demo", "--out", str(out), "--force", env=SHORT_DEMO).returncode == 0
    assert read_published(out).simulated
    write_all(out, files_of(home), sample.NOW)
    done = home.run("demo", "--out", str(out), "--force")
    assert done.returncode == 2
    assert "real films" in done.stderr


def test_files_of_others_without_a_page_stay_too(home: Home, out: Path) -> None:
    files = files_of(home)
    (out / "holiday.jpg").write_bytes(b"photo")
    refuse_foreign_files(out, files)
    (out / "vercel.json").write_text('{"mine": true}')
    (out / "data.json").write_text("[1, 2, 3]")
    with pytest.raises(UsageError, match=r"vercel\.json, data\.json") as refused:
        refuse_foreign_files(out, files)
    assert "--force" in str(refused.value)
    assert "holiday" not in str(refused.value)


@pytest.mark.parametrize("sign", ["data.json", "assets"])
def test_what_a_killed_writer_or_an_earlier_page_left_is_ours(
    home: Home, out: Path, sign: str
) -> None:
    write_all(out, files_of(home, sample.rows(simulated=True)), sample.NOW)
    (out / "index.html").unlink()
    if sign == "data.json":
        shutil.rmtree(out / "assets")
    else:
        (out / "data.json").unlink()
    refuse_foreign_files(out, files_of(home))


def test_the_home_itself_is_no_folder_to_serve(filled_home: Home) -> None:
    for folder in (".", "state"):
        done = filled_home.run("render", "--out", folder)
        assert done.returncode == 2
        assert "the home folder" in done.stderr
    assert not (filled_home.path / "index.html").exists()


def test_clean_removes_what_was_built_and_nothing_of_a_person(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("there is no make here")
    shutil.copy(ROOT / "Makefile", tmp_path)
    own = ["state/tmdbdash.sqlite3", "state/models/x", "out/index.html", "out/mine.txt", ".env"]
    own += ["films.csv", "README.md", "tmdbdash/cli.py"]
    built = [".venv/bin/python", "build/x", "dist/x.whl", "test-output/x", ".mypy_cache/x"]
    for name in [*own, *built, "out/.gitignore"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert all((tmp_path / name).is_file() for name in own)
    assert not any((tmp_path / name).exists() for name in built)


@pytest.mark.parametrize("command", ["render", "run", "demo"])
def test_no_folder_is_not_published_in(home: Home, command: str) -> None:
    """An unset variable leaves an empty text, which would mean the current folder."""
    for folder in ("", " "):
        done = home.run(command, "--out", folder)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert "named by an empty text" in done.stderr
    assert list(home.path.iterdir()) == []


@pytest.mark.parametrize("folder", ["/", "//", "/.", "/tmp/..", "///"])
def test_the_whole_file_system_is_no_folder_of_ours(folder: str) -> None:
    """Not tried by a job: where it went wrong, it would publish there."""
    with pytest.raises(UsageError, match="whole file system"):
        read_folder(folder)
    assert read_folder("/tmp/page") == Path("/tmp/page")

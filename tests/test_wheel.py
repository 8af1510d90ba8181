"""The wheel holds exactly what the program needs, and works from any folder."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--no-isolation",
            "--wheel",
            "--outdir",
            str(folder),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_exactly_the_program(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "tmdbdash", "templates"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    wanted = {
        f"tmdbdash/{name}" if name.startswith("templates/") else name
        for name in tracked
        if (ROOT / name).exists()
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == wanted
    assert any(name.startswith("tmdbdash/storage/migrations/versions/0001") for name in held)
    templates = {f"tmdbdash/templates/{path}" for path in ("page.html.j2", "js/main.js")}
    assert {"tmdbdash/py.typed", *templates} <= held


def test_the_wheel_runs_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, beside this one's libraries but not its program."""
    environment = tmp_path / "env"
    venv.create(environment, with_pip=False)
    (site,) = environment.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    libraries = next(p for p in map(Path, sys.path) if p.name == "site-packages")
    home = tmp_path / "home"
    home.mkdir()
    code = (
        f"import sys; sys.path.append({str(libraries)!r}); import tmdbdash; "
        f"assert tmdbdash.__file__.startswith({str(site)!r}), tmdbdash.__file__; "
        "from tmdbdash import demo; demo.HISTORY_DAYS, demo.HOURS_AGO, demo.PAGES = 2, (27, 0), 1; "
        f"from tmdbdash.program import main; main(['-q', '--home', {str(home)!r}, 'demo'])"
    )
    done = subprocess.run(
        [str(environment / "bin" / "python"), "-I", "-c", code],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (home / "out" / "index.html").exists()
    assert list((home / "out" / "assets").glob("*.js"))

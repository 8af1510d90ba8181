"""The documents say what the program does."""

import re
import subprocess
from pathlib import Path

from docs.readme import BLOCK, help_text, with_help
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import PROGRAM, Home
from tests.parts.simulated import TODAY, connect
from tmdbdash import errors
from tmdbdash.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
README_PT = (ROOT / "README.pt-BR.md").read_text()
INSIGHTS = (ROOT / "docs" / "ML_INSIGHTS.md").read_text()
INSIGHTS_PT = (ROOT / "docs" / "ML_INSIGHTS.pt-BR.md").read_text()
CRONTAB = (ROOT / "crontab.example").read_text()


def commands() -> list[str]:
    shown = subprocess.run(
        [str(PROGRAM), "--help"], capture_output=True, text=True, check=True
    ).stdout
    return re.findall(r"^  ([a-z]+)  ", shown.partition("Commands:")[2], re.MULTILINE)


def test_the_help_blocks_are_the_programs(home: Home) -> None:
    def told(command: str) -> str:
        return home.run(*command.split(), "--help", env={"COLUMNS": "80"}).stdout.strip()

    assert with_help(README, told) == README, "run `make readme`"
    assert told("") == help_text("")


def test_every_command_has_its_help_in_the_readme() -> None:
    assert {m["command"] for m in BLOCK.finditer(README)} == {"", *commands()}


def settings() -> set[str]:
    found: set[str] = set()
    for name, info in Settings.model_fields.items():
        alias = info.validation_alias
        found |= {str(one) for one in getattr(alias, "choices", [alias or name.upper()])}
    return {name for name in found if not name.startswith("__")}


def test_every_setting_is_in_the_readme() -> None:
    for setting in settings():
        assert f"`{setting}`" in README, setting


def test_the_portuguese_readme_names_what_there_is() -> None:
    code = "\n".join(a or b for a, b in re.findall(r"(?s)```\w+\n(.*?)```|`([^`]+)`", README_PT))
    named = set(re.findall(r'(?:tmdbdash|TMDBDASH") (?:-q )?([a-z]+)', code))
    assert {"run", "ingest", "import", "doctor"} <= named <= set(commands())
    assert set(re.findall(r"\b(?:TMDB|DATABASE)[A-Z]*_[A-Z_]+", code)) <= {
        *settings(),
        "TMDBDASH_HOME",
    }
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", code, re.MULTILINE):
        assert f"\n{target}:" in makefile, target
    for option in re.findall(r"--[a-z-]+", code):
        assert f" {option} " in README, option
    for line in re.findall(r"^\*/.*$", code, re.MULTILINE):
        assert line in CRONTAB, line


def test_every_exit_code_is_in_the_readme() -> None:
    codes = {
        cls.exit_code
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, errors.TmdbdashError)
    }
    for code in codes | {0}:
        assert re.search(rf"^\| {code} \|", README, re.MULTILINE), code


def numbers(text: str, thousands: str, point: str) -> list[str]:
    """The numbers of a text as Python writes them; a noughtless ".5" as "0.5"."""
    found = re.findall(rf"-?\d*(?:[{thousands}]\d{{3}})*[{point}]?\d+", text)
    plain = (one.replace(thousands, "").replace(point, ".") for one in found)
    return [re.sub(r"^(-?)\.", r"\g<1>0.", one) for one in plain]


def test_the_measured_parts_are_the_same_in_both_languages() -> None:
    part = re.compile(r"<!-- (?P<name>\S+) -->\n(.*?)<!-- end (?P=name) -->", re.DOTALL)
    english, portuguese = dict(part.findall(INSIGHTS)), dict(part.findall(INSIGHTS_PT))
    assert english.keys() == portuguese.keys()
    assert len(english) == 10
    for name, text in english.items():
        assert numbers(text, ",", ".") == numbers(portuguese[name], ".", ","), name


def test_the_links_between_documents_lead_somewhere() -> None:
    for document in (*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)", document.read_text()):
            if not target.startswith(("http:", "https:", "mailto:")):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def lines_of(crontab: str) -> list[str]:
    found = re.findall(r"^(?:# )?\*/\d+ [* ]+ (.+)$", crontab, re.MULTILINE)
    assert len(found) == 3
    return found


def test_cron_runs_the_whole_line(home: Home) -> None:
    """Every line, quiet, against a TMDB: the page is there in the end.

    As cron runs it: by sh, with no PATH to the program, from the user's own folder. Of the lines
    after the first a program that notes its arguments shows what they ask for, which is then run.
    """
    noting, notes = home.path.parent / "noting", home.path.parent / "notes"
    noting.write_text(f'#!/bin/sh\necho "$*" >>{notes}\n')
    noting.chmod(0o700)
    with SimulatedTmdb(films=40, seed=11, untidy=False, today=TODAY) as tmdb:
        connect(home, tmdb)
        first, *others = lines_of(CRONTAB)
        run_line(home, first, PROGRAM)
        assert (home.path / "out" / "index.html").exists()
        for line in others:
            run_line(home, line, noting)
        asked = [line.split() for line in notes.read_text().splitlines()]
        assert [words[-1] for words in asked] == ["train", "predict", "render", "run"]
        for words in asked:
            done = home.run(*words, cwd=home.path.parent)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), words


def run_line(home: Home, line: str, program: Path) -> None:
    done = subprocess.run(
        [
            "/usr/bin/env",
            "-i",
            f"HOME={home.path.parent}",
            f"TMDBDASH={program}",
            f"TMDBDASH_HOME={home.path}",
            "/bin/sh",
            "-c",
            line,
        ],
        cwd=home.path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), line

"""Standard streams of every kind: other encodings, full disks, readers that go, closed ends."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.parts.home import PROGRAM, Home

TITLES = (
    "Amélie “quoted” – x",
    "日本語の映画",
    "Śmierć ł ø ß",
    "Tokyo… ×",
    "Ещё",
    "مرحبا",
    "🎬 e\u0301t",
)
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture(scope="module")
def predicted(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with films of many scripts, imported and predicted; commands here change nothing."""
    folder = tmp_path_factory.mktemp("streams")
    home = Home(folder, {"PATH": "/usr/bin:/bin", "HOME": str(folder)})
    home.env["TMDBDASH_HOME"] = str(folder)
    lines = [
        f"{n},{TITLES[n % len(TITLES)]},20{10 + n % 10}-01-02,{5 + n * 3.1},{90 + n},{6 + n % 3}"
        for n in range(1, 16)
    ]
    head = "id,title,release_date,popularity,vote_count,vote_average"
    (folder / "films.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    training = ["train", "--model", "median"]
    for command in (["import", str(folder / "films.csv")], training, ["predict"]):
        done = home.run("-q", *command)
        assert done.returncode == 0, done.stderr
    return home


def run(home: Home, arguments: list[str], **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(PROGRAM), *arguments], env=home.env | env, capture_output=True, check=False
    )


def shell(home: Home, line: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The line as bash runs it, `tmdbdash` being the program; the code is that of the program."""
    return subprocess.run(
        ["/bin/bash", "-c", f'tmdbdash() {{ "{PROGRAM}" "$@"; }}; {line}'],
        env=home.env | env, capture_output=True, text=True, check=False,
    )  # fmt: skip


PRINT = """
import sys
from tmdbdash.terminal.streams import open_streams; open_streams()
from tmdbdash.terminal.output import print_json, print_tables, set_up_logging
from tmdbdash.terminal.spreadsheet import PREDICTION_COLUMNS
from tmdbdash.terminal.model_tables import predictions_table
import logging
rows = [dict.fromkeys(PREDICTION_COLUMNS) | {"title": t, "release_date": "2010-01-02"}
        for t in %s]
print_json({"titles": [row["title"] for row in rows]})
print_tables("----", predictions_table(rows), "A path: \\udce9 \\u2013 \\u65e5")
set_up_logging(as_json=True)
logging.getLogger("tmdbdash").warning("%%s", rows[1]["title"])
""" % ascii(TITLES)  # noqa: UP031  the code has braces


def printed(**env: str) -> subprocess.CompletedProcess[bytes]:
    """What a process prints that shows films of many scripts: JSON, a table, and a log line."""
    return subprocess.run(
        [str(PROGRAM.with_name("python")), "-c", PRINT],
        env={"PATH": "/usr/bin:/bin", **env}, capture_output=True, check=False,
    )  # fmt: skip


SHEET = f"""
import tmdbdash.cli
from tmdbdash.program import main
from tmdbdash.terminal.spreadsheet import write_predictions_csv
rows = [{{"title": {TITLES[0]!a}}}]
tmdbdash.cli.app.command("sheet")(lambda: write_predictions_csv(None, rows, mark=True))
main(["sheet"])
"""
"""What `predict --csv -` does in the end, without what it loads before."""


def is_calm(stderr: bytes | str) -> bool:
    text = stderr if isinstance(stderr, str) else stderr.decode("latin-1")
    return not any(word in text for word in ("Traceback", "Exception", "Logging error"))


ENCODINGS = (
    "ascii", "ascii:strict", "latin-1", "cp1252", "utf-16", "undefined", "utf-8:strict", "shift-jis"
)  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_encoding_of_the_streams_is_written(encoding: str) -> None:
    name = encoding.partition(":")[0].replace("undefined", "utf-8")
    done = printed(PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert is_calm(done.stderr)
    assert json.loads(done.stderr.decode(name))["message"] == TITLES[1]
    as_json, _, table = done.stdout.decode(name).partition("----")
    assert json.loads(as_json) == {"titles": list(TITLES)}
    assert as_json.isascii() == (name != "utf-8")
    assert "A path: ? " in table


ENVIRONMENTS: tuple[dict[str, str], ...] = (
    C_LOCALE,
    {"LC_ALL": "POSIX"},
    {"LANG": "xx_YY.UTF-8"},
    {"LC_ALL": "xx_YY"},
    {"PYTHONUTF8": "0"},
    {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
    {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "20"},
    {"TERM": "", "COLUMNS": "0"},
    {"COLUMNS": "nonsense", "LINES": "²"},
    {"COLUMNS": "²"},
    {"COLUMNS": "-3"},
    {"COLUMNS": "99999999999"},
)


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=str)
def test_any_locale_and_terminal_is_written(env: dict[str, str]) -> None:
    done = printed(**env)
    assert done.returncode == 0, done.stderr
    assert is_calm(done.stderr)
    assert done.stdout.count(b"2010-01-02") in (0, len(TITLES))  # 0: folded in a narrow terminal
    assert b"A path: ? " in done.stdout


def test_the_program_itself_writes_in_any_of_them(predicted: Home) -> None:
    command = ["--log-json", "-v", "status", "--json"]
    done = run(predicted, command, PYTHONIOENCODING="utf-16")
    assert done.returncode == 10, done.stderr
    assert is_calm(done.stderr)
    assert json.loads(done.stdout.decode("utf-16"))["films"] == 15
    for line in done.stderr.decode("utf-16").splitlines():
        json.loads(line)
    done = run(predicted, ["status"], **C_LOCALE)
    assert done.returncode == 10, done.stderr
    assert is_calm(done.stderr)


def test_a_latin_1_locale_is_written(predicted: Home, tmp_path: Path) -> None:
    subprocess.run(
        ["localedef", "-i", "en_US", "-f", "ISO-8859-1", str(tmp_path / "en_US.ISO-8859-1")],
        capture_output=True,
        check=False,
    )
    if not (tmp_path / "en_US.ISO-8859-1").exists():
        pytest.skip("this machine makes no locale")
    latin = {"LOCPATH": str(tmp_path), "LC_ALL": "en_US.ISO-8859-1"}
    done = printed(**latin)
    assert done.returncode == 0, done.stderr
    assert 'Amélie "quoted" - x' in done.stdout.decode("latin-1")
    done = run(predicted, ["status", "--json"], **latin)
    assert done.returncode == 10
    assert done.stdout.isascii()


def test_what_ascii_cannot_say_is_written_as_what_is_most_like_it() -> None:
    shown = printed(PYTHONIOENCODING="ascii").stdout.decode().partition("----")[2]
    for like in ('Amelie "quoted" - x', "Smierc l o ss", "Tokyo~ x", "????????????", "et"):
        assert like in shown
    lines = [line for line in shown.splitlines() if "2010" in line and "ss" not in line]
    columns = {line.index("2010") for line in lines}
    assert len(columns) == 1, shown  # they stand where they stood


def test_a_secret_that_json_escapes_is_masked_all_the_same(home: Home) -> None:
    url = 'mysql+pymysql://me:pässwörd"x@127.0.0.1:9/films'
    command = ["--log-json", "-v", "status", "--json"]
    ascii_ = run(home, command, DATABASE_URL=url, PYTHONIOENCODING="ascii")
    done = home.run(*command, env={"DATABASE_URL": url})
    assert {ascii_.returncode, done.returncode} <= {2, 4}
    assert "ssw" not in (ascii_.stdout + ascii_.stderr).decode()
    assert "ssw" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "unbuffered"),
    [("--help", ""), ("--version", "1"), ("status --json", "")],
)
def test_a_full_disk_under_the_output_is_one_sentence(
    predicted: Home, command: str, unbuffered: str
) -> None:
    done = shell(predicted, f"tmdbdash {command} >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 2
    sentences = [line for line in done.stderr.splitlines() if "cannot write" in line]
    assert len(sentences) == 1
    assert "standard output: No space left on device" in sentences[0]
    assert is_calm(done.stderr)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("tmdbdash nonsense >/dev/full", 2),
        ("tmdbdash --show-completion bash >/dev/full", 2),
        ("tmdbdash status 2>/dev/full", 10),
        ("tmdbdash --version >/dev/full 2>&1", 2),
        ("tmdbdash status --json <&- >&- 2>&-", 10),
        ("tmdbdash -v --log-json render 2>/dev/full", 0),
        ("tmdbdash --version | true; exit ${PIPESTATUS[0]}", 141),
        ("tmdbdash status | true; exit ${PIPESTATUS[0]}", 10),
    ],
)
def test_streams_that_refuse_end_in_a_documented_code(
    predicted: Home, line: str, code: int
) -> None:
    done = shell(predicted, line)
    assert done.returncode == code, done.stderr
    assert is_calm(done.stderr + done.stdout)


def test_a_file_that_cannot_be_written_ends_in_a_documented_code(predicted: Home) -> None:
    done = predicted.run("predict", "--csv", "/dev/full")
    assert done.returncode == 2, done.stderr
    assert is_calm(done.stderr + done.stdout)


def test_no_file_of_ours_comes_under_a_closed_stream(predicted: Home) -> None:
    """What a library prints would go into the database."""
    look = (
        "import os; from tmdbdash.terminal.streams import open_streams; open_streams()\n"
        "file = os.open('/etc/hostname', os.O_RDONLY); assert file > 2, file\n"
        "print('lost')"
    )
    python = PROGRAM.with_name("python")
    done = shell(predicted, f'"{python}" -c "{look}" <&- >&-')
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_is_slow_on_a_pipe_that_does_not_block_gets_all(predicted: Home) -> None:
    code = (
        "import os, sys; from tmdbdash.program import main; os.set_blocking(1, False)\n"
        "import tmdbdash.cli as cli\n"
        "from tmdbdash.terminal.output import print_json\n"
        "cli.app.command('much')(lambda: print_json({'much': 'x' * 3_000_000}))\n"
        "main(['much'])"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", f'"{PROGRAM.with_name("python")}" -c "{code}" | (sleep 1; wc -c)'],
        env=predicted.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert int(done.stdout) > 3_000_000


def test_csv_on_standard_output_is_utf_8_and_alone(predicted: Home) -> None:
    options = ["predict", "--limit", "0", "--csv", "-"]
    plain, marked = predicted.run(*options), predicted.run(*options, "--excel")
    assert marked.returncode == 0, marked.stderr
    assert marked.stdout.startswith("\ufefftmdb_id,title,")
    assert marked.stdout.removeprefix("\ufeff") == plain.stdout
    rows = list(csv.DictReader(io.StringIO(plain.stdout, newline="")))
    assert {row["title"] for row in rows} == set(TITLES)
    assert len(rows) == 15
    python, latin = PROGRAM.with_name("python"), {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([python, "-c", SHEET], env=latin, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"\xef\xbb\xbftmdb_id,title,")
    assert f"\r\n,{TITLES[0]},," in done.stdout.decode("utf-8-sig")
    done_full = shell(predicted, f"'{python}' -c \"$SHEET\" >/dev/full", SHEET=SHEET)
    assert done_full.returncode == 2
    assert is_calm(done_full.stderr)


# Names of files.


def test_a_home_whose_name_is_not_utf_8_is_refused_in_a_sentence(home: Home) -> None:
    folder = os.fsencode(home.path) + b"/caf\xe9"
    os.mkdir(folder)  # noqa: PTH102  a path of bytes
    for arguments, env in (
        ([b"--home", folder], {}),
        ([], {b"TMDBDASH_HOME": folder}),
        ([b"--home", folder], {b"PYTHONUTF8": b"0", b"LC_ALL": b"C"}),
    ):
        done = subprocess.run(
            [os.fsencode(PROGRAM), *arguments, b"doctor" if arguments else b"status", b"--json"],
            env={k.encode(): v.encode() for k, v in home.env.items()} | env,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 2, done.stderr
        assert is_calm(done.stderr)
        assert b"not UTF-8" in done.stdout
        json.loads(done.stdout)
    assert not os.listdir(folder)  # noqa: PTH208  a path of bytes


def test_a_home_that_the_locale_cannot_read_is_refused_in_a_sentence(home: Home) -> None:
    folder = home.path / "café"
    folder.mkdir()
    done = run(home, ["--home", str(folder), "status"], **C_LOCALE)
    assert done.returncode == 2
    assert b"LC_ALL=C.UTF-8" in done.stderr
    assert run(home, ["--home", str(folder), "status"], LC_ALL="C").returncode == 10


@pytest.mark.parametrize("name", [b"caf\xe9", b"x" * 300])
@pytest.mark.parametrize(
    "command",
    [["render", "--out"], ["import"], ["predict", "--csv"], ["ingest", "--dry-run", "--record"]],
    ids=lambda command: command[0],
)
def test_other_paths_with_odd_names_work_or_are_a_sentence(
    predicted: Home, tmp_path: Path, command: list[str], name: bytes
) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    done = predicted.run(*command, os.fsdecode(path), "--json")
    assert done.returncode in (0, 2), done.stderr
    assert is_calm(done.stderr)
    json.loads(done.stdout)

"""The installed program: commands, options, exit codes, what goes to stdout and what to stderr."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.parts.changed import MODELS
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import PROGRAM, Home
from tests.parts.mariadb import MariaDb
from tests.parts.patience import patience
from tmdbdash.files import hold_lock

FILM = ["estimate", "--title", "Dune", "--genres", "Drama", "--release", "2026-12-18",
        "--language", "en"]  # fmt: skip
JOBS = ["ingest", "train", "predict", "render", "run"]


def test_the_whole_job_by_its_commands(connected_home: Home) -> None:
    """With all models that there are."""
    del connected_home.env[MODELS]
    tick = connected_home.json("ingest")
    assert (tick["outcome"], tick["films_seen"], tick["requests"]) == ("ok", 40, 42)
    assert connected_home.json("ingest")["requests"] == 2
    training = connected_home.json("train")
    assert {m["target"] for m in training["models"]} == {"popularity", "vote_average"}
    predicted = connected_home.json("predict", "--limit", "0")
    assert len(predicted["predictions"]) == 40
    assert predicted["model"] == "champion"
    page = connected_home.json("render")
    assert (connected_home.path / "out" / "index.html").samefile(page["page"])
    status = connected_home.json("status")
    assert [status["jobs"][job]["state"] for job in ("ingest", "train")] == ["fresh", "fresh"]
    models = status["models"]
    assert models["trained_at"] == training["trained_at"]
    assert models["trainings_stored"] == 1
    told = {(t["target"], t["mode"]): t for t in training["evaluation"]["tasks"]}
    assert len(models["champions"]) == 4
    for champion in models["champions"]:
        task = told[champion["target"], champion["mode"]]
        errors = {model["model"]: model["mae"] for model in task["models"]}
        assert champion["champion"] == task["champion"]
        assert champion["mae"] == pytest.approx(errors[task["champion"]])
        for name in ("median", "linear_regression"):
            assert champion[name]["mae"] == pytest.approx(errors[name])
        assert ("log_mae" in champion) == (champion["target"] == "popularity")
    assert [past["trained_at"] for past in status["trainings"]] == [training["trained_at"]]
    past = connected_home.json("status", "--training", training["trained_at"])
    assert past["evaluation"] == training["evaluation"]
    asked = ["status", "--training", training["trained_at"]]
    shown = connected_home.run(*asked, env={"COLUMNS": "80"}).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.count("linear_regression") == 4
    shown = connected_home.run("status", env={"COLUMNS": "80"}).stdout
    assert "Champions of" in shown
    assert "Trainings stored: 1." in shown
    checks = connected_home.json("doctor")["checks"]
    assert {c["state"] for c in checks} == {"pass"}, checks


def test_one_line_does_it_all(connected_home: Home) -> None:
    done = connected_home.json("run", "--pages", "3")
    assert set(done["steps"]) == {"ingest", "train", "predict", "render"}
    assert set(done["steps"].values()) == {"ok"}
    again = connected_home.json("run")
    assert again["steps"]["train"] == "skipped: not due yet"
    data = json.loads((connected_home.path / "out" / "data.json").read_text())
    assert data["simulated"] is False


def test_on_a_server_quiet_means_nothing_and_tables_fit_80_columns(
    connected_home: Home, mariadb: MariaDb, database: str
) -> None:
    """The same tables as on SQLite; `test_the_whole_job_by_its_commands` has that engine."""
    home = connected_home
    home.env["DATABASE_URL"] = mariadb.url(database)
    for command in ("run", "ingest", "status", "doctor", "render"):
        done = home.run("-q", command)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), command
    for command in ("ingest", "train", "predict", "status", "doctor"):
        done = home.run(command, env={"COLUMNS": "80"})
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout
        assert max(map(len, done.stdout.splitlines())) <= 80, done.stdout
    csv = home.path / "p.csv"
    assert home.run("-q", "predict", "--limit", "0", "--csv", str(csv)).stdout == ""
    lines = csv.read_text().splitlines()
    assert len(lines) == 41
    assert lines[0].startswith("tmdb_id,title,release_date,")


def test_logs_go_to_stderr_as_json_lines_where_asked(connected_home: Home) -> None:
    done = connected_home.run("--log-json", "-v", "ingest", "--json")
    assert json.loads(done.stdout)["outcome"] == "ok"
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"time", "level", "logger", "message"} <= set(lines[0])
    assert "DEBUG" in {line["level"] for line in lines}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nonsense"], 2, "nonsense"),
        (["ingest", "--pages", "0"], 2, "--pages"),
        (["ingest", "--pages", "501"], 2, "--pages"),
        (["ingest", "--genre", "Drama"], 2, "--source discover"),
        (["ingest", "--source", "discover", "--genre", "Dramma"], 2, "Dramma"),
        (["ingest", "--source", "discover", "--year-from", "2020", "--year-to", "2010"], 2, "2010"),
        (["ingest", "--record", "/nonexistent/folder/file"], 2, "/nonexistent/folder"),
        (["import", "nothing.csv"], 2, "nothing.csv"),
        (["import", "x.csv", "--observed-at", "yesterday"], 2, "--observed-at"),
        (["import", "x.csv", "--observed-at", "0001-01-01T00:00+14:00"], 2, "--observed-at"),
        (["train", "--model", "oracle"], 2, "oracle"),
        (["train", "--budget", "inf"], 2, "--budget"),
        (["train", "--budget", "nan"], 2, "--budget"),
        ([*FILM, "--runtime", "100", "--votes", "9" * 400], 2, "--votes"),
        ([*FILM, "--runtime", "100", "--votes", "2147483648"], 2, "--votes"),
        ([*FILM, "--runtime", "9" * 400], 2, "--runtime"),
        (["predict", "--explain", "9", "--model", "ridge"], 2, "--model would be ignored"),
        (["predict", "--explain", "9", "--csv", "p.csv"], 2, "--csv would be ignored"),
        (["predict", "--sort", "title", "--explain", "9"], 2, "--sort would be ignored"),
        (
            ["predict", "--sort", "predicted", "--explain", "9", "--limit", "20"],
            2,
            "--limit, --sort",
        ),
        (["predict", "--explain", "9", "--excel"], 2, "--excel would be ignored"),
        (["predict", "--excel"], 2, "--excel goes with --csv"),
        (["predict", "--explain", "9"], 5, "train"),
        (["train"], 5, "10"),
        (["predict"], 5, "train"),
        (["render"], 5, "ingest"),
        (["status"], 10, "ingest"),
        (["status", "--training", "yesterday"], 2, "--training 'yesterday' is not a time"),
        (["status", "--training", "2026-01-31"], 2, "those stored are: none"),
        (["serve", "--port", "0"], 5, "render"),
        (["-q", "-v", "status"], 2, "exclude"),
        (["--home", "/nonexistent", "status"], 2, "/nonexistent"),
    ],
)
def test_what_a_user_can_cause_is_a_sentence_with_its_code(
    connected_home: Home, arguments: list[str], code: int, said: str
) -> None:
    told = connected_home.run(*arguments, "--json")
    assert told.returncode == code, told.stderr
    assert said in told.stderr + told.stdout
    assert "Traceback" not in told.stderr
    error = json.loads(told.stdout.splitlines()[-1])
    if "error" in error:  # `status` and `import` answer, and then exit
        assert error["error"]["code"] == code
        assert said in error["error"]["message"]
        assert said in told.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nonsense"], 2, "nonsense"),
        (["import", "nothing.csv"], 2, "nothing.csv"),
        (["train"], 5, "10"),
        (["status"], 10, "ingest"),
    ],
)
def test_where_no_json_is_asked_for_the_sentence_is_all(
    connected_home: Home, arguments: list[str], code: int, said: str
) -> None:
    done = connected_home.run("-q", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize(
    ("env", "code", "said"),
    [
        ({"TMDB_API_KEY": ""}, 2, "no TMDB key"),
        ({"TMDB_API_KEY": "neither-form"}, 2, "32 hexadecimal digits"),
        ({"TMDB_API_KEY": "00" * 16}, 3, "Invalid API key"),
        ({"TMDB_BASE_URL": "http://127.0.0.1:9/3"}, 3, "127.0.0.1 did not answer"),
        ({"DATABASE_URL": "postgresql://u:p@h/d"}, 2, "not supported"),
        ({"DATABASE_URL": "sqlite:////proc/none/x.db"}, 4, "/proc/none"),
        ({"DATABASE_URL": "mysql+pymysql://u:p@127.0.0.1:9/d"}, 4, "127.0.0.1:9"),
        ({"TMDB_MAX_RPS": "plenty"}, 2, "TMDB_MAX_RPS"),
    ],
)
def test_faulty_settings_end_an_ingest_with_their_code(
    connected_home: Home, env: dict[str, str], code: int, said: str
) -> None:
    if env.get("TMDB_API_KEY") == "":
        (connected_home.path / ".env").unlink()
    env = {"TMDBDASH_INGEST_MINUTES": "0.02", **patience(0.5), **env}
    done = connected_home.run("ingest", env=env)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_csv_and_json_do_not_share_standard_output(home: Home) -> None:
    done = home.run("predict", "--csv", "-", "--json")
    assert done.returncode == 2
    assert "both want standard output" in json.loads(done.stdout)["error"]["message"]


def test_our_own_bug_keeps_its_traceback(connected_home: Home) -> None:
    broken = (
        "import tmdbdash.status, tmdbdash.program as p\n"
        "def read_status(*a): raise ZeroDivisionError('a bug')\n"
        "tmdbdash.status.read_status = read_status\n"
        "p.main(['status', '--json'])"
    )
    done = subprocess.run(
        [str(PROGRAM.with_name("python")), "-c", broken],
        env=connected_home.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ZeroDivisionError: a bug" in done.stderr
    assert json.loads(done.stdout)["error"]["code"] == 1


@pytest.mark.parametrize("command", JOBS)
def test_a_held_lock_is_no_error_unless_it_is_to_be_one(connected_home: Home, command: str) -> None:
    locks = connected_home.path / "state" / "locks"
    with hold_lock(locks, command):
        done = connected_home.run(command, "--json")
        assert done.returncode == 0
        assert "another" in done.stderr
        assert "INFO" in done.stderr
        assert json.loads(done.stdout) == {"skipped": "another run holds the lock"}
        done = connected_home.run(command, "--fail-if-locked")
        assert done.returncode == 75


def test_an_import_never_runs_beside_an_ingest(connected_home: Home, tmp_path: Path) -> None:
    """Both read what is known and write whole films: one of them would undo the other's."""
    films = tmp_path / "films.csv"
    films.write_text(
        "id,title,release_date,popularity,vote_count,vote_average\n1,A,2020-01-01,5,9,7\n"
    )
    with hold_lock(connected_home.path / "state" / "locks", "ingest"):
        assert connected_home.run("import", "--fail-if-locked", str(films)).returncode == 75
        waited = connected_home.run(
            "import", str(films), "--json", env={"TMDBDASH_INGEST_MINUTES": "0.01"}
        )
        assert json.loads(waited.stdout) == {"skipped": "another run holds the lock"}
    assert connected_home.json("import", str(films))["new"] == 1


def test_an_incomplete_tick_keeps_the_published_top_ten(
    connected_home: Home, tmdb: SimulatedTmdb
) -> None:
    summary = connected_home.path / "out" / "api" / "summary.json"
    for command in ("ingest", "render"):
        assert connected_home.run("-q", command).returncode == 0
    before = json.loads(summary.read_text())["top"]
    tmdb.advance(60 * 24)
    tmdb.faults.add("/movie/popular", "empty", page=2)
    done = connected_home.run("ingest")
    assert done.returncode == 3
    assert "incomplete" in done.stderr
    connected_home.run("-q", "render")
    assert json.loads(summary.read_text())["top"] == before
    tmdb.faults.clear()
    connected_home.run("-q", "ingest")
    connected_home.run("-q", "render")
    assert json.loads(summary.read_text())["top"] != before


def test_completion_knows_the_commands(connected_home: Home) -> None:
    done = connected_home.run(
        env={"_TMDBDASH_COMPLETE": "complete_bash", "COMP_WORDS": "tmdbdash in", "COMP_CWORD": "1"}
    )
    assert "ingest" in done.stdout.split()


def test_mariadb_with_a_wrong_password_is_told_without_it(
    connected_home: Home, mariadb: MariaDb
) -> None:
    url = mariadb.url(mariadb.create_database(), password="wr0ng-pass-word")
    done = connected_home.run("ingest", env={"DATABASE_URL": url})
    assert done.returncode == 4
    assert "wr0ng-pass-word" not in done.stderr + done.stdout


def test_a_dry_run_leaves_no_trace(connected_home: Home, tmdb: SimulatedTmdb) -> None:
    assert connected_home.json("ingest", "--dry-run")["films_new"] == 40
    tmdb.faults.add("/", "status", status=401)
    assert connected_home.run("ingest", "--dry-run").returncode == 3
    status = connected_home.json("status", code=10)
    assert status["films"] == 0
    assert status["jobs"]["ingest"]["last_run"] is None


def test_a_step_that_meets_a_fault_of_the_disk_does_not_stop_the_round(
    connected_home: Home,
) -> None:
    (connected_home.path / "state").mkdir()
    (connected_home.path / "state" / "models").write_text("in the way")
    done = connected_home.run("run", "--json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    steps = json.loads(done.stdout)["steps"]
    assert steps["train"].startswith("failed")
    assert (steps["ingest"], steps["render"]) == ("ok", "ok")


def test_quiet_failures_are_told(home: Home) -> None:
    done = home.run("-q", "doctor")
    assert done.returncode == 2
    assert "no TMDB key" in done.stderr


def test_a_path_is_printed_as_it_is(connected_home: Home) -> None:
    """No markup, and no line broken within it."""
    folder = connected_home.path / ("x[red]y[/z]" + "long" * 30)
    connected_home.run("-q", "ingest")
    done = connected_home.run("render", "--out", str(folder))
    assert (done.returncode, done.stdout) == (0, f"The page: {folder / 'index.html'}\n")


def test_a_signal_that_was_ignored_stays_ignored(home: Home) -> None:
    """As nohup does it."""
    code = (
        "import signal, os; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "import tmdbdash.status, tmdbdash.program as p\n"
        "def read(*a): os.kill(os.getpid(), signal.SIGHUP); raise SystemExit(0)\n"
        "tmdbdash.status.read_status = read\n"
        "p.main(['status'])"
    )
    done = subprocess.run(
        [str(PROGRAM.with_name("python")), "-c", code],
        env=home.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

"""From a real database, on both engines, to the published folder; and what must not go over it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import rendered
from tests.parts import sample_rows as sample
from tests.parts.engines import on_sqlite
from tests.parts.followed import DAY, follow, hours
from tests.parts.home import Home
from tests.parts.markup import parsed
from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.files import write_atomic
from tmdbdash.records import ClusterStudy, FilmChange, Movie, TickWrite
from tmdbdash.report import PublishReport, publish
from tmdbdash.report.panels import PAGES
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site import folder, render
from tmdbdash.settings import Settings
from tmdbdash.storage import Store


def fill(store: Store, films: Sequence[Movie] | None = None, source: str = "popular") -> None:
    films = [sample.film(n) for n in range(1, 25)] if films is None else films
    store.save_tick(
        TickWrite(
            observed_at=sample.OBSERVED,
            changes=tuple(FilmChange(kind="new", movie=film) for film in films),
            listing=sample.listing(films).entries,
            run=sample.run("ingest", source=source),
        )
    )


def train(store: Store) -> None:
    films = [sample.film(n) for n in range(1, 25)]
    store.save_training(
        sample.training(),
        [sample.prediction(film) for film in films],
        importances=sample.importances(),
        studies=[sample.evaluation()],
    )


def study(store: Store) -> None:
    """What is found out beside the models."""
    films = [sample.film(n) for n in range(1, 25)]
    store.save_contributions(sample.contributions(films))
    store.save_clusters(sample.TRAINED, sample.groups(), sample.places(films))
    clustering = ClusterStudy(ari=0.9, shown=tuple(film.tmdb_id for film in films))
    store.save_studies(sample.TRAINED, [sample.hits(), clustering])
    store.save_forecasts(sample.forecasts(films), sample.forecast_bases())
    came = [
        replace(f, actual_popularity=95.0, scored_at=sample.NOW) for f in sample.forecasts(films)
    ]
    store.save_forecast_scores([f for f in came if f.days == 1])


def answer(out: Path, name: str) -> Any:
    return json.loads((out / name).read_bytes())


def table(out: Path, page: str, panel: str) -> list[list[str]]:
    """The texts of a panel's table by row."""
    found = parsed((out / f"{page}.html").read_bytes()).by_id(f"{panel}-table")
    return [[cell.text for cell in row.all("td")] for row in found.one("tbody").all("tr")]


def mae_column(out: Path) -> list[str]:
    head = parsed((out / "models.html").read_bytes()).by_id("models-table").one("thead")
    at = [cell.text for cell in head.all("th")].index("MAE")
    return [row[at] for row in table(out, "models", "models")]


@pytest.fixture
def settings(engine_home: Home) -> Settings:
    return engine_home.settings()


@pytest.fixture
def out(home: Home) -> Path:
    return home.path / "out"


def put(store: Store, settings: Settings, out: Path) -> PublishReport:
    return publish(store, settings, now=sample.NOW, out_dir=out)


def test_what_the_database_holds_is_published(store: Store, settings: Settings, out: Path) -> None:
    fill(store)
    train(store)
    report = put(store, settings, out)
    assert (report.films, report.predictions, report.simulated) == (24, 20, False)
    assert report.page.is_file()
    assert json.loads(json.dumps(report.as_json()))["films"] == 24
    top = answer(out, "api/summary.json")["top"]
    assert [film["tmdb_id"] for film in top] == list(range(1, 11))
    assert top[0]["title"] == "Night Train to Porto"
    guesses = answer(out, "api/predictions.json")["predictions"]
    assert [film["tmdb_id"] for film in guesses] == list(range(1, 21))
    assert guesses[0]["predicted_popularity"] == pytest.approx(203.14159)
    data = answer(out, "data.json")
    assert data["observed_at"] == "2026-01-31T14:02:00Z"
    assert [film["tmdb_id"] for film in data["panels"]["top"]] == list(range(1, 21))
    assert mae_column(out)[::4] == ["5.010", "0.501", "5.010", "0.620"]
    (run,) = table(out, "about", "runs")
    assert run[:2] == ["Ingest", "Done"]


def test_all_that_was_found_out_is_published(store: Store, settings: Settings, out: Path) -> None:
    films = [sample.film(n) for n in range(1, 25)]
    ages = [*hours(48, 6), *(n * DAY for n in range(3, 10))]
    follow(store, films, ages, lambda film, age: (film.popularity or 0) + age / DAY)
    train(store)
    study(store)
    put(store, settings, out)
    # Of a list of two days all films are known: none came or went, and none has left.
    panels = answer(out, "data.json")["panels"]
    assert {name for name, records in panels.items() if not records} <= {"comings"}
    for page in PAGES:
        document = parsed((out / page.path).read_bytes())
        empty = {s["id"] for s in document.all("section") if s.has("p", class_="empty-note")}
        assert empty - {""} <= {"errors"}, page.id
    assert table(out, "models", "forecast_scores")[0][5] == "24"
    assert len(table(out, "trends", "groups")) == 2
    assert all(row[4] != "–" for row in table(out, "surprises", "outliers"))
    outliers = table(out, "surprises", "outliers")
    assert all(int(row[5].replace(",", "")) >= 50 for row in outliers)


def test_studies_of_another_training_are_not_shown(
    store: Store, settings: Settings, out: Path
) -> None:
    fill(store)
    train(store)
    store.save_training(sample.older_training(trained_at=sample.NOW), [])
    put(store, settings, out)
    assert len(mae_column(out)) == 2
    for page, panel in (
        ("models", "coverage"),
        ("models", "importances"),
        ("surprises", "outliers"),
    ):
        section = parsed((out / f"{page}.html").read_bytes()).by_id(panel)
        assert section.has("p", class_="empty-note"), panel


def test_films_are_published_without_any_training(
    store: Store, settings: Settings, out: Path
) -> None:
    fill(store)
    assert put(store, settings, out).predictions == 0
    assert answer(out, "api/predictions.json")["predictions"] == []
    assert "No trained models yet." in (out / "models.html").read_text()


def test_films_without_a_list_are_published(store: Store, settings: Settings, out: Path) -> None:
    changes = tuple(FilmChange(kind="new", movie=sample.film(n)) for n in range(1, 25))
    store.save_tick(TickWrite(observed_at=sample.OBSERVED, changes=changes))
    put(store, settings, out)
    top = answer(out, "api/summary.json")["top"]
    assert [film["tmdb_id"] for film in top] == list(range(1, 11))


def test_an_empty_database_says_so_and_what_to_run(
    store: Store, settings: Settings, out: Path
) -> None:
    with pytest.raises(NotReadyError, match="nothing to publish yet"):
        put(store, settings, out)
    assert "tmdbdash ingest" in (out / "index.html").read_text()
    assert answer(out, "health.json")["status"] == "ok"
    fill(store)
    put(store, settings, out)
    assert "Night Train to Porto" in (out / "index.html").read_text()


def test_an_empty_database_never_replaces_a_page_of_films(
    store: Store, settings: Settings, out: Path
) -> None:
    films = rendered.render(build_dashboard(sample.rows(), settings, sample.NOW))
    folder.write_all(out, films, sample.NOW)
    with pytest.raises(NotReadyError, match="stays as it is"):
        put(store, settings, out)
    assert {p: (out / p).read_bytes() for p in films} == films


@on_sqlite
def test_simulated_films_never_replace_real_ones(
    store: Store, settings: Settings, out: Path
) -> None:
    films = rendered.render(build_dashboard(sample.rows(), settings, sample.NOW))
    folder.write_all(out, films, sample.NOW)
    fill(store, source="simulation")
    with pytest.raises(UsageError, match="real films"):
        put(store, settings, out)
    assert {p: (out / p).read_bytes() for p in films} == films
    other = out.with_name("other")
    assert put(store, settings, other).simulated
    assert put(store, settings, other).simulated
    assert "Simulated data." in (other / "index.html").read_text()


def test_real_films_replace_simulated_ones(store: Store, settings: Settings, out: Path) -> None:
    simulated = build_dashboard(sample.rows(simulated=True), settings, sample.NOW)
    folder.write_all(out, rendered.render(simulated), sample.NOW)
    fill(store)
    assert not put(store, settings, out).simulated
    assert answer(out, "data.json")["simulated"] is False


def test_a_tick_that_changed_no_list_does_not_change_the_pages_kind(
    store: Store, settings: Settings, out: Path
) -> None:
    fill(store, source="simulation")
    for minute, outcome in enumerate(("failed", "skipped", "incomplete")):
        at = sample.NOW + timedelta(minutes=minute)
        store.save_run(
            sample.run("ingest", outcome=outcome, source=None, started_at=at, finished_at=at)
        )
        assert put(store, settings, out).simulated, outcome


@on_sqlite
def test_a_render_that_fails_leaves_the_old_page(
    store: Store, settings: Settings, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    put(store, settings, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("broken template")

    monkeypatch.setattr(render, "page_html", broken)
    train(store)
    with pytest.raises(RuntimeError, match="broken template"):
        put(store, settings, out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_steady_page_is_written_once(store: Store, settings: Settings, out: Path) -> None:
    fill(store)
    assert "index.html" in put(store, settings, out).written
    assert put(store, settings, out).written == ()
    write_atomic(out / "data.json", b"{}")
    assert put(store, settings, out).written == ("data.json",)


@on_sqlite
def test_publishing_imports_no_learning_library(
    store: Store, settings: Settings, engine_home: Home
) -> None:
    fill(store)
    store.close()
    program = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from tmdbdash.report import publish\n"
        "from tmdbdash.settings import load_settings\n"
        "from tmdbdash.storage import open_store\n"
        "home = Path(sys.argv[1])\n"
        "settings = load_settings(home)\n"
        "with open_store(settings) as store:\n"
        "    publish(store, settings, now=datetime.now(UTC), out_dir=home / 'out')\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(engine_home.path)],
        env=engine_home.env,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "jinja2" in loaded
    heavy = {"pandas", "numpy", "sklearn", "scipy", "skops", "alembic", "requests", "chartkick"}
    assert not loaded & heavy

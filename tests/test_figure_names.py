"""One training's errors, as every place that shows them has them: the same under each name."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console, RenderableType
from sqlalchemy import text

from tests.parts.films import NOON
from tests.parts.home import Home
from tests.parts.markup import parsed
from tests.parts.prepared import Prepared
from tests.parts.trained import of_sixty_films
from tmdbdash.learning.evaluation.training_report import TrainingReport
from tmdbdash.records import Evaluation
from tmdbdash.report import publish
from tmdbdash.report.i18n.catalogue import load_catalogue
from tmdbdash.status import read_status
from tmdbdash.storage import Store, open_store
from tmdbdash.terminal.model_tables import training_table

MODEL, TARGET = "linear_regression", "popularity"
"""The model that has both errors: the replaced system's, and that of all models."""


@pytest.fixture
def store(home: Home, prepared: Prepared) -> Iterator[Store]:
    with open_store(prepared.copy(of_sixty_films, home).settings()) as opened:
        yield opened


@pytest.fixture
def report(store: Store) -> TrainingReport:
    run = store.fetch_last_training()
    assert run is not None
    return TrainingReport.of(run, store.fetch_study(Evaluation, made_at=run.trained_at))


def stored(store: Store, sql: str) -> dict[str, Any]:
    """A query's rows of two columns, as a program without this code reads them."""
    rows = store.database.read(lambda c: c.execute(text(sql)).all())
    return {str(row[0]): row[1] for row in rows}


def printed(table: RenderableType) -> list[str]:
    console = Console(width=80)
    with console.capture() as capture:
        console.print(table)
    return capture.get().splitlines()


def test_an_error_is_the_same_wherever_it_is_shown(
    store: Store, report: TrainingReport, home: Home
) -> None:
    run = store.fetch_last_training()
    assert run is not None
    holdout = run.metrics[MODEL, TARGET, "holdout_mae"]
    oof = run.metrics[MODEL, TARGET, "oof_mae"]
    assert abs(holdout - oof) > 0.01  # or one could stand for the other

    own = f"model_name = '{MODEL}' AND target = '{TARGET}'"
    metrics = stored(store, f"SELECT metric, value FROM model_metrics WHERE {own}")
    assert (metrics["mae"], metrics["oof_mae"]) == pytest.approx((holdout, oof))
    assert "holdout_mae" not in metrics
    studies = stored(store, "SELECT name, body FROM studies")
    study = json.loads(studies["evaluation"])

    answer = json.loads(json.dumps(report.as_json(), allow_nan=False))
    (figures,) = (m for m in answer["models"] if (m["model"], m["target"]) == (MODEL, TARGET))
    assert figures["mae"] == pytest.approx(holdout)
    assert answer["evaluation"] == study
    (task,) = (t for t in study["tasks"] if (t["target"], t["mode"]) == (TARGET, "released"))
    (model,) = (m for m in task["models"] if m["model"] == MODEL)
    assert model["mae"] == pytest.approx(oof)

    lines = printed(training_table(report))
    heading = next(n for n, line in enumerate(lines) if "popularity, released films" in line)
    row = next(line for line in lines[heading:] if line.startswith(MODEL)).split()
    assert row[1 + (row[1] == "*")] == f"{oof:.3f}"
    assert [line.split()[4] for line in lines if line.split()[:2] == [MODEL, TARGET]] == [
        f"{holdout:.4f}"
    ]

    status = read_status(store, home.settings(), NOON).as_json()
    (champion,) = (
        c
        for c in json.loads(json.dumps(status))["models"]["champions"]
        if (c["target"], c["mode"]) == (TARGET, "released")
    )
    assert champion[MODEL]["mae"] == pytest.approx(oof)

    publish(store, home.settings(), now=NOON, out_dir=home.path / "out")
    page = parsed((home.path / "out" / "models.html").read_bytes())
    table = page.by_id("models-table")
    heads = [head.text for head in table.all("th")]
    name = load_catalogue("en").term("model", MODEL)
    (row,) = (
        [cell.text for cell in row.all("td")]
        for row in table.one("tbody").all("tr", data_codes=TARGET)
        if name in row.text
    )
    assert row[heads.index("MAE")] == f"{oof:.3f}"


def test_each_prediction_repeats_its_models_error(store: Store) -> None:
    """The champions' out of fold; the baseline's as the replaced system measured it."""
    run = store.fetch_last_training()
    assert run is not None
    for name, metric in ((MODEL, "holdout_mae"), ("champion", "oof_mae")):
        rows = stored(
            store, f"SELECT mae_{TARGET}, mode FROM model_predictions WHERE model_name = '{name}'"
        )
        model = run.champions[TARGET] if name == "champion" else name
        error = pytest.approx(run.metrics[model, TARGET, metric])
        assert any(float(row) == error for row in rows)

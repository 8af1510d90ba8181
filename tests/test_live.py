"""Films that enter after a training are judged before they are learned from."""

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from rich.console import Console

from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.learned import LATER, Films, do_predict, do_train
from tmdbdash.learning.artifacts.predictor import widened
from tmdbdash.learning.data.arrays import Floats
from tmdbdash.records.evaluation import Evaluation
from tmdbdash.records.live import (
    LEAST,
    NEWEST,
    WIDENING_BOUNDS,
    LivePrediction,
    live_accuracy,
    widenings,
)
from tmdbdash.report.panels.newcomers import newcomers
from tmdbdash.report.query.page_queries import fetch_rows
from tmdbdash.status import read_status
from tmdbdash.storage import live_predictions, open_store
from tmdbdash.terminal.job_tables import status_tables

TOMORROW = NOON + timedelta(days=1)


def floats_of(number: float) -> Floats:
    return np.array([number])


def judged(actual: Sequence[float], *, first: int = 1000, minutes: int = 0) -> list[LivePrediction]:
    """Films whose popularity was said to be 9, between 4 and 19, and their actual ones."""
    return [
        LivePrediction(
            tmdb_id=first + number,
            made_at=NOON + timedelta(minutes=minutes),
            pred_ts=NOON,
            mode="released",
            predicted_popularity=9.0,
            predicted_popularity_low=4.0,
            predicted_popularity_high=19.0,
            actual_popularity=value,
        )
        for number, value in enumerate(actual)
    ]


def shares(inside: int, outside: int) -> list[LivePrediction]:
    """So many outcomes within the intervals, and so many at half a side above them, in log."""
    above = 20.0 * math.sqrt(2) - 1
    return judged([9.0] * inside + [above] * outside)


def test_error_and_coverage_are_of_the_first_predictions() -> None:
    evaluation = Evaluation.from_json(
        {
            "tasks": [{"target": "popularity", "mode": "released", "coverage": {"overall": 0.81}}],
            "shown": {"popularity": {"films": 60, "log_mae": 0.25, "mae": 9.0}},
        }
    )
    (own,) = live_accuracy(judged([9.0, 19.0, 99.0, 3.0]), evaluation)
    errors = [0, math.log(2), math.log(10), math.log(2.5)]
    assert own.error == pytest.approx(sum(errors) / 4)
    assert (own.films, own.coverage, own.widening) == (4, 0.5, 1.0)
    assert (own.oof_error, own.oof_coverage) == (0.25, 0.81)
    assert live_accuracy([]) == ()
    without = [replace(row, actual_popularity=None) for row in judged([9.0])]
    assert live_accuracy(without) == ()


def test_coverage_is_compared_with_that_of_films_of_the_same_modes() -> None:
    tasks = [
        {"target": target, "mode": mode, "coverage": {"overall": coverage}}
        for target, mode, coverage in (
            ("popularity", "released", 0.9),
            ("popularity", "early", 0.5),
            ("vote_average", "early", 0.1),
        )
    ]
    evaluation = Evaluation.from_json({"tasks": tasks})
    early = [replace(row, mode="early") for row in judged([9.0] * 3, first=1)]
    (own,) = live_accuracy([*early, *judged([9.0])], evaluation)
    assert own.oof_coverage == pytest.approx(0.6)
    (own,) = live_accuracy([replace(early[0], mode="unknown")], evaluation)
    assert own.oof_coverage is None


def test_only_the_newest_count() -> None:
    within, beyond = [9.0] * NEWEST, [999.0] * 50
    rows = [*judged(within, minutes=5), *judged(beyond, first=5000)]
    assert live_accuracy(rows)[0].coverage == 1.0
    rows = [*judged(within), *judged(beyond, first=5000, minutes=5)]
    assert live_accuracy(rows)[0].coverage == 0.75


def test_of_one_large_import_old_and_new_films_count_alike() -> None:
    (own,) = live_accuracy(judged([9.0] * 500 + [999.0] * 500))
    assert own.films == NEWEST
    assert own.coverage == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("inside", "outside", "changes"),
    [(70, 30, False), (69, 31, True), (90, 10, False), (91, 9, True), (40, LEAST - 41, False)],
)
def test_intervals_change_outside_seventy_to_ninety_percent(
    inside: int, outside: int, changes: bool
) -> None:
    assert bool(widenings(shares(inside, outside))) is changes


def test_the_factor_is_the_one_that_would_have_held_eighty_percent() -> None:
    assert widenings(shares(60, 60))["popularity"] == pytest.approx(1.5)
    spread = [10.0 * 2 ** (n / 200) - 1 for n in range(200)]  # evenly over the upper side
    assert widenings(judged(spread))["popularity"] == pytest.approx(0.8, abs=0.02)
    least, most = WIDENING_BOUNDS
    assert widenings(judged([1e9] * 200))["popularity"] == most
    assert widenings(judged([9.0] * 200))["popularity"] == least


def test_intervals_that_are_wide_already_do_not_become_narrow_again() -> None:
    """The factor is measured on the intervals without it, else it would swing to and fro."""
    wide = [
        replace(row, predicted_popularity_high=10.0 * 2**1.5 - 1, popularity_widening=1.5)
        for row in shares(60, 60)
    ]
    (own,) = live_accuracy(wide)
    assert own.coverage == 1.0
    assert own.bare_coverage == 0.5
    assert own.widening == pytest.approx(1.5)


def test_both_sides_are_widened_on_the_learned_scale() -> None:
    value, low, high = (floats_of(number) for number in (9.0, 4.0, 19.0))
    lower, upper = widened("popularity", 2.0, value, low, high)
    assert (lower[0], upper[0]) == (pytest.approx(1.5), pytest.approx(39.0))
    lower, upper = widened("vote_average", 2.0, *(floats_of(n) for n in (8.0, 5.0, 9.5)))
    assert (lower[0], upper[0]) == (pytest.approx(2.0), pytest.approx(10.0))


def test_both_engines_keep_the_newest_and_drop_them_with_their_films(
    engine_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_predictions, "KEPT", 5)
    old, new = judged([1.0] * 4, first=1), judged([2.5] * 3, first=10, minutes=5)
    with open_store(engine_home.settings()) as store:
        assert store.fetch_live_predictions() == []
        store.save_live_predictions(old)
        assert store.fetch_live_predictions() == old
        store.save_live_predictions(new)
        assert store.fetch_live_predictions() == [*new, *old[:2]]
        assert store.fetch_live_predictions(NOON) == old[:2]
        full = replace(
            new[0],
            predicted_vote_average=6.5,
            predicted_vote_average_low=5.5,
            predicted_vote_average_high=7.25,
            actual_vote_average=7.0,
            vote_average_widening=1.25,
            popularity_widening=0.5,
        )
        store.save_live_predictions([full])
        assert store.fetch_live_predictions()[0] == full
        Films(store).put(movie(10), movie(11, observed_at=NOON + timedelta(days=500)))
        store.prune(NOON + timedelta(days=400))
        assert 10 not in {row.tmdb_id for row in store.fetch_live_predictions()}
        assert 11 in {row.tmdb_id for row in store.fetch_live_predictions()}


def test_a_new_film_keeps_its_first_prediction(trained: Films, home: Home) -> None:
    do_predict(trained, home)
    assert trained.store.fetch_live_predictions() == []
    trained.put(movie(61), movie(62, vote_count=0, vote_average=None))
    shown = {row["tmdb_id"]: row for row in do_predict(trained, home, limit=0).predictions}
    made = {row.tmdb_id: row for row in trained.store.fetch_live_predictions()}
    assert made.keys() == {61, 62}
    assert made[61].predicted_popularity == pytest.approx(shown[61]["predicted_popularity"])
    assert made[61].actual_popularity == movie(61).popularity
    assert made[61].pred_ts == NOON
    assert made[62].actual_vote_average is None
    trained.put(movie(61, popularity=5000.0))
    do_predict(trained, home)
    assert {row.tmdb_id: row for row in trained.store.fetch_live_predictions()} == made


def test_a_training_judges_new_films_by_the_models_of_before(trained: Films, home: Home) -> None:
    """In a round the training comes first: it would have learned from them already."""
    trained.put(movie(61), movie(62))
    do_train(trained, home, now=LATER, models=["ridge"])
    made = trained.store.fetch_live_predictions()
    assert [(row.tmdb_id, row.pred_ts, row.made_at) for row in made] == [
        (61, NOON, LATER),
        (62, NOON, LATER),
    ]
    assert trained.predictions()[61].basis_popularity == "out_of_fold"
    do_predict(trained, home)
    assert len(trained.store.fetch_live_predictions()) == 2
    assert trained.predictions()[61].predicted_popularity != made[0].predicted_popularity


def test_models_that_cannot_be_loaded_judge_nothing(trained: Films, home: Home) -> None:
    trained.store.save_model_files(NOON, {})
    for path in home.settings().models_dir.glob("*/*"):
        path.write_bytes(b"torn")
    trained.put(movie(61))
    assert do_train(trained, home, now=LATER, models=["ridge"]).outcome == "ok"
    assert trained.store.fetch_live_predictions() == []


def test_unseen_films_get_the_intervals_that_live_accuracy_asks_for(
    trained: Films, home: Home
) -> None:
    trained.put(movie(61))
    do_predict(trained, home)
    before = trained.predictions()
    trained.store.save_live_predictions(shares(60, 60))
    do_predict(trained, home)
    after = trained.predictions()
    assert after[1] == before[1]  # learned from: cross-validated coverage is its own

    def side(end: str, made: object) -> float:
        value, bound = (
            math.log1p(getattr(made, f"predicted_popularity{name}")) for name in ("", end)
        )
        return abs(bound - value)

    for end in ("_low", "_high"):
        assert side(end, after[61]) == pytest.approx(1.5 * side(end, before[61]), rel=1e-6)
    assert after[61].predicted_popularity == before[61].predicted_popularity
    assert after[61].predicted_vote_average_low == before[61].predicted_vote_average_low


def test_status_and_page_say_it(trained: Films, home: Home) -> None:
    trained.store.save_live_predictions(shares(60, 60))
    status = read_status(trained.store, home.settings(), TOMORROW)
    (told,) = json.loads(json.dumps(status.as_json(), allow_nan=False))["live"]
    assert (told["target"], told["films"], told["coverage"]) == ("popularity", 120, 0.5)
    assert told["widening"] == pytest.approx(1.5)
    assert told["oof_error"] > 0
    assert 0 < told["oof_coverage"] < 1
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(status_tables(status))
    text = " ".join(capture.get().split())
    assert "Live accuracy of new films" in text
    assert "are widened by a factor of 1.50, since empirical coverage was 50.0 %." in text
    assert "Nominal coverage: 80 %." in text
    assert "80%" not in text
    (row,) = newcomers(fetch_rows(trained.store, home.settings(), TOMORROW))
    assert (row.target, row.films, row.live_coverage) == ("popularity", 120, 0.5)
    assert row.widening == pytest.approx(1.5)
    assert dataclasses.asdict(row)["oof_error"] == pytest.approx(told["oof_error"], abs=1e-3)

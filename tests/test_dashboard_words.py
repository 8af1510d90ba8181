"""Values, titles and reasons in the words of the dashboard."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tmdbdash.records.forecasts import FEW_PAIRS, LOST, NO_GAIN, NO_HISTORY, NO_TIME, REASONS
from tmdbdash.report.i18n.catalogue import load_catalogue
from tmdbdash.report.i18n.wording import (
    date_text,
    growth_text,
    number_text,
    share_text,
    signed_text,
    time_text,
)
from tmdbdash.report.panels.forecast_accuracy import forecast_scores
from tmdbdash.report.values import LABEL_LENGTH, label_of, title_of


@given(st.text(max_size=600))
def test_any_title_makes_a_short_line_for_axes(title: str) -> None:
    label = label_of(title)
    assert len(label) <= LABEL_LENGTH
    assert label == " ".join(label.split())


def test_a_film_without_title_is_named_by_its_number() -> None:
    assert title_of("  ", None, 7) == "#7"
    assert title_of("", "Ran", 7) == "Ran"


def test_values_in_words() -> None:
    assert number_text(1234567.849, 1) == "1,234,567.8"
    assert number_text(1.005, 2) == "1.01"
    assert number_text(-0.04, 1) == "0.0"
    assert number_text(-1234.5) == "-1,235"
    assert number_text(1e22) == "10,000,000,000,000,000,000,000"
    assert number_text(None) == "–"
    assert share_text(0.8) == "80%"
    assert share_text(0.5985, 1) == "59.9%"
    assert [signed_text(v, 1) for v in (1.25, -1234.5, 0.04, -0.04)] == [
        "+1.3",
        "-1,234.5",
        "0.0",
        "0.0",
    ]
    assert [growth_text(v, 1) for v in (1.35, 0.5, 13.0, 1.0004)] == [
        "+35.0%",
        "-50.0%",
        "+1,200.0%",
        "0.0%",
    ]
    assert share_text(None) == growth_text(None) == "–"
    assert date_text(sample.NOW.date()) == "Jan 31, 2026"
    assert time_text(sample.NOW) == "Jan 31, 2026, 14:03 UTC"
    assert date_text(None) == time_text(None) == signed_text(None) == "–"


def test_values_in_brazilian_words() -> None:
    assert number_text(1234567.849, 1, "pt-BR") == "1.234.567,8"
    assert share_text(0.5985, 1, "pt-BR") == "59,9%"
    assert signed_text(-1234.5, 1, "pt-BR") == "-1.234,5"
    assert signed_text(-0.04, 1, "pt-BR") == "0,0"
    assert date_text(sample.NOW.date(), "pt-BR") == "31 de jan. de 2026"
    assert time_text("2026-01-31T14:03:05Z", "pt-BR") == "31 de jan. de 2026, 14:03 UTC"


def test_the_reasons_that_forecasting_stores_are_known() -> None:
    for stored in (NO_HISTORY, FEW_PAIRS, NO_GAIN, LOST):
        bases = [replace(basis, reason=stored) for basis in sample.forecast_bases()]
        score = forecast_scores(sample.rows(forecast_bases=tuple(bases)))[0]
        assert isinstance(score.reason, dict)
        assert "persistence" not in load_catalogue("en").formatted(score.reason)
    assert set(REASONS) == {NO_HISTORY, FEW_PAIRS, NO_GAIN, LOST, NO_TIME}


def test_a_reason_that_is_new_or_of_an_older_program_is_shown_as_it_is() -> None:
    bases = [replace(basis, reason="too few of them") for basis in sample.forecast_bases()]
    score = forecast_scores(sample.rows(forecast_bases=tuple(bases)))[0]
    assert load_catalogue("en").formatted(score.reason) == "too few of them"

"""Numbers as people and programs write them, judged by their column."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdbdash.importing.datasets.cell_texts import BLANK_FIGURES, is_blank, is_zero
from tmdbdash.importing.datasets.numbers import NumberStyle, judge_numbers

WHOLE = judge_numbers([], whole=True)
REAL = judge_numbers([])

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(
        "0123456789.,' _e+-kM$€%/:()\N{ARABIC-INDIC DIGIT THREE}\N{ARABIC DECIMAL SEPARATOR}",
        max_size=30,
    ),
    st.lists(st.integers(), max_size=2),
)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234", 1234),
        ("1.234", 1234),
        ("1 234", 1234),
        ("1\N{NO-BREAK SPACE}234", 1234),
        ("1\N{NARROW NO-BREAK SPACE}234", 1234),
        ("1\N{THIN SPACE}234", 1234),
        ("1'234'567", 1234567),
        ("1\N{RIGHT SINGLE QUOTATION MARK}234", 1234),
        ("1_234", 1234),
        ("12,34,567", 1234567),
        ("1.234.567", 1234567),
        ("1,234,567.00", 1234567),
        ("1.234.567,00", 1234567),
        ("1e+05", 100_000),
        ("2e3", 2000),
        ("1.2E1", 12),
        ("1,5e3", 1500),
        ("4.0", 4),
        ("100.0", 100),
        ("0014", 14),
        ("13 ", 13),
        ("\t13\r\n", 13),
        ("+5", 5),
        ("\N{ARABIC-INDIC DIGIT THREE}", 3),
        ("\N{DEVANAGARI DIGIT ONE}\N{DEVANAGARI DIGIT TWO}", 12),
        ("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}", 12),
        ("\N{LEFT-TO-RIGHT MARK}12", 12),
        ("12k", 12_000),
        ("1.5M", 1_500_000),
        ("1.1 million", 1_100_000),
        ("$1,000,000", 1_000_000),
        ("USD 5", 5),
        ("US$ 5", 5),
        ("1.000.000 €", 1_000_000),
        ("'12", 12),
        ('="0014"', 14),
        (7, 7),
        (7.0, 7),
        (Decimal("7.0"), 7),
    ],
)
def test_a_whole_number_is_read_however_it_is_written(cell: object, number: int) -> None:
    assert WHOLE.whole(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        "100.5", "12,5", "1,2,3", "1.2.3", "1,234,56", "12,3456,789", "1 23", "12 34", "1,234.5.6",
        "31.12.2019", "2019-12-31", "~5", "\N{ALMOST EQUAL TO}5", ">1000", "5-10", "PG-13", "abc",
        "1e400", "inf", "-inf", "nan", "0x10", "1.5 of 2", "5,", ",", ".", "$", "k", "e5", "-5",
        "--5", "$5 €", "78%", "7.8/10", "9" * 500, True, False, math.nan, math.inf, 100.5, 10**400,
        -1, [5], {"n": 5}, b"5", Decimal("NaN"),
    ],
)  # fmt: skip
def test_what_is_no_whole_number_is_not_read(cell: object) -> None:
    assert WHOLE.whole(cell) is None


def test_numbers_outside_the_bounds_are_not_read() -> None:
    assert REAL.whole("7", least=8) is None
    assert REAL.whole(str(2**31)) is None
    assert REAL.whole("1e10", most=10**13) == 10**10
    assert REAL.real("-0.5") is None
    assert REAL.real("\N{MINUS SIGN}0.5") is None
    assert REAL.real("1000000000.5") is None


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        (["12,5", "1.234"], {"1.234": 1234, "1,234": 1.234}),
        (["12.5", "1.234"], {"1.234": 1.234, "1,234": 1234}),
        (["1,234.5", "1,234"], {"1,234": 1234, "1.234": 1.234}),
        (["1.234,5", "1.234"], {"1.234": 1234, "1,234": 1.234}),
        (["1,234,567", "1,234"], {"1,234": 1234}),
        (["1.234.567", "1.234"], {"1.234": 1234}),
        (["0,123", "1,234"], {"1,234": 1.234}),
        (["1234,567", "1,234"], {"1,234": 1.234}),
        (["1 234,5", "1,234"], {"1,234": 1.234}),
        (["1,2e3", "1,234"], {"1,234": 1.234}),
    ],
)
def test_one_cell_settles_what_the_marks_of_all_mean(
    column: list[str], meant: dict[str, float]
) -> None:
    style = judge_numbers(column)
    assert {cell: style.real(cell) for cell in meant} == meant


def test_where_no_cell_settles_it_the_kind_of_field_does() -> None:
    assert judge_numbers(["1,234", "5,678"], whole=True).whole("1,234") == 1234
    assert judge_numbers(["1.234", "5.678"], whole=True).whole("1.234") == 1234
    assert judge_numbers(["1,234"]).real("1,234") == 1.234
    assert judge_numbers(["1.234"]).real("1.234") == 1.234
    assert judge_numbers(["1,234"]).decimal is None


def test_the_decimal_mark_of_other_columns_decides_where_the_column_itself_does_not() -> None:
    assert judge_numbers(["1.234"], decimal=",").real("1.234") == 1234
    assert judge_numbers(["1.234", "1.5"], decimal=",").real("1.234") == 1.234


def test_where_cells_disagree_each_is_read_by_itself_and_the_others_by_the_majority() -> None:
    style = judge_numbers(["7.8", "6.5", "12,5", "1,234"])
    assert style.real("7.8") == 7.8
    assert style.real("12,5") == 12.5
    assert style.real("1,234") == 1234


def test_one_mistyped_cell_changes_nothing_among_a_thousand_ambiguous_ones() -> None:
    ambiguous = [f"{n}.{n:03}" for n in range(101, 999)]
    assert judge_numbers([*ambiguous, "12,5"]).real("101.101") == 101.101
    # Votes with a thousands mark, and one fraction that is none of theirs.
    votes = [f"{n},{n:03}" for n in range(101, 999)]
    assert judge_numbers([*votes, "12,5"], whole=True).whole("101,101") == 101_101


def test_amounts_with_cents_have_decimal_marks_though_they_are_stored_whole() -> None:
    style = judge_numbers(["137999939.3", "348161292.5", "12.345"], whole=True)
    assert style.dollars("12.345") == 12
    assert style.dollars("137999939.3") == 137_999_939


def test_dollars_are_rounded_and_nought_is_missing() -> None:
    assert WHOLE.dollars("$1,000,000.60") == 1_000_001
    assert WHOLE.dollars("1e6") == 1_000_000
    assert WHOLE.dollars("US$ 5 million") == 5_000_000
    assert WHOLE.dollars("0") is None
    assert WHOLE.dollars("$0") is None
    assert WHOLE.dollars(0) is None
    assert WHOLE.dollars(str(10**14)) is None


@pytest.mark.parametrize("amount", ["INR 50,000", "ITL 45000", "€1.000.000", "R$ 5", "CA$5", "5 £"])
def test_an_amount_in_another_currency_is_no_amount_in_dollars(amount: str) -> None:
    assert WHOLE.dollars(amount) is None
    assert WHOLE.whole(amount) is not None


def test_the_cells_of_a_sheet_with_every_kind_of_number() -> None:
    popularity = ["1,234.5", "12", "12", "12", "1.2e1", "-1", "inf", "NaN"]
    style = judge_numbers(popularity)
    assert [style.real(c) for c in popularity] == [1234.5, 12, 12, 12, 12, None, None, None]
    votes = ["1,234", "100", "1e+05", "100.0", "100.5"]
    style = judge_numbers(votes, whole=True)
    assert [style.whole(c) for c in votes] == [1234, 100, 100_000, 100, None]
    ids = ["1", "2e3", "3", "4.0", "13 ", "0014", "٣"]
    style = judge_numbers(ids, whole=True)
    assert [style.whole(c) for c in ids] == [1, 2000, 3, 4, 13, 14, 3]
    budgets = ["$1,000,000", "1e6", "1"]
    style = judge_numbers(budgets, whole=True)
    assert [style.dollars(c) for c in budgets] == [1_000_000, 1_000_000, 1]


def test_the_cells_of_a_sheet_with_decimal_commas() -> None:
    assert [judge_numbers(["12,5", "8,25"]).real(c) for c in ("12,5", "8,25")] == [12.5, 8.25]
    style = judge_numbers(["1.234", "1 234"], whole=True)
    assert [style.whole(c) for c in ("1.234", "1 234")] == [1234, 1234]


@pytest.mark.parametrize(
    "cell",
    ["", "  ", "NaN", "nan", "#N/A", "\\N", "?", "--", "-", "\N{EM DASH}", "\N{EN DASH}", "nil",
     "Unknown", "TBA", "tbd", "None", "null", "N/A", "<NA>", "NaT", "[]", "{}", "not available",
     "\N{NO-BREAK SPACE}", "''", '""', "undefined", None, math.nan, [], {}],
)  # fmt: skip
def test_a_cell_that_says_nothing_is_blank(cell: object) -> None:
    assert is_blank(cell, BLANK_FIGURES)
    assert WHOLE.whole(cell) is None


@pytest.mark.parametrize("cell", ["0", "abc", "5", "inf", "PG-13", 0, False, [1], "x" * 500])
def test_a_cell_that_says_something_is_not_blank(cell: object) -> None:
    assert not is_blank(cell, BLANK_FIGURES)


def test_a_nought_is_known_in_every_dress() -> None:
    assert all(map(is_zero, ["0", "0.0", "$0.00", "0 min", "0h 0m", "00:00:00", "PT0S", 0, 0.0]))
    assert not any(map(is_zero, ["", "10", "0.1", "none", False, None, 1]))


@given(st.lists(CELLS, max_size=8), CELLS, st.booleans())
def test_no_cell_stops_the_reading(column: list[object], cell: object, whole: bool) -> None:
    style = judge_numbers([*column, cell], whole=whole)
    number, amount, dollars = style.real(cell), style.whole(cell), style.dollars(cell)
    assert number is None or 0 <= number <= 1e9
    assert amount is None or 0 <= amount < 2**31
    assert dollars is None or 0 < dollars <= 10**13
    assert isinstance(is_blank(cell) or is_zero(cell), bool)


SPACES = (" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}")
ZEROS = (
    "0",
    "\N{ARABIC-INDIC DIGIT ZERO}",
    "\N{DEVANAGARI DIGIT ZERO}",
    "\N{FULLWIDTH DIGIT ZERO}",
)
DIGITS = tuple("".join(chr(ord(zero) + n) for n in range(10)) for zero in ZEROS)


@st.composite
def dialects(draw: st.DrawFn) -> tuple[str, str, str, bool]:
    """A decimal mark, a thousands mark or "", digits, and whether groups are as in India."""
    decimal = draw(st.sampled_from(".,"))
    groups = draw(st.sampled_from(("", "," if decimal == "." else ".", "'", "_", *SPACES)))
    indian = groups == "," and draw(st.booleans())
    return decimal, groups, draw(st.sampled_from(DIGITS)), indian


def grouped(figures: str, mark: str, indian: bool) -> str:
    head, tail = figures[:-3], figures[-3:]
    step = 2 if indian else 3
    parts: list[str] = []
    while head:
        parts.insert(0, head[-step:])
        head = head[:-step]
    return mark.join([*parts, tail])


def write(number: Decimal, dialect: tuple[str, str, str, bool]) -> str:
    decimal, groups, digits, indian = dialect
    whole, _, part = f"{number:f}".partition(".")
    text = grouped(whole, groups, indian) + (decimal + part if part else "")
    return text.translate(str.maketrans("0123456789", digits))


@given(
    st.lists(st.decimals(0, 10**8, places=4), min_size=1, max_size=20),
    st.integers(0, 4),
    dialects(),
)
def test_numbers_of_any_one_dialect_are_read_as_they_were_written(
    numbers: list[Decimal], places: int, dialect: tuple[str, str, str, bool]
) -> None:
    rounded = [round(number, places) if places else Decimal(int(number)) for number in numbers]
    cells = [write(number, dialect) for number in rounded]
    style = judge_numbers([*cells, write(Decimal("0.5"), dialect)])
    assert [style.real(cell) for cell in cells] == [float(number) for number in rounded]


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=20), dialects())
def test_whole_numbers_of_any_one_dialect_need_nothing_to_settle_them(
    numbers: list[int], dialect: tuple[str, str, str, bool]
) -> None:
    cells = [write(Decimal(number), dialect) for number in numbers]
    style = judge_numbers(cells, whole=True)
    assert [style.whole(cell) for cell in cells] == numbers


@given(st.floats(0, 1e9, allow_subnormal=False))
def test_what_python_writes_is_read_to_the_last_figure(number: float) -> None:
    assert NumberStyle(".", comma_groups=True).real(repr(number)) == number
    assert REAL.real(number) == number


def test_a_count_may_name_what_it_counts() -> None:
    style = judge_numbers(["1,234 votes", "87 votes", "1 vote", "2.000 Stimmen"], whole=True)
    cells = ("1,234 votes", "87 Votes", "1 vote", "1.234 votos", "12 cats")
    assert [style.whole(cell) for cell in cells] == [1234, 87, 1, 1234, None]

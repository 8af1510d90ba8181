"""Dates and times as people and programs write them, judged by their column."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_number_styles import CELLS
from tmdbdash.importing.datasets.dates import DateStyle, judge_dates

TODAY = date(2026, 7, 1)
LAST_DAY = date(2019, 12, 31)
ANY = judge_dates([], today=TODAY)


def judge(*cells: object) -> DateStyle:
    return judge_dates(cells, today=TODAY)


@pytest.mark.parametrize(
    "cell",
    ["2019-12-31", "2019/12/31", "2019.12.31", "2019 12 31", "20191231", "31/12/2019", "12/31/2019",
     "31.12.2019", "31-12-2019", "12-31-2019", "31. 12. 2019", "31/12/19", "12/31/19", "31.12.19",
     "Dec 31, 2019", "Dec. 31, 2019", "31 Dec 2019", "December 31, 2019", "DECEMBER 31 2019",
     "31-Dec-2019", "31Dec2019", "31-Dec-19", "2019-Dec-31", "31st of December 2019",
     "Tuesday, December 31, 2019", "Tue, 31 Dec 2019 14:00:00 GMT", "Tue Dec 31 14:00:00 2019",
     "31 de dezembro de 2019", "terça-feira, 31 de dezembro de 2019", "31 dez. 2019",
     "31 de diciembre de 2019", "31 dic 2019", "31 décembre 2019", "31 DÉC. 2019",
     "31. Dezember 2019", "31 dicembre 2019", "2019年12月31日",
     "2019-12-31 00:00:00", "2019-12-31T00:00:00.000Z", "2019-12-31T23:30:00-05:00",
     "2019-12-31 (US)", "31/12/2019 (Brazil)", "December 31, 2019 (USA) [limited]",
     "31/12/2019 23:59", "12/31/2019 11:59:00 PM", "20191231T140000Z", "20191231140000",
     " 2019-12-31 ", '"2019-12-31"', "'2019-12-31", "2019_12_31", "2019\N{EN DASH}12\N{EN DASH}31",
     "2019\N{NON-BREAKING HYPHEN}12\N{NON-BREAKING HYPHEN}31",
     "\N{FULLWIDTH DIGIT TWO}019-12-31", "٢٠١٩-١٢-٣١",
     "1577750400", "1577750400.0", "1.5777504e+09", "1577750400000", "1577750400000000",
     "1577750400000000000", 1577750400, 1577750400.0, 1577750400000, "43830", "43830.0", "43830.75",
     43830, LAST_DAY, datetime(2019, 12, 31, 14, tzinfo=UTC)],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cell: object) -> None:
    assert judge(cell).day(cell) == LAST_DAY
    assert judge(cell).precision(cell) == "day"


@pytest.mark.parametrize(
    "cell",
    ["PG-13", "may", "May 5", "5 May", "Dec", "Dec 31", "mar-13", "31", "12", "7.8", "1e3",
     "tt0137523", "2019-00-00", "2019-02-30", "30/02/2019", "31/31/2019", "30 Feb 2019",
     "2019-13-01", "2019-20", "2019-2020", "2019-2021", "~2019", "2019?", "c. 2019", "before 2019",
     "2019Q4", "1869-01-01", "2101-01-01", "1869", "2101", "0019-12-31", "31/12/0019", "19-12",
     "12/19", "1 may 2019 2020", "may june 2019", "31 Brumaire 2019", "Released, 2019",
     "5000000", "201913", "99999999999999999999", "-5", "2019-12-31-01", "31//12//2019",
     "31/12-2019", "x" * 500, True, math.inf, 10**400, -1, [2019], {"year": 2019}, b"2019-12-31",
     date(1, 1, 1)],
)  # fmt: skip
def test_what_is_no_day_is_not_read(cell: object) -> None:
    assert judge(cell).day(cell) is None
    assert judge(cell).moment(cell) is None
    assert not judge(cell).is_blank(cell)


@pytest.mark.parametrize(
    "cell",
    ["", " ", "TBA", "Unknown", "tbd", "NaT", "nan", "None", "\\N", "#N/A", "?", "-", "0000-00-00",
     "00/00/0000", "0000-00-00 00:00:00", "0", "0000", None, math.nan, 0],
)  # fmt: skip
def test_a_cell_that_says_nothing_is_blank(cell: object) -> None:
    assert ANY.is_blank(cell)
    assert ANY.day(cell) is None


@pytest.mark.parametrize("cell", ["2019", "2019.0", 2019, 2019.0, " 2019 ", "2019年", "2019 (US)"])
def test_a_year_alone_is_its_first_day_and_says_so(cell: object) -> None:
    assert ANY.day(cell) == date(2019, 1, 1)
    assert ANY.precision(cell) == "year"
    assert ANY.moment(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["2019-12", "2019/12", "2019.12", "12/2019", "12-2019", "Dec 2019", "December, 2019", "201912",
     "dezembro de 2019", "2019年12月"],
)  # fmt: skip
def test_a_month_alone_is_its_first_day_and_says_so(cell: str) -> None:
    assert ANY.day(cell) == date(2019, 12, 1)
    assert ANY.precision(cell) == "month"
    assert ANY.precision(cell) != "year"
    assert ANY.moment(cell) is None


def test_the_first_of_january_written_out_is_more_than_its_year() -> None:
    assert ANY.precision("2019-01-01") != "year"
    assert ANY.precision("2019-01-01") == "day"


@pytest.mark.parametrize(
    ("column", "order", "day"),
    [
        (["05/06/2019", "31/12/2019"], "day first", date(2019, 6, 5)),
        (["05/06/2019", "12/31/2019"], "month first", date(2019, 5, 6)),
        (["05-06-2019", "12-31-2019"], "month first", date(2019, 5, 6)),
        (["05.06.2019", "12.31.2019"], "month first", date(2019, 5, 6)),
        (["6/9/15", "5/13/15"], "month first", date(2015, 6, 9)),
        (["6/9/15", "13/5/15"], "day first", date(2015, 9, 6)),
        (["05/06/07", "99/12/31"], "year first", date(2005, 6, 7)),
        (["05/06/07", "31/12/99"], "day first", date(2007, 6, 5)),
        (["5/6/2019 14:00", "12/31/2019 14:00"], "month first", date(2019, 5, 6)),
    ],
)
def test_one_cell_settles_the_order_of_all(column: list[str], order: str, day: date) -> None:
    style = judge(*column)
    assert (style.order, style.ambiguous, style.day(column[0])) == (order, False, day)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["05/06/2019"], "day first"),
        (["5/6/2019"], "month first"),
        (["5/6/19"], "month first"),
        (["5.6.2019"], "day first"),
        (["5-6-2019"], "day first"),
        (["05/06/2019 2:00 PM"], "month first"),
        (["03/01/2019", "04/01/2019", "05/01/2019"], "month first"),
        (["1/3/2019", "1/4/2019", "1/5/2019"], "day first"),
    ],
)
def test_where_no_cell_settles_the_order_a_custom_does_and_that_is_said(
    column: list[str], order: str
) -> None:
    style = judge(*column)
    assert (style.order, style.ambiguous) == (order, True)


def test_the_same_figure_for_day_and_month_is_not_ambiguous() -> None:
    style = judge("05/05/2019")
    assert not style.ambiguous
    assert style.day("05/05/2019") == date(2019, 5, 5)


def test_where_cells_disagree_each_is_read_by_itself_and_the_others_by_the_majority() -> None:
    style = judge("31/12/2019", "30/11/2019", "12/31/2019", "05/06/2019")
    assert style.day("31/12/2019") == style.day("12/31/2019") == LAST_DAY
    assert style.day("05/06/2019") == date(2019, 6, 5)
    assert not style.ambiguous
    assert judge("31/12/2019", "12/31/2019", "05/06/2019").ambiguous


def test_years_of_two_figures_lie_no_further_than_two_years_ahead() -> None:
    style = judge("6/9/15", "5/13/15")
    years = {cell: style.day(f"5/13/{cell}") for cell in ("60", "66", "99", "00", "15", "28", "29")}
    assert [day.year for day in years.values() if day] == [1960, 1966, 1999, 2000, 2015, 2028, 1929]


def test_a_column_of_epochs_settles_what_single_numbers_are() -> None:
    style = judge(1578009600000, 1578096000000, 1578182400000)
    assert style.order == "epoch milliseconds"
    assert style.day(1578009600000) == date(2020, 1, 3)
    # By itself this number is a day of 2019 in seconds.
    assert style.day(1555200000) == date(1970, 1, 19)
    assert style.day("-86400000") == date(1969, 12, 31)
    assert style.day(0) == date(1970, 1, 1)
    assert not style.is_blank(0)
    # A year that somebody typed stays one.
    assert style.day(2019) == date(2019, 1, 1)


def test_a_column_of_spreadsheet_days_settles_what_small_numbers_are() -> None:
    style = judge("43830", "41000", "20000", "36526")
    assert style.order == "day numbers of a spreadsheet"
    assert style.day("367") == date(1901, 1, 1)
    assert ANY.day("367") is None


def test_days_since_1970_are_known_by_being_negative_or_by_ending_today() -> None:
    assert judge("18261", "-4000", "-1", "10000").day("18261") == LAST_DAY
    recent = [str(n) for n in range(10_100, 18_261, 100)]
    style = judge(*recent)
    assert style.order == "days since 1970"
    assert style.day("18261") == LAST_DAY


def test_a_mark_of_what_is_missing_changes_nothing() -> None:
    assert judge("43830", "44000", "-1").day("43830") == LAST_DAY
    assert judge("2019", "-1").day("-1") is None
    epochs = judge("1577750400", "1577836800", "1577923200", "-1")
    assert epochs.day("1577750400") == LAST_DAY
    assert epochs.day("-1") is None


def test_numbers_of_several_kinds_are_read_each_by_itself() -> None:
    style = judge("1577750400", "43830", "20191231", "2019", "2019.0")
    assert style.unit is None
    assert style.day("1577750400") == style.day("43830") == style.day("20191231") == LAST_DAY


DATES_OF_EVERY_KIND = {
    "31/12/2019": LAST_DAY,
    "12/31/2019": LAST_DAY,
    "31.12.2019": LAST_DAY,
    "2019": date(2019, 1, 1),
    "2019-12": date(2019, 12, 1),
    "20191231": LAST_DAY,
    "2019/12/31": LAST_DAY,
    "Dec 31, 2019": LAST_DAY,
    "31 Dec 2019": LAST_DAY,
    "2019-12-31 00:00:00": LAST_DAY,
    "2019-12-31T00:00:00.000Z": LAST_DAY,
    "2019-12-31 (US)": LAST_DAY,
    "1577750400": LAST_DAY,
    "0000-00-00": None,
    "2019-00-00": None,
    "2019-02-30": None,
    "43830": LAST_DAY,
    "2019.0": date(2019, 1, 1),
    "TBA": None,
    "Unknown": None,
    "1869-01-01": None,
}


def test_a_sheet_with_every_kind_of_date_is_read_cell_by_cell() -> None:
    style = judge(*DATES_OF_EVERY_KIND)
    assert {cell: style.day(cell) for cell in DATES_OF_EVERY_KIND} == DATES_OF_EVERY_KIND
    blank = {cell for cell in DATES_OF_EVERY_KIND if style.is_blank(cell)}
    assert blank == {"0000-00-00", "TBA", "Unknown"}


TWO_PM = datetime(2025, 10, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    ["2025-10-01T14:00:00Z", "2025-10-01T14:00:00+00:00", "2025-10-01T16:00:00+02:00",
     "2025-10-01 14:00:00", "2025-10-01 14:00", "2025-10-01 14:00:00.123456", "2025-10-01T14",
     "2025-10-01 14:00:00 UTC", "2025-10-01 14:00:00 +0000", "2025-10-01 14:00:00 GMT",
     "2025-10-01 16:00 +02:00", "2025-10-01 14:00:00+00", "2025/10/01 14:00:00", "20251001T140000Z",
     "20251001 14:00:00", "20251001140000", "Wed, 01 Oct 2025 14:00:00 GMT",
     "Wed, 01 Oct 2025 16:00:00 +0200", "Wed Oct  1 14:00:00 2025", "1 Oct 2025, 14:00",
     "October 1, 2025 2:00 PM", "October 1, 2025 2:00 p.m.",
     "01.10.2025 14:00", "1759327200", "1759327200000", 1759327200, 1759327200.5, 1759327200000,
     "1759327200000000", 1759327200000000000, "1.7593272e9", TWO_PM,
     TWO_PM.astimezone(timezone(timedelta(hours=-3))), datetime(2025, 10, 1, 14)],  # noqa: DTZ001
)  # fmt: skip
def test_a_time_is_read_in_utc_however_it_is_written(cell: object) -> None:
    assert judge(cell).moment(cell) == TWO_PM


@pytest.mark.parametrize(
    "cell",
    ["2025-10-01 14:00 EST", "2025-10-01 25:00", "2025-10-01 14:61", "2025-10-01 13:00 PM", "2025",
     "2025-10", "Oct 2025", "14:00", "2025-10-01 morning", "2025-10-01 14:00 +99:00", "soon", ""],
)  # fmt: skip
def test_what_is_no_time_is_not_read(cell: str) -> None:
    assert judge(cell).moment(cell) is None


@pytest.mark.parametrize("cell", ["2025-10-01", "01/10/2025", "1 Oct 2025", "20251001"])
def test_a_day_alone_is_its_midnight(cell: str) -> None:
    assert judge(cell, "31/12/2019").moment(cell) == datetime(2025, 10, 1, tzinfo=UTC)


@given(st.lists(CELLS, max_size=8), CELLS)
def test_no_cell_stops_the_reading(column: list[object], cell: object) -> None:
    style = judge(*column, cell)
    day, moment = style.day(cell), style.moment(cell)
    assert day is None or 1870 <= day.year <= 2100
    assert moment is None or moment.microsecond == 0
    assert (day is None) == (style.precision(cell) is None)
    assert not (style.is_blank(cell) and day)


DAYS = st.dates(date(1870, 1, 1), date(2100, 12, 31))
RECENT_DAYS = st.dates(date(TODAY.year + 2 - 99, 1, 1), date(TODAY.year + 2, 12, 31))
SETTLING = (date(1999, 12, 31), date(1998, 11, 30))
ORDERS: dict[str, Callable[[str, str, str, str], str]] = {
    "year first": lambda y, m, d, s: s.join((y, m, d)),
    "day first": lambda y, m, d, s: s.join((d, m, y)),
    "month first": lambda y, m, d, s: s.join((m, d, y)),
}


@st.composite
def numeric_styles(draw: st.DrawFn) -> tuple[str, Callable[[date], str], bool]:
    """An order in words, what writes a day in it, and whether years have two figures."""
    order = draw(st.sampled_from(sorted(ORDERS)))
    separator = draw(st.sampled_from(["/", "-", ".", " "]))
    short = draw(st.booleans())
    padded = draw(st.booleans()) or order == "year first"
    ending = draw(st.sampled_from(["", " 00:00", " 00:00:00", " 12:00:00 AM", " (US)"]))

    def write(day: date) -> str:
        year = f"{day.year % 100:02}" if short else f"{day.year}"
        month, number = (f"{n:02}" if padded else f"{n}" for n in (day.month, day.day))
        return ORDERS[order](year, month, number, separator) + ending

    return order, write, short


@given(st.data(), numeric_styles())
def test_days_in_any_one_order_are_read_as_they_were_written(
    data: st.DataObject, style: tuple[str, Callable[[date], str], bool]
) -> None:
    order, write, short = style
    days = data.draw(st.lists(RECENT_DAYS if short else DAYS, min_size=1, max_size=20))
    cells = [write(day) for day in days]
    judged = judge(*cells, *map(write, SETTLING))
    assert [judged.day(cell) for cell in cells] == days
    assert (judged.order, judged.ambiguous) == (order, False)
    midnights = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days]
    assert [judged.moment(cell) for cell in cells] == midnights


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro"
    " dezembro",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
}
FORMS = ["{d} {m} {y}", "{d}. {m} {y}", "{m} {d}, {y}", "{d} de {m} de {y}", "{d}-{m}-{y}",
         "{y} {m} {d}", "{d}{m}{y}", "{y}-{m}-{d}"]  # fmt: skip


@given(
    DAYS, st.sampled_from(sorted(MONTHS)), st.sampled_from(FORMS), st.sampled_from([str, str.upper])
)
def test_days_with_the_name_of_the_month_need_no_column(
    day: date, language: str, form: str, case: Callable[[str], str]
) -> None:
    name = MONTHS[language].split()[day.month - 1]
    cell = case(form.format(d=day.day, m=name, y=day.year))
    assert ANY.day(cell) == day


UNITS = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}


@given(
    st.lists(DAYS, min_size=1, max_size=20),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from([int, float, str, lambda n: f"{n}.0", lambda n: f"{n:.9e}"]),
)
def test_days_as_epochs_are_read_as_they_were_written(
    days: list[date], unit: str, form: Callable[[int], object]
) -> None:
    def write(day: date) -> object:
        return form((day - date(1970, 1, 1)).days * 86_400 * UNITS[unit])

    cells = [write(day) for day in days]
    judged = judge(*cells, *map(write, SETTLING))
    assert [judged.day(cell) for cell in cells] == days
    assert judged.order == f"epoch {unit}"


@given(
    st.lists(
        st.datetimes(datetime(1975, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
        min_size=3,
        max_size=10,
    ),
    st.integers(-12 * 60, 14 * 60),
    st.sampled_from(["iso", "space", "rfc", "seconds", "milliseconds", "day first"]),
)
def test_times_are_read_to_the_second(times: list[datetime], offset: int, form: str) -> None:
    zone = timezone(timedelta(minutes=offset))
    moments = [t.replace(microsecond=0, tzinfo=UTC) for t in times]
    write: dict[str, Callable[[datetime], object]] = {
        "iso": lambda t: t.astimezone(zone).isoformat(),
        "space": lambda t: f"{t:%Y-%m-%d %H:%M:%S} UTC",
        "rfc": lambda t: format_datetime(t.astimezone(zone)),
        "seconds": lambda t: int(t.timestamp()),
        "milliseconds": lambda t: str(int(t.timestamp()) * 1000),
        "day first": lambda t: f"{t:%d/%m/%Y %I:%M:%S %p}",
    }
    cells = [write[form](t) for t in moments]
    settling = [write[form](datetime(1999, 12, 31, 12, tzinfo=UTC))]
    assert [judge(*cells, *settling).moment(cell) for cell in cells] == moments

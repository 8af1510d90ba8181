"""When a file was observed is guessed from its release days, and mistakes move nothing."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts.require import real_data
from tmdbdash.importing.datasets import Hints, TextFile, open_dataset
from tmdbdash.importing.observation_date import (
    FEW_VOTES,
    ObservationGuess,
    guess_observation,
)

MADE = date(2024, 6, 14)
UNTIL = date(2031, 6, 1)
DAY = timedelta(days=1)

Film = tuple[date, int]
"""Day of release and votes."""


def popular(films: int, seed: int = 1, made: date = MADE) -> list[Film]:
    """A list like TMDB's popular one: half of it young, votes that come with the age."""
    chance = random.Random(seed)
    found = []
    for _ in range(films):
        age = int(600 * (chance.random() ** -1.2 - 1))
        day = made - min(age, 36_000) * DAY
        found.append((day, 1 + int(chance.expovariate(1) * (3 + age))))
    return found


def guess(films: Sequence[Film], until: date = UNTIL) -> ObservationGuess:
    releases = Counter(day for day, _ in films)
    few_votes = Counter(day for day, votes in films if votes < FEW_VOTES)
    found = guess_observation(releases, until=until, few_votes=few_votes)
    assert found is not None
    return found


def agree(one: ObservationGuess, other: ObservationGuess) -> bool:
    """Whether both may be guesses of one day: each is within the other's bounds."""
    return one.earliest <= other.day <= one.latest or other.earliest <= one.day <= other.latest


def planted(films: Sequence[Film], number: int, seed: int = 1) -> list[Film]:
    """The films, a number of them with dates up to years after the list was made."""
    chance = random.Random(seed)
    changed = list(films)
    for place in chance.sample(range(len(films)), number):
        changed[place] = (MADE + chance.randint(200, 2500) * DAY, changed[place][1])
    return changed


def days_off(found: ObservationGuess) -> int:
    return abs((found.day - MADE).days)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("share", [0, 0.001, 0.003, 0.01, 0.05])
def test_the_end_of_the_mass_is_found_and_misdated_films_do_not_move_it(
    share: float, seed: int
) -> None:
    found = guess(planted(popular(3000, seed), int(share * 3000), seed))
    assert days_off(found) <= 5
    assert found.sureness == "sure"
    assert found.earliest <= found.day <= found.latest < MADE + 90 * DAY
    assert found.films == 3000


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("films", [20, 50, 200])
def test_one_misdated_film_moves_no_small_list_out_of_its_bounds(films: int, seed: int) -> None:
    clean = popular(films, seed)
    newest = max(day for day, _ in clean)
    found = guess(planted(clean, 1, seed))
    assert found.earliest <= newest + DAY
    if films >= 50:
        assert abs((found.day - newest).days) <= 60


def test_four_films_and_a_sequel_with_early_votes() -> None:
    days = [date(2017, 6, 1), date(2017, 7, 1), date(2017, 8, 1), date(2020, 12, 16)]
    found = guess([(day, 100) for day in days])
    assert (found.day, found.sureness, found.newer) == (date(2017, 8, 1), "weak", 1)


@pytest.mark.parametrize(
    "default", [date(2099, 1, 1), date(2030, 12, 31), date(2025, 1, 1), date(9999, 12, 31)]
)
@pytest.mark.parametrize("films", [60, 3000])
def test_a_default_date_that_repeats_moves_nothing(films: int, default: date) -> None:
    clean = popular(films)
    found = guess([*clean, *[(default, 5)] * (films // 6)])
    assert found.day == guess(clean).day


def test_films_after_today_are_left_out() -> None:
    films = popular(500)
    ahead = [(UNTIL + n * DAY, 50) for n in range(1, 400)]
    assert guess([*films, *ahead]) == guess(films)
    assert guess(films, until=date(2020, 1, 1)).day <= date(2020, 1, 1)


@pytest.mark.parametrize("misdated", [0, 1, 30])
def test_halves_of_one_list_get_nearly_the_same_day(misdated: int) -> None:
    films = planted(popular(3000), misdated)
    shuffled = random.Random(5).sample(films, len(films))
    by_votes = sorted(films, key=lambda film: film[1])
    for order in (films, shuffled):
        first, second = guess(order[:1500]), guess(order[1500:])
        assert abs((first.day - second.day).days) <= 7
        assert agree(first, second)
    # Sorted by votes the second half lacks the newest films, and does not claim to have them.
    assert agree(guess(by_votes[1500:]), guess(by_votes[:1500]))


def test_the_older_half_of_a_list_is_not_taken_for_a_whole_one() -> None:
    films = sorted(popular(3000))
    older = guess(films[:1500])
    assert older.sureness != "sure"
    assert older.latest == UNTIL
    assert agree(older, guess(films[1500:]))


def test_lists_of_different_years_do_not_agree() -> None:
    assert not agree(guess(popular(2000)), guess(popular(2000, made=date(2021, 2, 1))))


def test_a_list_that_thins_out_may_be_of_any_later_time() -> None:
    chance = random.Random(2)
    films = [(date(2022, 1, 1) - int(chance.expovariate(1 / 3000)) * DAY, 300) for _ in range(3000)]
    late = [(date(2022, 1, 1) + n * 9 * DAY, 300) for n in range(20)]
    found = guess([*films, *late])
    assert date(2021, 12, 1) <= found.day <= date(2022, 7, 1)
    assert (found.sureness, found.latest) == ("rough", UNTIL)
    assert str(found).startswith("guessed from release dates, rough: between 2021-")


@pytest.mark.parametrize("films", [1, 2, 5])
def test_of_few_films_little_is_said(films: int) -> None:
    found = guess([(MADE - 400 * n * DAY, 10) for n in range(films)])
    assert (found.day, found.sureness, found.latest) == (MADE, "weak", UNTIL)


def test_classics_cannot_have_been_seen_before_there_was_tmdb() -> None:
    chance = random.Random(3)
    found = guess([(date(1925 + chance.randrange(45), 5, 3), 900) for _ in range(400)])
    assert (found.day, found.earliest, found.latest) == (date(2008, 1, 1), date(2008, 1, 1), UNTIL)
    assert found.sureness == "weak"


def test_best_rated_films_of_which_none_is_recent() -> None:
    chance = random.Random(4)
    films = [(date(2019, 3, 1) - chance.randrange(20_000) * DAY, 9000) for _ in range(250)]
    found = guess(films)
    assert date(2016, 1, 1) < found.day <= date(2019, 3, 1)
    assert found.sureness != "sure"
    assert found.latest == UNTIL


def test_dates_of_which_only_the_year_is_known() -> None:
    films = [(day.replace(month=1, day=1), votes) for day, votes in popular(3000)]
    wrong = [(date(2025 + n % 6, 1, 1), 10) for n in range(90)]
    found = guess([*films, *wrong])
    assert found.day == date(2024, 1, 1)
    assert found.sureness != "sure"
    assert found.latest >= MADE


def test_nothing_is_said_where_no_film_tells() -> None:
    assert guess_observation({}, until=UNTIL) is None
    assert guess_observation({UNTIL + DAY: 7}, until=UNTIL) is None
    assert guess_observation({MADE: 0}, until=UNTIL) is None


def test_no_guess_is_sure_without_a_look_at_the_votes() -> None:
    days = Counter(day for day, _ in popular(3000))
    found = guess_observation(days, until=UNTIL)
    assert found is not None
    assert (found.sureness, found.latest) == ("rough", UNTIL)


def test_a_million_films_take_no_longer_than_they_must() -> None:
    chance = random.Random(6)
    days = Counter(MADE - int(chance.expovariate(1 / 4000)) * DAY for _ in range(200_000))
    many = {day: films * 5 for day, films in days.items()}
    for _ in range(50_000):
        day = MADE + chance.randrange(2500) * DAY
        many[day] = many.get(day, 0) + 1
    started = time.perf_counter()
    found = guess_observation(many, until=UNTIL)
    assert time.perf_counter() - started < 5
    assert found is not None
    assert days_off(found) <= 5


@given(
    releases=st.dictionaries(st.dates(), st.integers(0, 10**6), max_size=40),
    until=st.dates(min_value=date(1970, 1, 1)),
)
def test_any_release_days_give_a_day_within_its_bounds(
    releases: dict[date, int], until: date
) -> None:
    found = guess_observation(releases, until=until, few_votes=releases)
    if found is None:
        assert not any(films and day <= until for day, films in releases.items())
        return
    assert found.earliest <= found.day <= found.latest <= until
    assert 0 <= found.newer < found.films


def test_the_real_list_of_a_known_time() -> None:
    """Its popularities are those of the daily list of 24 October 2025, 3:31."""
    rows = open_dataset(
        TextFile(real_data("popular_200pages_2025-11.csv.gz")), Hints(date(2026, 11, 28))
    ).rows()
    facts = [row.facts for row in rows]
    found = guess(
        [(f.release_date, f.vote_count) for f in facts if f and f.release_date and f.vote_count]
    )
    assert (found.day, found.sureness) == (date(2025, 10, 23), "sure")

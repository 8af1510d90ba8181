"""Rows of many tracked films with history and details, for the parts of the page that browse."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tests.parts import sample_rows as sample
from tmdbdash.records import Movie, NearFilm
from tmdbdash.report.films.film_details import DetailRows, FactRow
from tmdbdash.report.films.film_files import FilmFiles, film_files
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.past import RANGES, Past
from tmdbdash.report.query.tracked_films import ExpectedFilm, TrackedFilm
from tmdbdash.storage.past_values import Point

GENRES = ("Action", "Comedy", "Drama", "Science Fiction")
WORDS = (
    *("night", "train", "porto", "rain", "glass", "mountain", "paper"),
    *("tiger", "salt", "orbit", "moth", "winter", "mira", "thief"),
)
OBSERVED = int(sample.OBSERVED.timestamp())
DAY = 86_400


def title_of(number: int) -> str:
    chance = random.Random(number)
    return f"{' '.join(chance.sample(WORDS, 3)).title()} {number}"


def genres_of(number: int) -> str:
    return ",".join(genre for place, genre in enumerate(GENRES) if number >> place & 1)


def release_of(number: int) -> date | None:
    return None if number % 17 == 0 else date(1990 + number % 36, 1 + number % 12, 1 + number % 28)


def popularity_of(number: int) -> float:
    return round(900 / (number + 1), 3)


def tracked(titles: Mapping[int, str], *, risen: float = 0) -> dict[int, TrackedFilm]:
    """These films, by number."""
    return {
        n: TrackedFilm(
            tmdb_id=n,
            title=titles[n],
            original_title=f"Original {n}",
            release_date=release_of(n),
            genres=genres_of(n),
            language="pt" if n % 3 else "xx",
            popularity=popularity_of(n) + risen,
            vote_count=7 * n,
            vote_average=None if n % 23 == 0 else 4 + n % 50 / 10,
            snapshot_at=sample.OBSERVED,
            observed_at=sample.OBSERVED,
            poster_path=f"/poster{n}.jpg",
            updated_at=sample.OBSERVED,
        )
        for n in sorted(titles)
    }


def expected(ids: Iterable[int]) -> dict[int, ExpectedFilm]:
    """What the model expects of every second film."""
    return {
        n: ExpectedFilm(
            tmdb_id=n,
            predicted_popularity=1.2 * popularity_of(n),
            predicted_popularity_low=0.8 * popularity_of(n),
            predicted_popularity_high=1.7 * popularity_of(n),
            predicted_vote_average=6.4,
            predicted_vote_average_low=5.25,
            predicted_vote_average_high=7.5,
            actual_popularity=popularity_of(n),
            actual_vote_average=4 + n % 50 / 10,
            mode="released",
            prediction_source="out_of_fold",
        )
        for n in ids
        if n % 2 == 0
    }


def path_to(end: float, days: int) -> list[tuple[int, float]]:
    """Popularity in even steps up to the latest list."""
    return [(OBSERVED - days * DAY * (20 - n) // 20, end * (0.8 + n / 100)) for n in range(21)]


def before(film: Movie, window: timedelta) -> Point:
    """What a listed film had so long ago: two of three have moved since."""
    changed = 1 + window.days * (film.tmdb_id % 3 - 1) / 20
    at = OBSERVED - int(window.total_seconds())
    popularity = (film.popularity or 0) * changed
    return Point(at, popularity, film.vote_count, 6.1, film.tmdb_id + film.tmdb_id % 3 - 1)


def details(
    titles: Mapping[int, str], popularities: Mapping[int, float] | None = None
) -> DetailRows:
    """The details of these films, whose histories end with these popularities."""
    ids = sorted(titles)
    ends = popularities or {n: popularity_of(n) for n in ids}
    facts: dict[str, list[Any]] = {name: [None for _ in ids] for name in FactRow._fields}
    facts |= {
        "tmdb_id": ids,
        "original_title": [f"Original {n}" for n in ids],
        "overview": [f"What happens in {titles[n]}." for n in ids],
        "runtime": [90 + n % 60 for n in ids],
        "production_companies": [("One", f"<b>{titles[n]}</b>") for n in ids],
        "imdb_id": [f"tt{n:07d}" for n in ids],
    }
    near = {n: [other for other in ids[:6] if other != n][:5] for n in ids}
    return DetailRows(
        facts=[FactRow(*row) for row in zip(*facts.values(), strict=True)],
        points={
            n: [Point(at, value, 7 * n, 6.1, n) for at, value in path_to(ends[n], 40)] for n in ids
        },
        contributions=sample.contributions([sample.film(n) for n in ids if n % 4 == 0]),
        embeddings={place.tmdb_id: place for place in sample.places([sample.film(n) for n in ids])},
        near={
            n: [
                NearFilm(tmdb_id=n, place=p, other_id=o, distance=p / 10, made_at=sample.TRAINED)
                for p, o in enumerate(others, start=1)
            ]
            for n, others in near.items()
        },
    )


def titles(count: int, named: Sequence[str] = ()) -> dict[int, str]:
    """Titles of films by number from 1 on, the first ones as given."""
    given = dict(enumerate(named, start=1))
    return {n: given.get(n) or title_of(n) for n in range(1, count + 1)}


def rows(films: Mapping[int, str], *, risen: float = 0, **changes: Any) -> Rows:
    """The page's rows where these films are tracked; the first 24 are listed."""
    listed = [
        sample.film(n, title=films[n], popularity=popularity_of(n) + risen)
        for n in sorted(films)[:24]
    ]
    leading = [film.tmdb_id for film in listed[:20]]
    past = Past(
        as_of=sample.OBSERVED,
        ago={
            name: {
                film.tmdb_id: before(film, window)
                for film in listed
                if film.tmdb_id % 5 and film.popularity
            }
            for name, window in RANGES.items()
        },
        week={n: path_to(popularity_of(n) + risen, 7) for n in leading},
    )
    whole: dict[str, Any] = {
        "films": len(films),
        "tracked": tracked(films, risen=risen),
        "expected": expected(sorted(films)),
        "past": past,
    }
    return sample.rows(listed, **whole | changes)


def uneven(films: Mapping[int, str]) -> dict[str, Any]:
    """Figures that do not follow from one another, as real ones: they pack worse."""
    chance = random.Random(11)

    def spoilt(values: tuple[Any, ...]) -> list[Any]:
        return [v * chance.uniform(0.7, 1.4) if isinstance(v, float) else v for v in values]

    titles = {
        n: "".join(chance.choices("abcdefghijklmnoprstuvw  ", k=chance.randrange(8, 30)))
        for n in films
    }
    return {
        "tracked": {n: TrackedFilm(*spoilt(film)) for n, film in tracked(titles).items()},
        "expected": {n: ExpectedFilm(*spoilt(film)) for n, film in expected(sorted(films)).items()},
    }


def files(
    films: Mapping[int, str],
    found: Rows,
    *,
    risen: float = 0,
    posters: Mapping[int, str] | None = None,
) -> FilmFiles:
    """The table and the shards of these films."""
    popularities = {n: popularity_of(n) + risen for n in films}
    return film_files(found, lambda _: [details(films, popularities)], posters=posters)

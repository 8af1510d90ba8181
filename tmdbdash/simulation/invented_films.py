"""Invented films: names, facts and popularity, all from one seeded generator.

The distributions are those of TMDB's popular lists of 2025 and 2026: a heavy tail of popularity,
votes that grow with age and fame, ratings that depend on genre, length and budget, and the
usual blanks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tmdbdash.simulation import words
from tmdbdash.simulation.artists import Artist, Artists, Series

FIRST_ID = 5_000_000
"""Far above TMDB's ids, so that no invented film has a real one's."""
TOP, FLOOR = 600.0, 4.2
"""Popularity of the first and of the last film, on the scale of 2026."""
RELEASE_WAVE, COMES, FADES = 1.5, 6.0, 14.0
"""The logarithm of what a release adds on its day, and the days in which it comes and fades."""

# How common a genre is, and what it does to a film's fame, its rating and its minutes.
_GENRES: dict[int, tuple[float, float, float, float]] = {
    28: (0.14, 0.45, -0.15, 6), 12: (0.09, 0.40, 0.0, 5), 16: (0.09, 0.30, 0.30, -12),
    35: (0.13, 0.0, -0.15, -6), 80: (0.07, 0.05, 0.10, 4), 99: (0.02, -0.7, 0.35, -14),
    18: (0.17, -0.15, 0.35, 9), 10751: (0.06, 0.20, 0.05, -8), 14: (0.06, 0.25, 0.0, 4),
    36: (0.02, -0.3, 0.35, 16), 27: (0.10, 0.10, -0.55, -8), 10402: (0.02, -0.3, 0.20, 2),
    9648: (0.05, 0.0, 0.05, 0), 10749: (0.08, -0.1, 0.0, 2), 878: (0.07, 0.45, -0.10, 7),
    10770: (0.02, -0.8, -0.30, -12), 53: (0.13, 0.10, -0.10, 2), 10752: (0.02, -0.1, 0.25, 14),
    37: (0.01, -0.4, 0.05, 6),
}  # fmt: skip

# One title with markup and one that a spreadsheet would take for a formula: untrusted text exists.
_AWKWARD_TITLES = (
    '<b>Ysolde & "Bram\'s" Heist</b>',
    "=Quillmoor+1",
    "Søster & Brødre: 50% of Nimosa",
)
_AWKWARD_RANKS = (12, 17, 24)


@dataclass(slots=True, eq=False)
class Film:
    """One invented film: fixed facts, and metrics that change with simulated time.

    ``level`` is the popularity it tends to, ``heat`` the logarithm of its distance from there,
    ``speed`` and ``climb`` how fast that changes a day. ``popularity`` is what lists show.
    """

    tmdb_id: int
    title: str
    title_pt: str
    original_title: str
    language: str
    place: str
    overview: tuple[str, str]
    tagline: tuple[str, str]
    genres: tuple[int, ...]
    release: date | None
    runtime: int | None
    budget: int
    adult: bool
    poster: str | None
    backdrop: str | None
    imdb_id: str | None
    companies: tuple[str, ...]
    countries: tuple[str, ...]
    collection: Series | None
    fame: float
    taste: float
    directors: tuple[Artist, ...] = ()
    writers: tuple[Artist, ...] = ()
    cast: tuple[Artist, ...] = ()
    keywords: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()
    level: float = FLOOR
    heat: float = 0.0
    speed: float = 0.0
    climb: float = 0.0
    popularity: float = FLOOR
    votes: int = 0
    luck: float = 0.0
    buzz: float = field(default=0.0, repr=False)

    def released(self, today: date) -> bool:
        """Whether it can be seen, and so voted for. An old film may have lost its date."""
        return self.release is None or self.release <= today

    def release_wave(self, day: float) -> float:
        """The logarithm of what a release near the ``day``, an ordinal, adds to popularity."""
        if self.release is None:
            return 0.0
        since = day - self.release.toordinal()
        return RELEASE_WAVE * math.exp(-since / FADES if since >= 0 else since / COMES)

    @property
    def rating(self) -> float:
        """The mean of its votes; 0 without any, as TMDB writes it."""
        if not self.votes:
            return 0.0
        mean = self.taste + self.luck / math.sqrt(self.votes)
        return round(min(9.6, max(1.0, mean)), 3)


def invent(count: int, rng: Random, today: date) -> list[Film]:
    """``count`` films and some adult ones besides, which lists leave out unless asked."""
    titles: set[str] = set()
    films = [_invent(number, rng, today, titles) for number in range(count + count // 200)]
    for film in films[count:]:
        film.adult = True
    _add_people(films, Random(f"{films[0].tmdb_id if films else 0} people"))  # noqa: S311
    films.sort(key=lambda film: -film.buzz)
    steepness = math.log(TOP / FLOOR) / math.log(max(len(films), 3))
    for rank, film in enumerate(films, start=1):
        tail = FLOOR * (len(films) / rank) ** steepness
        wave = film.release_wave(today.toordinal())
        film.level = tail * math.exp(rng.gauss(0, 0.06) - wave)
        film.popularity = round(film.level * math.exp(film.heat + wave), 4)
        _vote(film, rng, today)
    for rank, title in zip(_AWKWARD_RANKS, _AWKWARD_TITLES, strict=True):
        if rank <= len(films):
            film = films[rank - 1]
            film.title = film.title_pt = title
            if film.language == "en":
                film.original_title = title
    return films


def _invent(number: int, rng: Random, today: date, taken: set[str]) -> Film:
    language = rng.choices(list(words.LANGUAGES), [row[0] for row in words.LANGUAGES.values()])[0]
    title, title_pt, original, place = _name(rng, language, taken)
    genres = _pick_genres(rng)
    release = _release(rng, today)
    effects = [_GENRES[number] for number in genres]
    fame = rng.gauss(0, 1)
    liked = sum(e[1] for e in effects) / len(effects)
    runtime = round(102 + sum(e[3] for e in effects) / len(effects) + 7 * fame + rng.gauss(0, 11))
    budget = 10 ** (6.7 + 0.55 * fame + 0.6 * liked + rng.gauss(0, 0.35))
    age = (today - release).days / 365.25
    season = 0.15 if release.month in (6, 7, 8, 11, 12) else 0.0
    freshness = 1.5 * math.exp(-age / 1.2) if age >= 0 else 0.9 + 1.3 * math.exp(age / 0.3)
    buzz = fame + freshness + liked + 0.25 * (language == "en") + season + rng.gauss(0, 0.5)
    taste = (
        6.45 + 1.3 * sum(e[2] for e in effects) / len(effects) + 0.018 * (runtime - 104)
        + 0.30 * fame + 0.10 * (language in ("ja", "ko")) + rng.gauss(0, 0.28)
    )  # fmt: skip
    country = words.LANGUAGES[language][1]
    film = Film(
        tmdb_id=FIRST_ID + 7 * number + rng.randrange(7),
        title=title, title_pt=title_pt, original_title=original, language=language, place=place,
        overview=_overview(rng, place), tagline=rng.choice(words.TAGLINES), genres=genres,
        release=release, runtime=max(61, min(210, runtime)),
        budget=int(round(budget, -5)) if budget > 4e5 and rng.random() < 0.65 else 0, adult=False,
        poster=_image(rng), backdrop=_image(rng), imdb_id=f"tt9{rng.randrange(10**7):07d}",
        companies=tuple(f"{_place(rng)[0]} {rng.choice(words.COMPANIES)}"
                        for _ in range(rng.randint(1, 3))),
        countries=(country, "GB") if language == "en" and rng.random() < 0.2 else (country,),
        collection=Series(number, f"The {place} Collection", 0.0) if rng.random() < 0.15 else None,
        fame=fame, taste=taste, luck=rng.gauss(0, 2.2), buzz=buzz,
    )  # fmt: skip
    if -0.03 < age < 0.03:  # out now: it comes up from below
        film.heat, film.climb = -0.7, 0.5
    _blank(film, rng)
    return film


def _add_people(films: list[Film], rng: Random) -> None:
    """Give films their people and series, whose talents make them more or less liked.

    By a generator of its own, so that the films are else the same as without.
    """
    artists = Artists(len(films), rng)
    parts: list[Series] = []
    for film in films:
        film.directors, film.writers, film.cast = artists.team(rng)
        film.keywords = tuple(rng.sample(words.KEYWORDS, rng.randint(0, 3)))
        talent = film.directors[0].talent
        faces = sum(actor.talent for actor in film.cast) / len(film.cast)
        film.buzz += 0.4 * talent + 0.3 * faces
        film.taste += 0.25 * talent + 0.1 * film.writers[0].talent
        if film.collection is not None:
            if not parts:
                talent = rng.gauss(0, 1)
                parts = [Series(film.collection.number, film.collection.name, talent)]
                parts *= rng.randint(2, 4)
            film.collection = parts.pop()
            film.buzz += 0.6 * film.collection.talent
        if rng.random() < 0.03:  # nobody has entered them yet
            film.directors = film.writers = film.cast = ()


def _blank(film: Film, rng: Random) -> None:
    """Leave out what TMDB leaves out now and then."""
    if rng.random() < 0.012:
        film.release = None
    if rng.random() < 0.012:
        film.genres = ()
    if rng.random() < 0.025:
        film.runtime = rng.choice((0, 0, None))
    if rng.random() < 0.05:
        film.poster = None
    if rng.random() < 0.08:
        film.backdrop = None
    if rng.random() < 0.06:
        film.imdb_id = None
    if rng.random() < 0.04:
        film.overview = ("", "")
    if rng.random() < 0.5:
        film.tagline = ("", "")
    if rng.random() < 0.02:
        film.companies = ()
    if rng.random() < 0.01:
        film.absent = frozenset({rng.choice(("backdrop_path", "overview", "vote_average"))})


def _vote(film: Film, rng: Random, today: date) -> None:
    if not film.released(today):
        film.votes = rng.choice((0, 0, 0, 0, 1, 3))
        return
    age = 8.0 if film.release is None else (today - film.release).days / 365.25
    grown = 2.6 + 0.95 * math.log(film.level) + 0.5 * math.log1p(age) + 0.4 * film.fame
    film.votes = 0 if rng.random() < 0.02 else int(math.exp(grown + rng.gauss(0, 0.3)))


def _pick_genres(rng: Random) -> tuple[int, ...]:
    weights = [row[0] for row in _GENRES.values()]
    drawn = rng.choices(list(_GENRES), weights, k=rng.choice((1, 2, 2, 3, 3, 4)))
    return tuple(dict.fromkeys(drawn))


def _release(rng: Random, today: date) -> date:
    share = rng.random()
    if share < 0.06:
        return today + timedelta(days=math.ceil(330 * (rng.randint(1, 330) / 330) ** 3))
    if share < 0.38:
        return today - timedelta(days=int(365 * rng.random() ** 1.6))
    back = rng.expovariate(1 / 11)
    return max(today - timedelta(days=int(365 + 365.25 * back)), date(1970, 1, 1))


def _place(rng: Random) -> tuple[str, str, str, str]:
    """A made-up place in Latin letters, katakana, hangul and Cyrillic."""
    first, last = rng.choice(words.BEGINNINGS), rng.choice(words.ENDS)
    return (first[0] + last[0], first[1] + last[1], first[2] + last[2], first[3] + last[3])


def _name(rng: Random, language: str, taken: set[str]) -> tuple[str, str, str, str]:
    """English title, Portuguese title, original title and the place they are about."""
    place = _place(rng)
    latin, katakana, hangul, cyrillic = place
    noun, pt, gender, es, fr, ja, ko, ru = rng.choice(words.NOUNS)
    adjective, his, hers = rng.choice(words.ADJECTIVES)
    the, one, pt_adjective = ("a", "uma", hers) if gender == "f" else ("o", "um", his)
    title, title_pt = rng.choice(
        (
            (f"The {noun} of {latin}", f"{the.upper()} {pt} de {latin}"),
            (f"{latin} {noun}", f"{pt} de {latin}"),
            (f"Beyond {latin}", f"Além de {latin}"),
            (f"{latin} Rising", f"{latin} Desperta"),
            (f"The Road to {latin}: {noun}", f"A Estrada para {latin}: {pt}"),
            (f"The {adjective} {noun} of {latin}", f"{pt} {pt_adjective} de {latin}"),
            (f"One {noun} in {latin}", f"{one.capitalize()} {pt} em {latin}"),
        )
    )
    part = 1
    while (numbered := title if part == 1 else f"{title} {part}") in taken:
        part += 1
    taken.add(numbered)
    if part > 1:
        title, title_pt = numbered, f"{title_pt} {part}"
    original: Mapping[str, str] = {
        "en": title,
        "pt": title_pt,
        "es": f"{es} de {latin}",
        "fr": f"{fr} de {latin}",
        "ja": f"{katakana}の{ja}",
        "ko": f"{hangul}의 {ko}",
        "ru": f"{ru}: {cyrillic}",
    }
    return title, title_pt, original[language], latin


def _overview(rng: Random, place: str) -> tuple[str, str]:
    hero, turn, stake = rng.choice(words.HEROES), rng.choice(words.TURNS), rng.choice(words.STAKES)
    return (
        f"In {place}, {hero[0]} {turn[0]}, {stake[0]}.",
        f"Em {place}, {hero[1]} {turn[1]}, {stake[1]}.",
    )


def _image(rng: Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"
    return f"/{''.join(rng.choices(letters, k=27))}.jpg"

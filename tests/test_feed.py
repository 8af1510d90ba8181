"""The feed: what happened lately, valid Atom, and the same event under the same id for ever."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from uuid import UUID, uuid5
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tests.parts.feeds import ATOM, FILMS, read, text, told
from tests.parts.followed import DAY, HOUR, follow
from tests.parts.home import Home
from tests.parts.rendered import HOSTILE, render
from tmdbdash.errors import NotReadyError
from tmdbdash.report import publish
from tmdbdash.report.feed.atom import feed
from tmdbdash.report.feed.events import MOST_EVENTS, Event, newest_events
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.panels.dashboard import Dashboard, build_dashboard
from tmdbdash.report.query.list_days import ListedFilm, Moment
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.settings import load_settings
from tmdbdash.storage import Store, open_store

NIGHT = datetime(2026, 1, 31, tzinfo=UTC)
SEEN = datetime(2026, 1, 30, 14, 20, 8, tzinfo=UTC)
HERE = UUID(int=7)
ROWS = sample.rows(FILMS)


@cache
def simple_dashboard(folder: Path) -> Dashboard:
    return build_dashboard(ROWS, load_settings(folder), sample.NOW)


def moment(days: float, values: Mapping[int, float], *, votes: int = 100) -> Moment:
    """The listed films at a time so many days after the night, by popularity."""
    ordered = sorted(values, key=lambda tmdb_id: -values[tmdb_id])
    films = {n: ListedFilm(values[n], votes, rank) for rank, n in enumerate(ordered, start=1)}
    return Moment(NIGHT + days * DAY, films)


def usual(**changes: float) -> dict[int, float]:
    """Twenty films, the first the most popular; ``f3=7.0`` sets film 3's popularity."""
    return {n: 100.0 - n for n in range(1, 21)} | {int(k[1:]): v for k, v in changes.items()}


def event(**changes: object) -> Event:
    facts: dict[str, object] = {
        "kind": "rose",
        "day": date(2026, 1, 30),
        "tmdb_id": 7,
        "title": "Rain",
        "popularity": 90.0,
        "before": 30.0,
        "place": 1,
        "since": NIGHT - DAY,
        "observed_at": SEEN,
    }
    return Event(**facts | changes)  # type: ignore[arg-type]  # facts of a test


def test_films_that_came_into_the_top_ten_are_told_once() -> None:
    moments = [
        moment(0, usual()),
        moment(1, usual(f15=99.5)),
        moment(2, usual(f15=99.5)),
        moment(3, usual()),
        moment(3.5, usual(f15=99.5)),
    ]
    assert told(newest_events(ROWS, moments)) == [
        ("entered", 15, "2026-02-03"),
        ("entered", 10, "2026-02-02"),
        ("entered", 15, "2026-01-31"),
    ]


def test_large_moves_are_told_with_what_they_were() -> None:
    moments = [
        moment(0, usual(f20=10.0, f19=30.0, f18=20.0)),
        moment(1, usual(f20=15.0, f19=20.0, f18=29.9)),
    ]
    events = newest_events(ROWS, moments)
    assert told(events) == [("fell", 19, "2026-01-31"), ("rose", 20, "2026-01-31")]
    assert [(one.before, one.popularity, one.ratio) for one in events] == [
        (30.0, 20.0, pytest.approx(2 / 3)),
        (10.0, 15.0, 1.5),
    ]


def test_below_the_floor_and_across_a_gap_nothing_has_moved() -> None:
    few = [moment(0, usual(f20=10.0), votes=19), moment(1, usual(f20=20.0), votes=19)]
    small = [moment(0, usual(f20=0.5)), moment(1, usual(f20=5.0))]
    gap = [moment(0, usual(f20=10.0)), moment(1, {}), moment(2, usual(f20=50.0, f15=99.5))]
    assert newest_events(ROWS, few) == ()
    assert newest_events(ROWS, small) == ()
    assert told(newest_events(ROWS, gap)) == [("entered", 15, "2026-02-01")]


def test_the_first_list_ever_is_no_event() -> None:
    assert newest_events(ROWS, []) == ()
    assert newest_events(ROWS, [moment(0, {}), moment(1, usual())]) == ()


def test_films_that_are_not_in_the_table_are_not_told() -> None:
    moments = [moment(0, usual()), moment(1, usual(f999=99.5))]
    assert newest_events(ROWS, moments) == ()


def test_the_newest_events_are_kept() -> None:
    moments = [
        moment(n, {f: 50.0 + (f % 2) * 60 * (n % 2) for f in range(1, 41)}) for n in range(5)
    ]
    events = newest_events(ROWS, moments)
    assert len(events) == MOST_EVENTS
    days = [one.day for one in events]
    assert days == sorted(days, reverse=True)
    assert days[0] == date(2026, 2, 3)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_feed_is_valid_atom_in_each_language(home: Home, locale: str) -> None:
    """What RFC 4287 asks of a feed and an entry."""
    events = [event(), event(kind="fell", tmdb_id=8), event(kind="entered", tmdb_id=9, before=None)]
    dashboard = build_dashboard(ROWS, home.settings(locale=locale), sample.NOW)
    root = read(feed(dashboard, events, load_catalogue(locale), HERE))
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == locale
    author = root.find(f"{ATOM}author")
    assert author is not None
    assert text(author, "name") == "tmdbdash"
    assert "endorsed" in text(root, "rights") or locale != "en"
    assert "TMDB" in text(root, "rights")
    ids = [text(root, "id")]
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert text(element, "title")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text(element, "updated"))
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 3
    for entry, one in zip(entries, events, strict=True):
        ids.append(text(entry, "id"))
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.get("rel") == "alternate"
        assert link.get("href") == f"https://www.themoviedb.org/movie/{one.tmdb_id}"
        assert "Rain" in text(entry, "title")
        assert "Rain" in text(entry, "summary")
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", i) for i in ids)
    assert text(root, "updated") == "2026-01-30T14:20:08Z"


def check_atom(root: ElementTree.Element, at: str) -> None:
    """What RFC 4287 (4.1.1, 4.1.2, 4.2.7) asks of the elements of a feed loaded from ``at``."""

    def links(element: ElementTree.Element) -> dict[str, str]:
        found = element.findall(f"{ATOM}link")
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in found]
        assert len(set(kinds)) == len(kinds), "alternate links of one type"
        return {str(link.get("rel")): urljoin(at, str(link.get("href"))) for link in found}

    entries = root.findall(f"{ATOM}entry")
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, name
        assert urlsplit(text(element, "id")).scheme == "urn"
        for name in ("updated", "published"):
            for moment_ in element.findall(ATOM + name):
                datetime.fromisoformat(str(moment_.text))
    assert len(root.findall(f"{ATOM}author")) == 1
    own = links(root)
    assert own["self"] == at
    assert own["alternate"] in (urljoin(at, "index.html"), urljoin(at, "."))
    for entry in entries:
        assert links(entry)["alternate"].startswith("https://www.themoviedb.org/movie/")
        assert len(entry.findall(f"{ATOM}summary")) == 1
    assert len({text(entry, "id") for entry in entries}) == len(entries)


@pytest.mark.parametrize(
    ("site_url", "at"),
    [
        (None, "https://anywhere.example/films/feed.xml"),
        ("https://films.example/", "https://films.example/feed.xml"),
        ("https://films.example/a/b/", "https://films.example/a/b/feed.xml"),
    ],
)
def test_links_lead_to_the_feed_and_the_page_from_wherever_it_is_read(
    home: Home, site_url: str | None, at: str
) -> None:
    dashboard = build_dashboard(ROWS, home.settings(), sample.NOW)
    events = [event(), event(kind="entered", tmdb_id=9, before=None)]
    root = read(feed(dashboard, events, load_catalogue("en"), HERE, site_url))
    check_atom(root, at)
    hrefs = [str(link.get("href")) for link in root.findall(f"{ATOM}link")]
    assert all(href.startswith("https://") for href in hrefs) == (site_url is not None)
    plain_ids = read(feed(dashboard, events, load_catalogue("en"), HERE)).iter(f"{ATOM}id")
    assert [e.text for e in root.iter(f"{ATOM}id")] == [e.text for e in plain_ids]


def test_the_published_feed_is_absolute_where_the_site_is_set(store: Store, home: Home) -> None:
    follow(store, FILMS, [0 * HOUR])
    out = home.path / "out"
    settings = home.settings(site_url="https://films.example/x/")
    publish(store, settings, now=sample.NOW, out_dir=out)
    check_atom(read((out / "feed.xml").read_bytes()), "https://films.example/x/feed.xml")


def test_each_language_words_each_kind_of_event(home: Home) -> None:
    summaries = {}
    for locale in LOCALES:
        dashboard = build_dashboard(ROWS, home.settings(locale=locale), sample.NOW)
        root = read(feed(dashboard, [event()], load_catalogue(locale), HERE))
        summaries[locale] = text(root.findall(f"{ATOM}entry")[0], "summary")
    assert "from 30.0 to 90.0" in summaries["en"]
    assert "Jan 30, 2026" in summaries["en"]
    assert "de 30,0 para 90,0" in summaries["pt-BR"]


def test_an_event_keeps_its_id_in_any_language_and_invented_films_have_others(home: Home) -> None:
    def ids(here: UUID = HERE, **changes: object) -> list[str]:
        dashboard = build_dashboard(ROWS, home.settings(**changes), sample.NOW)
        catalogue = load_catalogue(dashboard.locale)
        later = event(popularity=95.0, title="Rain, renamed", place=4)
        return [
            text(e, "id")
            for e in read(feed(dashboard, [later], catalogue, here)).iter(f"{ATOM}entry")
        ]

    dashboard = build_dashboard(ROWS, home.settings(), sample.NOW)
    first = read(feed(dashboard, [event()], load_catalogue("en"), HERE))
    assert ids() == ids(locale="pt-BR") == [text(e, "id") for e in first.iter(f"{ATOM}entry")]
    assert ids(simulated=True) != ids()
    assert ids(UUID(int=8)) != ids()


def test_a_database_keeps_its_id(engine_home: Home) -> None:
    with open_store(engine_home.settings()) as store:
        first = store.fetch_installation()
    with open_store(engine_home.settings()) as store:
        assert store.fetch_installation() == first


def test_two_databases_have_two_ids(home: Home) -> None:
    found = set()
    for name in ("here", "there"):
        (home.path / name).mkdir()
        with open_store(load_settings(home.path / name)) as store:
            found.add(store.fetch_installation())
    assert len(found) == 2


def test_the_published_feed_has_the_ids_of_its_database(store: Store, home: Home) -> None:
    with pytest.raises(NotReadyError):
        publish(store, home.settings(), now=sample.NOW, out_dir=home.path / "out")
    root = read((home.path / "out" / "feed.xml").read_bytes())
    assert text(root, "id") == uuid5(uuid5(store.fetch_installation(), "real"), "feed").urn


def test_no_events_and_no_films_make_a_feed_all_the_same(home: Home) -> None:
    for rows in (ROWS, Rows()):
        files = render(build_dashboard(rows, home.settings(), sample.NOW))
        root = read(files["feed.xml"])
        assert root.findall(f"{ATOM}entry") == []
        assert text(root, "updated") == "2026-01-31T00:00:00Z"
    page = render(build_dashboard(ROWS, home.settings(), sample.NOW))["index.html"].decode()
    assert '<link rel="alternate" href="feed.xml" type="application/atom+xml"' in page


def test_simulated_data_are_told_as_such(home: Home) -> None:
    files = render(build_dashboard(ROWS, home.settings(simulated=True), sample.NOW))
    assert "Simulated data" in text(read(files["feed.xml"]), "title")


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_text(home: Home, title: str) -> None:
    dashboard = build_dashboard(ROWS, home.settings(), sample.NOW)
    root = read(feed(dashboard, [event(title=title)], load_catalogue("en"), HERE))
    plain = read(feed(dashboard, [event()], load_catalogue("en"), HERE))
    assert [e.tag for e in root.iter()] == [e.tag for e in plain.iter()]
    shown = text(root.findall(f"{ATOM}entry")[0], "title")
    visible = [c for c in " ".join(title.split()) if c.isprintable() and c.isascii()]
    assert [c for c in shown if c in visible][: len(visible)] == visible


@given(st.text(max_size=80))
@hypothesis_settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_title_makes_a_feed_that_can_be_read(home: Home, title: str) -> None:
    root = read(feed(simple_dashboard(home.path), [event(title=title)], load_catalogue("en"), HERE))
    entry = root.findall(f"{ATOM}entry")[0]
    assert text(entry, "title").startswith("\u2068")
    assert text(entry, "summary")

"""A page of its own for each listed film: what a link to it shows, and how long it stays."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.engines import on_sqlite
from tests.parts.followed import DAY, HOUR, follow, hours
from tests.parts.home import Home
from tests.parts.hostile import TITLES
from tests.parts.markup import Element, parsed
from tests.parts.rendered import film_files_of, render
from tmdbdash.records import Movie
from tmdbdash.report import publish
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.former_files import film_pages_in
from tmdbdash.storage import Store

URL = "https://films.example/site/"
PLAIN = "Night Train to Porto"


def site_of(home: Home, rows: Rows, *, minutes: int = 0, **options: object) -> dict[str, bytes]:
    at = sample.NOW + timedelta(minutes=minutes)
    dashboard = build_dashboard(rows, home.settings(), at)
    return render(dashboard, film_files_of(rows), **options)


def properties(page: Element) -> dict[str, str]:
    """What other programs read of the page."""
    metas = page.all("meta")
    found = {meta["property"]: meta["content"] for meta in metas if "property" in meta.attributes}
    return found | {meta["name"]: meta["content"] for meta in metas if "name" in meta.attributes}


def test_a_link_to_a_film_shows_what_it_is(home: Home) -> None:
    posters = {1: "posters/abc.jpg", 2: "https://image.tmdb.org/t/p/w185/x.jpg"}
    files = site_of(home, sample.rows(), site_url=URL, posters=posters)
    page = parsed(files["film/1.html"])
    told = properties(page)
    line = f"\u2068{PLAIN}\u2069: popularity 490.0, place 1, rating 6.2, expected popularity 203.1."
    assert page.one("title").text == f"{PLAIN} · Film popularity · tmdbdash"
    assert page.one("h1").text == told["og:title"] == PLAIN
    assert told["og:type"] == "video.movie"
    assert told["description"] == told["og:description"] == line
    assert told["og:image"] == f"{URL}posters/abc.jpg"
    assert page.one("img", class_="film-poster")["src"] == "../posters/abc.jpg"
    assert properties(parsed(files["film/2.html"]))["og:image"] == posters[2]
    assert "og:image" not in properties(parsed(files["film/3.html"]))
    assert page.one("a", data_part="tmdb")["href"] == "https://www.themoviedb.org/movie/1"
    figures = [dd.text for dd in page.one("dl", data_part="figures").all("dd")]
    assert figures == ["490.0", "1", "6.2"]
    assert page.one("p", data_part="line").text == "2025 · Comedy · as of Jan 31, 2026"

    other = parsed(files["pt-BR/film/1.html"])
    assert other.one("html")["lang"] == "pt-BR"
    assert other.one("dl", data_part="figures").all("dd")[0].text == "490,0"
    assert other.one("img", class_="film-poster")["src"] == "../../posters/abc.jpg"
    assert properties(other)["og:image"] == f"{URL}posters/abc.jpg"


def test_without_the_sites_address_only_a_whole_one_is_a_links_picture(home: Home) -> None:
    posters = {1: "posters/abc.jpg", 2: "https://image.tmdb.org/t/p/w185/x.jpg"}
    files = site_of(home, sample.rows(), posters=posters)
    assert "og:image" not in properties(parsed(files["film/1.html"]))
    assert properties(parsed(files["film/2.html"]))["og:image"] == posters[2]


def test_a_film_without_values_has_a_page_as_well(home: Home) -> None:
    film = sample.film(1, popularity=None, vote_average=None, release_date=None, genres=())
    page = parsed(site_of(home, sample.rows([film], **sample.UNTRAINED))["film/1.html"])
    figures = [dd.text for dd in page.one("dl", data_part="figures").all("dd")]
    assert figures == ["–", "1", "–"]


@pytest.mark.parametrize("title", [*TITLES, "\x02figures\x03", "</title><script>1</script>"])
def test_hostile_titles_are_text_in_every_place(home: Home, title: str) -> None:
    plain, files = (
        site_of(home, sample.rows([sample.film(1, title=name)])) for name in ("plain", title)
    )
    for path in ("film/1.html", "pt-BR/film/1.html"):
        page, other = parsed(files[path]), parsed(plain[path])
        assert [(e.tag, *e.attributes) for e in page.walk()] == [
            (e.tag, *e.attributes) for e in other.walk()
        ]
        assert page.one("h1").text == " ".join(title.split())
        assert properties(page)["og:title"].split() == title.split()


POSTERS = (
    '/x".jpg',
    "//evil.example/x.jpg",
    "/x.jpg onerror=alert(1)",
    "javascript:alert(1)",
    "/../../index.html",
    "data:text/html,<script>alert(1)</script>",
)


@on_sqlite
@pytest.mark.parametrize("path", POSTERS)
@pytest.mark.parametrize("source", ["remote", "local"])
def test_hostile_poster_paths_become_no_address(
    store: Store, home: Home, path: str, source: str
) -> None:
    follow(store, [sample.film(1, poster_path=path)], [0 * HOUR])
    settings, out = home.settings(posters=source, site_url=URL), home.path / "out"
    publish(store, settings, now=sample.NOW, out_dir=out)
    for file in out.rglob("*"):
        if file.is_file() and not file.name.startswith(("chart.", "licences.")):
            text = file.read_text("utf-8")
            assert path not in text, file
            assert "evil" not in text, file
    page = parsed((out / "film/1.html").read_bytes())
    assert "src" not in page.one("img", class_="film-poster").attributes
    assert "og:image" not in properties(page)
    assert not parsed((out / "index.html").read_bytes()).has("img", class_="poster")


def test_a_page_changes_with_its_film_alone(home: Home) -> None:
    films = [sample.film(n) for n in range(1, 25)]
    first = site_of(home, sample.rows(films))
    later = site_of(home, sample.rows(films), minutes=30)
    pages = [path for path in first if "film/" in path]
    assert len(pages) == 48
    assert all(first[path] == later[path] for path in pages)
    films[6] = sample.film(7, popularity=122.0)  # and keeps its place
    risen = site_of(home, sample.rows(films, expected=sample.expected(films)), minutes=60)
    changed = {path for path in pages if first[path] != risen[path]}
    assert changed == {"film/7.html", "pt-BR/film/7.html"}


FILMS = [sample.film(n) for n in range(1, 13)]
GONE = 5


def left(movie: Movie, age: timedelta) -> float | None:
    return None if movie.tmdb_id == GONE and age < 2 * HOUR else movie.popularity


@on_sqlite
def test_a_page_outlives_the_list_and_goes_with_its_film(store: Store, home: Home) -> None:
    """A link that somebody keeps leads to the film as long as there is something to say of it."""
    out, settings = home.path / "out", home.settings()
    paths = [out / "film" / f"{GONE}.html", out / "pt-BR" / "film" / f"{GONE}.html"]
    follow(store, FILMS, [0 * HOUR])
    publish(store, settings, now=sample.NOW, out_dir=out)
    assert film_pages_in(out) == set(range(1, 13))
    later = sample.OBSERVED + 3 * HOUR
    follow(store, FILMS, hours(3), left, until=later)
    publish(store, settings, now=later, out_dir=out)
    assert all(path.is_file() for path in paths)
    page = parsed(paths[0].read_bytes())
    assert [dd.text for dd in page.one("dl", data_part="figures").all("dd")][1] == "–"
    # A site of the same list in a new folder has none.
    publish(store, settings, now=later, out_dir=home.path / "other")
    assert film_pages_in(home.path / "other") == set(range(1, 13)) - {GONE}

    rows = sample.rows([film for film in FILMS if film.tmdb_id != GONE])
    dashboard = build_dashboard(rows, settings, later + DAY)
    files = render(dashboard, film_files_of(rows), known_pages=film_pages_in(out))
    removed = write_all(out, files, later + DAY).removed
    assert {f"film/{GONE}.html", f"pt-BR/film/{GONE}.html"} <= set(removed)
    assert not any(path.exists() for path in paths)


def test_files_of_others_in_the_folder_of_films_stay(home: Home, tmp_path: Path) -> None:
    write_all(tmp_path, site_of(home, sample.rows()), sample.NOW)
    mine = [tmp_path / "film" / name for name in ("notes.html", "007.html", "7.html.txt")]
    for path in mine:
        path.write_text("mine")
    gone = tmp_path / "film" / "99.html"
    gone.write_text("of a film that was tracked once")
    write_all(tmp_path, site_of(home, sample.rows()), sample.NOW)
    assert all(path.exists() for path in mine)
    assert not gone.exists()


def test_films_that_are_not_listed_are_shown_by_the_page_for_any_film(home: Home) -> None:
    titles = tracked.titles(30)
    rows = tracked.rows(titles)
    files = render(build_dashboard(rows, home.settings(), sample.NOW), tracked.files(titles, rows))
    links = {
        a.get("href")
        for name in ("films.html", "trends.html")
        for a in parsed(files[name]).all("a")
    }
    assert "film/24.html" in links
    assert not any("film/25.html" in (link or "") for link in links)
    assert "film/25.html" not in files

"""All pages of one render in both languages: one number a measure, and no link into the void."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.parts.catalogue import OBSERVED
from tests.parts.home import Home
from tests.parts.markup import Element, parsed
from tests.parts.shown_numbers import Shown, shown_numbers
from tests.parts.trained import of_a_month
from tmdbdash.records import TOP_FILMS
from tmdbdash.report import publish
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.panels import PAGES, TMDB_SITE
from tmdbdash.storage import open_store

FOLDERS = dict(zip(LOCALES, ("", "pt-BR/"), strict=True))
OTHER = dict(zip(LOCALES, reversed(LOCALES), strict=True))
MEASURES = {
    "popularity", "vote_average", "vote_count", "rank", "place", "expected popularity",
    "expected vote_average", "popularity in 7 days", "popularity 7d ago", "change 7d", "growth 7d",
    "growth 24h",
}  # fmt: skip
"""What stands in several places at least."""


@pytest.fixture(scope="module")
def site(prepared_site: Path) -> dict[str, Element]:
    """The documents by their path in the folder."""
    paths = sorted(prepared_site.rglob("*.html"))
    return {p.relative_to(prepared_site).as_posix(): parsed(p.read_bytes()) for p in paths}


@pytest.fixture(scope="module")
def prepared_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of films that were listed for a month, after training."""
    path = tmp_path_factory.mktemp("month") / "home"
    path.mkdir()
    home = Home(path, {})
    of_a_month(home)
    settings = home.settings(site_url="https://films.example/some/where/")
    with open_store(settings) as store:
        publish(store, settings, now=OBSERVED, out_dir=path / "out")
    return path / "out"


def test_a_number_is_the_same_wherever_it_stands(prepared_site: Path) -> None:
    """To the last decimal that is shown; a shorter one is the longer one rounded."""
    by_measure: dict[tuple[int, str], list[Shown]] = defaultdict(list)
    for shown in shown_numbers(prepared_site):
        by_measure[shown.film, shown.measure].append(shown)
    several = {m for (_, m), found in by_measure.items() if len({s.where for s in found}) > 2}
    assert several >= MEASURES
    for found in by_measure.values():
        exact = max(found, key=lambda shown: shown.digits)
        texts: dict[int, Shown] = {}
        for shown in found:
            assert abs(shown.value - exact.value) < 0.51 * 10**-shown.digits + 6e-4, (shown, exact)
            if ".html" in shown.where:
                first = texts.setdefault(shown.digits, shown)
                assert shown.value == pytest.approx(first.value, abs=1e-9), (shown, first)


def test_every_under_rated_film_gets_less_than_expected(site: dict[str, Element]) -> None:
    for locale, folder in FOLDERS.items():
        say = load_catalogue(locale).text
        names = {say(f"term.side.{side}-rated"): side for side in ("under", "over")}
        table = site[f"{folder}surprises.html"].by_id("outliers-table")
        heads = [head.text for head in table.all("th")]
        actual, expected, side = (
            heads.index(say(f"column.{key}")) for key in ("actual", "expected", "side")
        )
        sides = []
        for row in table.one("tbody").all("tr"):
            cells = [cell.text for cell in row.all("td")]
            figures = [
                float(re.sub(r"[.,](?=\d{3})", "", cells[at]).replace(",", "."))
                for at in (actual, expected)
            ]
            sides.append(names[cells[side]])
            assert sides[-1] + "-rated" in row["data-codes"].split()
            assert figures[0] != figures[1]
            assert (sides[-1] == "under") == (figures[0] < figures[1]), cells
        assert {side: sides.count(side) for side in names.values()} == {"under": 20, "over": 20}


def addresses(page: Element) -> Iterator[str]:
    for element in page.walk():
        for name in ("href", "src"):
            if name in element.attributes:
                yield element[name]


def test_all_links_lead_to_what_is_there(site: dict[str, Element], prepared_site: Path) -> None:
    """From wherever the site lies: none begins with a slash, or leads above its folder."""
    films = {int(Path(path).stem) for path in site if path.startswith("film/")}
    ids = {path: {e["id"] for e in page.walk() if "id" in e.attributes}
           for path, page in site.items()}  # fmt: skip
    asked_for = set()
    for path, page in site.items():
        for address in addresses(page):
            parts = urlsplit(address)
            if parts.scheme:
                assert address.startswith((TMDB_SITE, "https://www.imdb.com/")), (path, address)
                continue
            assert not parts.netloc, (path, address)
            assert not address.startswith("/"), (path, address)
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
            found = path if not parts.path else found
            assert not found.startswith(".."), (path, address)
            assert (prepared_site / found).is_file(), (path, address)
            assert not parts.fragment or parts.fragment in ids[found], (path, address)
            if found.endswith("film.html") and parts.query:
                asked_for |= {int(number) for number in parse_qs(parts.query)["id"]}
        body = page.one("body")
        beside = prepared_site / posixpath.dirname(path)
        assert (beside / body["data-root"] / "latest.json").is_file(), path
        assert (beside / body["data-home"] / "film.html").is_file(), path
    assert asked_for
    assert films
    assert not asked_for & films
    assert asked_for <= set(range(1, 121))


def test_links_elsewhere_give_nothing_away(site: dict[str, Element]) -> None:
    for path, page in site.items():
        outward = [a for a in page.all("a") if a.get("href").startswith("http")]
        assert outward, path
        assert all(link["rel"] == "noopener noreferrer" for link in outward), path
        assert page.has("meta", name="referrer", content="no-referrer"), path


def test_both_languages_have_every_page_and_lead_to_each_other(site: dict[str, Element]) -> None:
    names = {page.path for page in PAGES} | {p for p in site if p.startswith("film/")}
    assert len(names) > len(PAGES) + 20
    assert site.keys() == names | {f"pt-BR/{name}" for name in names}
    for locale, folder in FOLDERS.items():
        say = load_catalogue(locale).text
        for name in names:
            path = folder + name
            page = site[path]
            assert page.one("html")["lang"] == locale, path
            switch = page.by_id("language")
            alternate = page.one("link", rel="alternate", hreflang=OTHER[locale])
            assert (switch["hreflang"], switch["lang"]) == (OTHER[locale], OTHER[locale]), path
            assert switch["href"] == alternate["href"], path
            leads_to = posixpath.normpath(posixpath.join(posixpath.dirname(path), switch["href"]))
            assert leads_to == FOLDERS[OTHER[locale]] + name, path
            links = page.one("nav", class_="pages").all("a")
            assert [a.text for a in links] == [
                say(f"page.{one.id}.name") for one in PAGES if one.id != "film"
            ], path
            here = [a for a in links if a.get("aria-current") == "page"]
            assert len(here) == (not re.match(r"film[./]", name)), path
    titles = [page.one("title").text for page in site.values()]
    assert len(set(titles)) > len(names)


def test_both_languages_have_the_same_tables_charts_and_choices(site: dict[str, Element]) -> None:
    def shape(page: Element) -> list[tuple[str, str, str]]:
        skipped = {"html", "a", "link", "script", "img", "body"}
        return [(e.tag, e.get("id"), e.get("class")) for e in page.walk() if e.tag not in skipped]

    for page in PAGES:
        assert shape(site[page.path]) == shape(site[f"pt-BR/{page.path}"]), page.id


def test_pages_load_their_own_assets_alone_and_say_their_policy(site: dict[str, Element]) -> None:
    for path, page in site.items():
        up = "../" * path.count("/")
        scripts = [s["src"] for s in page.all("script") if "src" in s.attributes]
        names = [re.sub(r"\.\w{12}", "", one.removeprefix(up + "assets/")) for one in scripts]
        locale = page.one("html")["lang"]
        charts = ["chart.js"] if page.has("canvas") else []
        assert names == ["early.js", *charts, f"texts-{locale}.js", "app.js"], path
        assert all("src" in s.attributes or s["type"] == "application/json"
                   for s in page.all("script")), path  # fmt: skip
        feed = page.one("link", type="application/atom+xml")["href"]
        assert feed == f"{up}feed.xml", path
        for element in page.walk():
            assert not {"integrity", "crossorigin", "style"} & element.attributes.keys(), path
            assert not [name for name in element.attributes if name.startswith("on")], path
        assert not page.has("style"), path
        policy = page.one("meta", http_equiv="Content-Security-Policy")["content"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors" not in policy
        assert "unsafe" not in policy


def test_each_page_has_what_its_row_of_the_contract_says(site: dict[str, Element]) -> None:
    now = site["index.html"]
    assert len(now.by_id("key_figures").all("dd")) == 4
    assert len(now.by_id("top-table").one("tbody").all("tr")) == 2 * TOP_FILMS
    assert now.has("canvas", id="top-popularity")
    assert len(now.by_id("ranks").all("path")) == len(now.by_id("ranks").all("li")) == TOP_FILMS
    sections = [section["id"] for section in now.all("section")]
    assert sections == ["key_figures", "top", "ranks", "comings", "movers", "upcoming"]
    assert len(site["films.html"].one("tbody").all("tr")) == 80
    assert site["compare.html"].has("canvas", id="compare-lines")
    trends = site["trends.html"]
    assert len(trends.by_id("genres").all("svg")) >= 4
    assert len(trends.by_id("months").one("thead").all("th")) == 13
    assert trends.by_id("groups").has("a")
    charts = [canvas["id"] for canvas in site["surprises.html"].all("canvas")]
    assert charts == [
        "scatter-popularity", "scatter-rating", "predicted-popularity", "predicted-rating",
    ]  # fmt: skip
    models = site["models.html"]
    assert models.has("td", class_="number deciding")
    assert models.by_id("coverage-table").has("svg", class_="dots-picture")
    assert {canvas["id"] for canvas in models.all("canvas")} >= {"hit-roc", "hit-reliability"}
    about = site["about.html"]
    assert len(about.by_id("terms").all("dt")) == len(about.by_id("terms").all("dd")) > 10
    assert {a["href"] for a in about.by_id("files").all("a")} >= {"data.json", "feed.xml"}
    for path, page in site.items():
        assert "is not endorsed" in page.one("footer").text or path.startswith("pt-BR/")
        levels = [int(e.tag[1]) for e in page.walk() if re.fullmatch(r"h\d", e.tag)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(b <= a + 1 for a, b in pairwise(levels)), path


def test_names_within_a_page_are_one_elements_alone(site: dict[str, Element]) -> None:
    for path, page in site.items():
        ids = [e["id"] for e in page.walk() if "id" in e.attributes]
        assert len(set(ids)) == len(ids), path
        for name in ("aria-labelledby", "aria-controls", "aria-describedby"):
            used = {i for e in page.walk() for i in e.get(name).split()}
            assert used <= set(ids), (path, name)
        assert all(image.attributes.keys() >= {"alt"} for image in page.all("img")), path

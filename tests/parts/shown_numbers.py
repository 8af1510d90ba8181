"""Every number that a site shows of a film, wherever it stands."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.parts.markup import Element, parsed
from tmdbdash.report.i18n.catalogue import LOCALES, Catalogue, load_catalogue
from tmdbdash.report.panels import PAGES
from tmdbdash.report.panels.parts import Panel

FILM = re.compile(r"(?:film/|film\.html\?id=)(\d+)(?:\.html)?$")
NUMBER = re.compile(r"[+-]?[\d.,]+")
SAME = {
    "predicted_popularity": "expected popularity",
    "predicted_vote_average": "expected vote_average",
    "actual_popularity": "popularity",
    "actual_vote_average": "vote_average",
    "expected": "expected {target}",
    "predicted": "expected {target}",
    "actual": "{target}",
    "interval": "expected {target}",
    "points": "change {window}",
    "ratio": "growth {window}",
    "change": "growth 7d",
    "before": "popularity {window} ago",
    "day_before": "popularity 24h ago",
    "week_before": "popularity 7d ago",
    "month_before": "popularity 30d ago",
    "forecast": "popularity in 7 days",
    "place": "place",
    "rank": "rank",
    "popularity": "popularity",
    "vote_average": "vote_average",
    "vote_count": "vote_count",
}
"""The measure of a column, a field or a figure; what is in braces is another field of its row."""


class Shown(NamedTuple):
    """A film's number, as exact as it is shown: with so many decimals."""

    film: int
    measure: str
    value: float
    digits: int
    where: str


def shown_numbers(out: Path) -> Iterator[Shown]:
    """All numbers of films on the pages of both languages, and in the files for programs."""
    default = "en"
    for locale in LOCALES:
        folder = out if locale == default else out / locale
        for page in PAGES:
            document = parsed((folder / page.path).read_bytes())
            for panel in page.panels:
                yield from _of_panel(document, panel, locale, f"{locale} {page.path} {panel.id}")
        for path in (folder / "film").glob("*.html"):
            yield from _of_film_page(parsed(path.read_bytes()), int(path.stem), locale)
    yield from _of_files(out)


def _number(text: str, locale: str) -> tuple[float, int] | None:
    found = NUMBER.match(text.removeprefix("\u2212"))
    if found is None:
        return None
    plain = found[0].replace(",", "") if locale == "en" else found[0].replace(".", "")
    plain = plain.replace(",", ".")
    digits = len(plain.partition(".")[2])
    return (float(plain) / 100, digits + 2) if "%" in text else (float(plain), digits)


def _film_in(element: Element) -> int | None:
    for link in element.all("a"):
        if found := FILM.search(link.get("href")):
            return int(found[1])
    return None


def _of_panel(document: Element, panel: Panel, locale: str, where: str) -> Iterator[Shown]:
    catalogue = load_catalogue(locale)
    (section,) = document.all("section", id=panel.id) or [Element("section")]
    for table in section.all("table"):
        keys = _keys(table, panel, catalogue)
        for row in table.one("tbody").all("tr") if "title" in keys else []:
            codes = _codes(row, panel)
            film = _film_in(row)
            for key, cell in zip(keys, row.all("td"), strict=True):
                if film is not None and key in SAME and (made := _number(cell.text, locale)):
                    measure = SAME[key].format(**codes)
                    yield Shown(film, measure, *made, f"{where}.{key}")
    for item in section.all("li"):
        if (film := _film_in(item)) and (made := _number(item.text, locale)):
            yield Shown(film, "place", *made, where)
    for figure in section.all("dd"):
        if (film := _film_in(figure)) and (made := _number(figure.one("strong").text, locale)):
            yield Shown(film, "change 7d", *made, f"{where} figure")
    for script in section.all("script"):
        yield from _of_chart(json.loads(str(script.children[0])), script["data-chart"])


def _keys(table: Element, panel: Panel, catalogue: Catalogue) -> list[str]:
    headings = {catalogue.text(catalogue.column_key(panel.id, c.key)): c.key for c in panel.columns}
    return [headings.get(head.text, "") for head in table.one("thead").all("th")]


def _codes(row: Element, panel: Panel) -> dict[str, str]:
    codes = row.get("data-codes").split()
    return dict(zip((choice.key for choice in panel.choices), codes, strict=bool(codes)))


def _of_chart(chart: dict[str, Any], name: str) -> Iterator[Shown]:
    target = "vote_average" if name.endswith("rating") else "popularity"
    keys = [series["key"] for series in chart["series"]] + [chart["x"]]
    for row in chart["rows"]:
        if found := FILM.search(row.get("href", "")):
            for key in keys:
                if key in SAME and row.get(key) is not None:
                    measure = SAME[key].format(target=target)
                    yield Shown(int(found[1]), measure, row[key], 3, f"chart {name}")


def _of_film_page(page: Element, film: int, locale: str) -> Iterator[Shown]:
    texts = [figure.text for figure in page.one("dl", data_part="figures").all("dd")]
    names = ("popularity", "rank", "vote_average")
    for name, text in zip(names, texts, strict=True):
        if made := _number(text, locale):
            yield Shown(film, name, *made, f"{locale} film/{film}.html")


def _of_files(out: Path) -> Iterator[Shown]:
    data = json.loads((out / "data.json").read_bytes())
    answers = [("data.json " + name, rows) for name, rows in data["panels"].items()]
    for name, key in (("summary", "top"), ("predictions", "predictions")):
        answers.append((name, json.loads((out / f"api/{name}.json").read_bytes())[key]))
    for where, rows in answers:
        for row in rows:
            for key, value in row.items():
                if key in SAME and isinstance(value, float | int) and "figure" not in row:
                    shift = 1 if key in ("ratio", "change") else 0
                    yield Shown(row["tmdb_id"], SAME[key].format(**row), value - shift, 3, where)
    library = _passed(out, f"library.{json.loads((out / 'latest.json').read_bytes())['library']}")
    table = _passed(out, library["films"].removeprefix("assets/").removesuffix(".js"))["columns"]
    for key in table.keys() & SAME.keys():
        for film, value in zip(table["tmdb_id"], table[key], strict=True):
            if value is not None:
                yield Shown(film, SAME[key], value, 2, "films.js")
    for shard in library["shards"]:
        details = _passed(out, shard.removeprefix("assets/").removesuffix(".js"))
        for film, found in details.items():
            yield from _of_details(int(film), found)


def _of_details(film: int, found: dict[str, Any]) -> Iterator[Shown]:
    for key in found["film"].keys() & SAME.keys():
        if found["film"][key] is not None:
            yield Shown(film, SAME[key], found["film"][key], 3, "shard film")
    if found["week"]:
        yield Shown(film, "popularity 7d ago", found["week"][0], 3, "shard week")
    for name in ("before", "after"):
        if found[name]:
            yield Shown(found[name][0], "rank", found[name][2], 0, f"shard {name}")
    for target, made in found["predictions"].items():
        yield Shown(film, f"expected {target}", made["predicted"], 2, "shard")
        if made["actual"] is not None:
            yield Shown(film, target, made["actual"], 2, "shard actual")
    for ahead in found["forecasts"]:
        if ahead["days"] == 7:
            yield Shown(film, "popularity in 7 days", ahead["popularity"], 3, "shard forecast")
    if found["history"]:
        names = ("popularity", "vote_count", "vote_average")
        for name, value in zip(names, found["history"][-1][1:4], strict=True):
            if value is not None:
                yield Shown(film, name, value, 2, "shard history")


def _passed(out: Path, name: str) -> dict[str, Any]:
    """What a script of data passes."""
    text = (out / "assets" / f"{name}.js").read_text("utf-8")
    value: dict[str, Any] = json.loads(text.partition("]=")[2].rstrip(";\n"))
    return value

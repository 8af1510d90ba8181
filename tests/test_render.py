"""The dashboard to files: what each of them says."""

import gzip
import html
import json
import re

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.rendered import HOSTILE, Elements, files_of
from tmdbdash.report.data_scripts import to_json
from tmdbdash.report.i18n.catalogue import load_catalogue
from tmdbdash.report.installed import templates_folder
from tmdbdash.report.panels import PANELS
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site import assets
from tmdbdash.report.site.hosting_files import ROUTES, security_headers

FIXED = {
    "index.html",
    "tables.html",
    "data.json",
    "data.js",
    "feed.xml",
    "health.json",
    "api/health.json",
    "api/summary.json",
    "api/predictions.json",
    "vercel.json",
    "_headers",
    "_redirects",
    ".nojekyll",
}
ASSETS = (
    "app.css",
    "app.js",
    "chart.js",
    "early.js",
    "icon.svg",
    "licences.txt",
    "locale-en.js",
    "locale-pt-BR.js",
    "spoken-en.js",
    "spoken-pt-BR.js",
)


def test_exactly_the_contracts_files_the_page_last(home: Home) -> None:
    files = files_of(home)
    own = {path for path in files if not path.startswith("assets/")}
    assert own == FIXED
    assert list(files)[-1] == "index.html"
    kinds = sorted(re.sub(r"\.[0-9a-f]{12}\.", ".", p) for p in files if p not in own)
    assert kinds == [f"assets/{n}" for n in ASSETS]
    assert all(assets.ASSET_NAME.fullmatch(p.split("/")[1]) for p in files if p not in own)


def test_the_json_files_say_what_the_contract_says(home: Home) -> None:
    files = files_of(home, version="1.2.3")
    health = json.loads(files["health.json"])
    assert (health["status"], health["version"]) == ("ok", "1.2.3")
    assert health["generated_at"] == "2026-01-31T14:03:05Z"
    assert health["data"] == {
        "state": "fresh",
        "observed_at": "2026-01-31T14:02:00Z",
        "age_seconds": 65.0,
        "next_due": "2026-01-31T14:04:00Z",
        "late_at": "2026-01-31T14:06:00Z",
        "stale_at": "2026-01-31T14:12:00Z",
    }
    assert json.loads(files["api/health.json"]) == {"ok": True}
    assert len(json.loads(files["api/summary.json"])["top"]) == 10
    assert len(json.loads(files["api/predictions.json"])["predictions"]) == 20
    data = json.loads(files["data.json"])
    assert data["generated_at"] == "2026-01-31T14:03:05Z"
    assert data["observed_at"] == "2026-01-31T14:02:00Z"
    assert data["poll_interval_ms"] == 30_000
    assert data["simulated"] is False
    assert data["empty"] is False


def test_the_page_carries_its_data_and_loads_only_its_own_assets(home: Home) -> None:
    files = files_of(home)
    page = files["index.html"].decode()
    inside = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert inside is not None
    assert inside.group(1) == files["data.json"].decode().strip()
    elements = Elements(files["index.html"])
    loaded = [tag["src"] for tag in elements.all("script") if "src" in tag]
    loaded += [tag["href"] for tag in elements.all("link")]
    assert loaded.count("feed.xml") == 1
    own = [re.sub(r"\.[0-9a-f]{12}", "", str(p)) for p in loaded if p != "feed.xml"]
    scripts = ("early.js", "chart.js", "spoken-en.js", "app.js")
    assert own == [f"assets/{name}" for name in (*scripts, "icon.svg", "app.css")]
    assert set(loaded) <= files.keys()
    for name, attributes in elements.tags:
        assert not {"integrity", "crossorigin", "style"} & attributes.keys(), name
        assert not [key for key in attributes if key.startswith("on")], name
    assert not elements.all("style")
    assert all("src" in t or t["type"] == "application/json" for t in elements.all("script"))
    assert all(t.get("type") != "module" for t in elements.all("script"))


def test_the_page_says_all_that_it_must(home: Home) -> None:
    page = html.unescape(files_of(home, version="1.2.3")["index.html"].decode())
    assert ">Data of Jan 31, 2026, 14:02 UTC</time>" in page
    assert "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or " in page
    assert "https://www.themoviedb.org/" in page
    assert "MAE: mean absolute error" in page
    assert "7.294" in page
    assert '<span id="version">1.2.3</span>' in page
    assert "Night Train to Porto" in page
    assert 'id="simulated"' not in page
    assert page.startswith('<!doctype html>\n<html lang="en">')


def test_links_to_films_give_nothing_away(home: Home) -> None:
    links = Elements(files_of(home)["index.html"]).all("a")
    films = [link for link in links if (link["href"] or "").endswith("/movie/1")]
    assert len(films) == 6  # top, forecasts, predictions, what moved them, both outliers
    assert all(
        link["rel"] == "noopener noreferrer"
        for link in links
        if (link["href"] or "").startswith("http")
    )


def test_a_simulated_page_says_so_everywhere(home: Home) -> None:
    files = files_of(home, sample.rows(simulated=True))
    assert b'id="simulated"' in files["index.html"]
    for name in ("data.json", "api/summary.json", "api/predictions.json"):
        assert json.loads(files[name])["simulated"] is True


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_text(home: Home, title: str) -> None:
    films = [sample.film(1, title=title)]
    plain = files_of(home, sample.rows([sample.film(1, title="plain")]))
    files = files_of(home, sample.rows(films))
    page = Elements(files["index.html"])
    count = [name for name, _ in Elements(plain["index.html"]).tags]
    assert [name for name, _ in page.tags] == count
    for name in ("data.json", "api/summary.json", "api/predictions.json"):
        text = files[name].decode()
        assert not set(text) & set("<>&\u2028\u2029")
    assert len(json.loads(files["data.json"])["panels"]["film_map"]) == 1
    shown = json.loads(files["api/summary.json"])["top"][0]["title"]
    assert shown == title.encode("utf-8", "replace").decode()


def test_numbers_that_json_cannot_say_are_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        to_json({"a": float("nan")})


def test_no_data_makes_a_page_that_says_what_to_run(home: Home) -> None:
    files = files_of(home, Rows())
    page = files["index.html"].decode()
    assert "tmdbdash ingest" in page
    assert "tmdbdash import FILE" in page
    assert "<canvas" not in page
    assert json.loads(files["data.json"])["empty"] is True


def test_without_training_the_page_says_what_is_missing(home: Home) -> None:
    page = files_of(home, sample.rows(**sample.UNTRAINED))["index.html"].decode()
    assert page.count("No trained models yet.") == 2
    assert "tmdbdash train" not in page
    assert page.count('data-part="body" hidden') == len(PANELS) - 4


def test_a_panel_says_what_is_missing_and_the_others_stay(home: Home) -> None:
    page = files_of(home, sample.rows(hits=None))["index.html"].decode()
    assert page.count('data-part="body" hidden') == 3 + 1  # and that of the film to be opened
    shown = re.findall(r'data-part="empty" data-text="panel.(\w+).empty">(.*?)</p>', page)
    assert [panel for panel, _ in shown] == ["hits", "reliability", "roc"]
    assert all("at least 50 films are needed" in note for _, note in shown)


def test_each_panel_has_words_a_name_in_the_contents_and_what_its_columns_show(home: Home) -> None:
    dashboard = build_dashboard(sample.rows(), home.settings(), sample.NOW)
    page = Elements(files_of(home)["index.html"])
    english = load_catalogue("en")
    links = [link["href"] for link in page.all("a")]
    for panel in PANELS:
        assert english.paragraph_keys(panel.id)
        assert f"panel.{panel.id}.short" in english
        assert f"panel.{panel.id}.empty" in english
        assert f"#{panel.id}" in links
        assert panel.columns or panel.charts
        if panel.block:  # the browser fills these from files of their own
            continue
        record = dashboard.panels[panel.id][0]
        keys = [column.key for column in panel.columns]
        keys += [series.key for chart in panel.charts for series in chart.series]
        assert all(hasattr(record, key) for key in keys), panel.id


def test_a_page_of_everything_stays_small(home: Home) -> None:
    films = [sample.film(n, title=f"A film of the usual length, {n}") for n in range(1, 421)]
    files = files_of(home, sample.rows(films))
    assert len(files["index.html"]) < 400_000
    assert len(files["data.json"]) < 250_000
    assert len(gzip.compress(files["index.html"])) < 50_000


def test_our_scripts_put_nothing_in_as_markup() -> None:
    for path in (templates_folder() / "js").rglob("*.js"):
        text = path.read_text("utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in text, f"{path.name} uses {word}"


def test_every_script_and_style_is_joined() -> None:
    root = templates_folder()
    scripts = {str(p.relative_to(root / "js").with_suffix("")) for p in root.rglob("*.js")}
    styles = {p.stem for p in root.rglob("*.css")}
    assert scripts == {*assets.SCRIPTS, "early"}
    assert styles == set(assets.STYLES)


def test_host_files_name_real_files_and_the_policy(home: Home) -> None:
    files = files_of(home)
    assert {path.removeprefix("/") for path in ROUTES.values()} <= files.keys()
    redirects = files["_redirects"].decode().splitlines()
    assert redirects == [f"{a} {b} 200" for a, b in ROUTES.items()]
    vercel = json.loads(files["vercel.json"])
    assert {r["source"]: r["destination"] for r in vercel["rewrites"]} == ROUTES
    policy = security_headers(posters=False)["Content-Security-Policy"]
    assert "frame-ancestors" in policy
    assert "unsafe" not in policy
    for name in ("vercel.json", "_headers"):
        text = files[name].decode()
        assert policy in text
        assert "nosniff" in text
        assert "immutable" in text
    meta = Elements(files["index.html"]).all("meta")
    own = next(m for m in meta if m.get("http-equiv") == "Content-Security-Policy")
    assert "frame-ancestors" not in (own["content"] or "")


def test_the_licences_of_the_chart_library_come_along(home: Home) -> None:
    files = files_of(home)
    licences = next(c for p, c in files.items() if p.startswith("assets/licences."))
    for name in ("chart.js", "kurkle-color", "date-fns", "MIT License"):
        assert name in licences.decode()
    chart = next(c for p, c in files.items() if p.startswith("assets/chart."))
    assert b"Chart.js v" in chart[:100]
    assert len(chart) < 700_000

"""The dashboard to files: which there are, and what those for programs and hosts contain."""

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.markup import parsed
from tests.parts.rendered import HOSTILE, files_of
from tmdbdash.report.data_scripts import to_json
from tmdbdash.report.i18n.catalogue import LOCALES
from tmdbdash.report.installed import templates_folder
from tmdbdash.report.panels import NOW, PAGES
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site import assets
from tmdbdash.report.site.assets import joined_modules
from tmdbdash.report.site.hosting_files import ROUTES, security_headers

FOR_PROGRAMS = {
    "data.json", "latest.json", "latest.js", "feed.xml", "health.json", "api/health.json",
    "api/summary.json", "api/predictions.json",
}  # fmt: skip
FOR_HOSTS = {"vercel.json", "_headers", "_redirects", ".nojekyll"}
ASSETS = {
    "app.css", "app.js", "chart.js", "early.js", "icon.svg", "licences.txt", "films.js",
    "library.js", "shard-00.js", "texts-en.js", "texts-pt-BR.js",
}  # fmt: skip


def test_the_files_are_those_of_the_contract_the_first_page_last(home: Home) -> None:
    for locale, folder in zip(LOCALES, ("pt-BR/", "en/"), strict=True):
        files = files_of(home, locale=locale)
        own = {path for path in files if not path.startswith("assets/")}
        names = {f"{page.id}.html" for page in PAGES} | {f"film/{n}.html" for n in range(1, 25)}
        pages = names | {folder + name for name in names}
        assert own == pages | FOR_PROGRAMS | FOR_HOSTS
        assert list(files)[-1] == "index.html"
        added = {re.sub(r"\.[0-9a-f]{12}\.", ".", path[7:]) for path in files.keys() - own}
        passed = {f"{page.id}-{code}.js" for page in PAGES for code in LOCALES}
        assert added == ASSETS | passed
        assert all(assets.ASSET_NAME.fullmatch(path[7:]) for path in files.keys() - own)


def test_the_json_files_are_as_the_contract_says(home: Home) -> None:
    files = files_of(home, version="1.2.3")
    health = json.loads(files["health.json"])
    assert (health["status"], health["version"]) == ("ok", "1.2.3")
    times = {name: health[name] for name in ("generated_at", "observed_at", "next_due")}
    assert times == {
        "generated_at": "2026-01-31T14:03:05Z",
        "observed_at": "2026-01-31T14:02:00Z",
        "next_due": "2026-01-31T14:04:00Z",
    }
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
    assert (data["schema"], data["simulated"], data["empty"]) == (3, False, False)
    assert data["poll_interval_ms"] == 30_000
    assert data["panels"].keys() == {panel.id for panel in NOW.panels}


def test_open_pages_ask_for_less_than_half_a_kilobyte(home: Home) -> None:
    files = files_of(home)
    assert len(files["latest.json"]) < 500
    latest = json.loads(files["latest.json"])
    keys = {"build", "generated_at", "observed_at", "failed", "library", "pages"}
    assert latest.keys() == keys
    assert latest["pages"].keys() == {page.id for page in PAGES}
    for page, digest in latest["pages"].items():
        for locale in LOCALES:
            assert f"assets/{page}-{locale}.{digest}.js" in files
    assert f"assets/library.{latest['library']}.js" in files
    assert files["latest.json"].decode().strip() in files["latest.js"].decode()


def test_a_simulated_site_says_so_everywhere(home: Home) -> None:
    files = files_of(home, sample.rows(simulated=True))
    for name in ("data.json", "api/summary.json", "api/predictions.json"):
        assert json.loads(files[name])["simulated"] is True
    for path in (p for p in files if p.endswith(".html")):
        page = parsed(files[path])
        assert page.has("aside", id="simulated"), path
        assert page.one("title").text.startswith(("Simulated data.", "Dados simulados.")), path


def test_numbers_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        to_json({"a": float("nan")})


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_text(home: Home, title: str) -> None:
    """On every page, in both languages: the same elements as with a plain title."""
    plain = files_of(home, sample.rows([sample.film(1, title="plain")]))
    files = files_of(home, sample.rows([sample.film(1, title=title)]))
    paths = [path for path in files if path.endswith(".html")]
    assert paths == [path for path in plain if path.endswith(".html")]
    for path in paths:
        tags = [(e.tag, *e.attributes) for e in parsed(files[path]).walk()]
        assert tags == [(e.tag, *e.attributes) for e in parsed(plain[path]).walk()], path
    for name in ("data.json", "latest.json", "api/summary.json", "api/predictions.json"):
        assert not set(files[name].decode()) & set("<>&\u2028\u2029"), name
    for path, content in files.items():
        if path.startswith("assets/") and re.match(r"[a-z]+(-\w\w)?(-BR)?\.\w{12}\.js", path[7:]):
            if path[7:].startswith(("app", "early", "chart", "texts")):
                continue
            assert not set(content.decode()) & set("<>&\u2028\u2029"), path
    shown = json.loads(files["api/summary.json"])["top"][0]["title"]
    assert shown == title.encode("utf-8", "replace").decode()


def test_no_data_make_a_page_with_the_commands_to_run(home: Home) -> None:
    files = files_of(home, Rows())
    page = parsed(files["index.html"])
    commands = [code.text for code in page.all("code")]
    assert commands == [f"tmdbdash {c}" for c in ("ingest", "import FILE", "demo", "render")]
    assert not page.has("canvas")
    assert page.by_id("state")["data-state"] == "never"
    assert json.loads(files["data.json"])["empty"] is True


DATA = re.compile(rb'<script type="application/json".*?</script>|<tbody>.*?</tbody>', re.DOTALL)


def packed(content: bytes) -> int:
    """Its size as a host sends it."""
    return len(gzip.compress(content, 6))


def test_each_page_weighs_as_little_as_the_contract_says(home: Home) -> None:
    """Its own HTML, styles and scripts, and the data that it has from the start."""
    films = [sample.film(n, title=f"A film of the usual length, {n}") for n in range(1, 421)]
    files = files_of(home, sample.rows(films))
    shared = re.compile(r"assets/(app|early|texts-en)\.")
    own = sum(packed(content) for path, content in files.items() if shared.match(path))
    for page in PAGES:
        content = files[page.path]
        assert own + packed(DATA.sub(b"", content)) < 40_000, page.id
        assert packed(b"".join(DATA.findall(content))) < 60_000, page.id
    assert packed(files["data.json"]) < 20_000


def test_our_scripts_insert_nothing_as_markup_but_what_python_escaped() -> None:
    """`morph.js` alone reads HTML: that of our own pages, which the site's origin serves."""
    readers = set()
    for path in (templates_folder() / "js").rglob("*.js"):
        text = path.read_text("utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in text, f"{path.name} uses {word}"
        if "DOMParser" in text or "createContextualFragment" in text:
            readers.add(path.name)
    assert readers <= {"morph.js", "news.js"}


def test_every_script_and_style_is_joined(home: Home) -> None:
    root = templates_folder()
    app = next(c for p, c in files_of(home).items() if re.match(r"assets/app\.\w+\.js", p))
    for path in sorted((root / "js").rglob("*.js")):
        declared = r"^export ((?:async )?(?:function|const|let|class) \w+)"
        names = re.findall(declared, path.read_text("utf-8"), re.MULTILINE)
        assert all(name in app.decode() for name in names), path.name
        assert names or path.stem in ("main", "early"), path.name
    assert {path.stem for path in root.rglob("*.css")} == set(assets.STYLES)


def modules(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def test_modules_are_joined_to_one_script_each_before_those_that_use_it(tmp_path: Path) -> None:
    folder = modules(
        tmp_path,
        main='import { a } from "./a.js";\nimport { b } from "./b.js";\na(b);\n',
        a='import { b } from "./b.js";\nexport function a(x) { return x + b; }\n',
        b="export const b = 1;\n",
    )
    joined = joined_modules(folder, "main")
    assert joined.splitlines()[:2] == ["(() => {", '"use strict";']
    assert joined.count("const b = 1;") == 1
    assert joined.index("const b") < joined.index("function a") < joined.index("a(b);")
    assert not re.search(r"\b(import|export)\b", joined)


def test_two_modules_that_import_each_other_are_joined_as_well(tmp_path: Path) -> None:
    folder = modules(
        tmp_path,
        main='import { a } from "./a.js";\nexport function m() { return a; }\n',
        a='import { m } from "./main.js";\nexport function a() { return m; }\n',
    )
    assert joined_modules(folder, "main").count("function ") == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('import a from "./a.js";\n', "main.js imports or exports"),
        ('import * as a from "./a.js";\n', "main.js imports or exports"),
        ('import "./a.js";\n', "main.js imports or exports"),
        ('import { a as b } from "./a.js";\n', "main.js imports or exports"),
        ('import { a } from "./a.js"\n', "main.js imports or exports"),
        ('import { a } from "https://x.example/a.js";\n', "main.js imports or exports"),
        ("const c = 1;\nexport { c };\n", "main.js imports or exports"),
        ("const c = 1;\nexport default c;\n", "main.js imports or exports"),
        ('export * from "./a.js";\n', "main.js imports or exports"),
        ('import { a } from "./a.js";\nfunction a() {}\n', "declared in two scripts: a"),
        ('import { a } from "./a.js";\nlet private_ = 2;\n', "declared in two scripts: private_"),
    ],
)
def test_forms_that_are_not_joined_are_refused(tmp_path: Path, text: str, error: str) -> None:
    folder = modules(tmp_path, main=text, a="export const a = 1;\nconst private_ = 2;\n")
    with pytest.raises(ValueError, match=error):
        joined_modules(folder, "main")


def test_a_module_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder = modules(tmp_path, main='import { a } from "./none.js";\n')
    with pytest.raises(FileNotFoundError):
        joined_modules(folder, "main")


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


def test_the_licences_of_the_chart_library_come_along(home: Home) -> None:
    files = files_of(home)
    licences = next(c for p, c in files.items() if p.startswith("assets/licences."))
    for name in ("chart.js", "kurkle-color", "date-fns", "MIT License"):
        assert name in licences.decode()
    chart = next(c for p, c in files.items() if p.startswith("assets/chart."))
    assert b"Chart.js v" in chart[:100]
    assert len(chart) < 700_000

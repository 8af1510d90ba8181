"""The texts of the page: complete in both languages, used, and shown where they belong."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.markup import Element, parsed
from tests.parts.rendered import files_of
from tests.parts.texts import ENGLISH, PORTUGUESE, english_in, portuguese_rows
from tmdbdash.learning.evaluation.importance import ALL_GROUPS
from tmdbdash.learning.insights.cluster_profiles import MIDDLE
from tmdbdash.learning.insights.cluster_traits import TRAITS
from tmdbdash.learning.models.registry import REGISTRY
from tmdbdash.records import JOBS, SIDES
from tmdbdash.records.drift import MIXED, RESCALED, RESTARTED
from tmdbdash.records.forecasts import FEW_PAIRS, LOST, NO_GAIN, NO_HISTORY, NO_TIME
from tmdbdash.report.i18n import catalogue as catalogues
from tmdbdash.report.i18n.catalogue import LOCALES, NAMES, Text, load_catalogue
from tmdbdash.report.installed import templates_folder
from tmdbdash.report.panels import PAGES, PANELS
from tmdbdash.report.panels.about import FILES, PATHS, TERMS, WORDS
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.tmdb.genres import GENRES

REPORT = Path(catalogues.__file__).parents[1]

SAME_IN_BOTH = {
    "AUC", "Boosting", "Crime", "Drama", "Log-MAE", "MAE", "Nominal", "R²", "RMSE", "Real", "Ridge",
    "Romance", "Spearman", "auto", "24 h", "24\N{NO-BREAK SPACE}h",
}  # fmt: skip
"""Texts with letters that are the same words in Portuguese."""


def texts_of(text: Text) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [text]


def places_in(text: Text) -> set[str]:
    return {name for form in texts_of(text) for name in re.findall(r"\{(\w+)\}", form)}


def test_both_languages_have_the_same_keys() -> None:
    assert ENGLISH.texts.keys() == PORTUGUESE.texts.keys()
    assert set(NAMES) == set(LOCALES)


def test_texts_have_the_same_values_and_plurals_in_both() -> None:
    for key, english in ENGLISH.texts.items():
        portuguese = PORTUGUESE.texts[key]
        assert places_in(english) == places_in(portuguese), key
        forms = [set(text) if isinstance(text, dict) else None for text in (english, portuguese)]
        assert forms[0] == forms[1], key
        assert forms[0] in (None, {"one", "other"}), key
        assert all(form.strip() == form and form for form in texts_of(portuguese)), key


def test_no_text_was_left_in_english() -> None:
    for key, text in PORTUGUESE.texts.items():
        for form, english in zip(texts_of(text), texts_of(ENGLISH.texts[key]), strict=True):
            words = re.sub(r"\{\w+\}", "", form)
            if form == english and re.search(r"[^\W\d_]", words):
                assert words.strip(" .:") in SAME_IN_BOTH, key
            assert not english_in(words), key


def sources() -> Iterator[str]:
    root = templates_folder()
    yield from (path.read_text("utf-8") for path in sorted(root.rglob("*.js")))
    yield from (path.read_text("utf-8") for path in sorted(root.rglob("*.j2")))
    yield from (path.read_text("utf-8") for path in sorted(REPORT.rglob("*.py")))


def families() -> dict[str, set[str]]:
    """The ids that may follow in keys of what the layout names, and the codes that data hold."""
    charts = [chart for panel in PANELS for chart in panel.charts]
    drawn = {f"{chart.id}.{series.key}" for chart in charts for series in chart.series}
    return {
        "panel": {panel.id for panel in PANELS},
        "chart": {chart.id for chart in charts},
        "series": drawn,
        "genre": set(GENRES.values()),
        "term.mode": {"released", "early"},
        "term.basis": {"out_of_fold", "unseen"},
        "term.drift": {RESCALED, RESTARTED, MIXED},
        "term.side": set(SIDES),
        "term.task": {f"{t}{m}" for t in ("popularity", "vote_average") for m in ("", "/early")},
        "term.model": set(REGISTRY),
        "term.standing": {"champion", "too_little_data", "baseline"},
        "term.features": set(ALL_GROUPS),
        "term.forecast_basis": {"model", "persistence"},
        "term.reason": {FEW_PAIRS, LOST, NO_GAIN, NO_HISTORY, NO_TIME},
        "term.curve": {"classifier", "coin"},
        "term.mark": {*(f"{trait}_{side}" for trait in TRAITS for side in ("high", "low")), MIDDLE},
        "term.trait": set(TRAITS),
        "term.job": set(JOBS),
        "term.outcome": {"ok", "incomplete", "failed", "skipped"},
        "term.times": {"share", "over", "points"},
        "term.status": {
            "Released",
            "Post Production",
            "In Production",
            "Planned",
            "Rumored",
            "Canceled",
        },
        "term.coming": {"entered", "left"},
        "figure": {"entered", "rise", "fall", "rising"},
        "page": {page.id for page in PAGES},
        "glossary": set(WORDS),
        "file": set(PATHS),
    }


def test_every_code_in_the_data_has_its_word() -> None:
    for family, codes in families().items():
        named = {k.removeprefix(f"{family}.") for k in ENGLISH.texts if k.startswith(f"{family}.")}
        if family in ("page", "glossary"):  # several texts for each
            named = {key.split(".")[0] for key in named}
        if family not in ("panel", "chart"):
            assert named == codes, family


def test_what_the_layout_names_has_its_words() -> None:
    wanted = set()
    for page in PAGES:
        wanted |= {f"page.{page.id}.{part}" for part in ("name", "title", "words")}
    for word in WORDS:
        wanted |= {f"glossary.{word}.{part}" for part in ("name", "means")}
    for panel in PANELS:
        wanted.add(f"panel.{panel.id}.title")
        if panel not in (TERMS, FILES):  # what they have does not depend on data
            wanted.add(f"panel.{panel.id}.empty")
        if panel.columns:
            wanted.add(f"panel.{panel.id}.caption")
        wanted |= {ENGLISH.column_key(panel.id, column.key) for column in panel.columns}
        for chart in panel.charts:
            parts = [
                "title",
                "description",
                "axis",
                *(["x_axis"] if chart.x and chart.kind != "times" else []),
            ]
            wanted |= {f"chart.{chart.id}.{part}" for part in parts}
            wanted |= {f"series.{chart.id}.{series.key}" for series in chart.series}
    assert wanted <= ENGLISH.texts.keys()


def test_every_key_that_is_named_is_there() -> None:
    named = re.compile(
        r"""(?:\bsay|\btext|\btell|\bstatus|\bfault|announce)\((?:[\w.]+, )?"([\w./ -]+)"|"""
        r"""data-(?:text|label|placeholder)="([\w./ -]+)"|"key": "([a-z_]+\.[\w./ -]+)\""""
    )
    keys = {next(filter(None, found)) for text in sources() for found in named.findall(text)}
    keys = {key for key in keys if "." in key and not key.endswith(".")}
    assert len(keys) > 40
    assert keys <= ENGLISH.texts.keys()


def test_no_key_is_unused() -> None:
    """Each is named somewhere, whole or by its parts, or follows from the layout or the data."""
    text = "\n".join(sources())
    whole = set(re.findall(r"""["'`]([\w./ -]+)["'`]""", text))
    patterns = set()
    for made in re.findall(r"""[`"]([a-z_]+\.[^`"\n]*\{[^`"\n]*)[`"]""", text):
        parts = re.split(r"\$?\{[^{}]*\}", made)
        patterns.add(re.compile(r"([^.]+)".join(map(re.escape, parts))))
    # Templates join keys by ~, or between the text and the braces.
    for made in re.findall(r'"([a-z_.]+\.)(?:" ~|\{\{)', text):
        patterns.add(re.compile(re.escape(made) + r"([^.]+)"))
    columns = {column.key for panel in PANELS for column in panel.columns} | {"at"}
    known = families()
    for key in ENGLISH.texts:
        if key in whole:
            continue
        family = next((name for name in known if key.startswith(f"{name}.")), None)
        rest = key.removeprefix(f"{family}.")
        if family in {"panel", "chart"}:
            # Pages that scripts fill have charts that are in no panel's layout.
            named = rest.split(".")[0]
            assert named in known[family] or (family == "chart" and named in whole), key
            if ".column." in key:
                panel = next(p for p in PANELS if p.id == rest.split(".")[0])
                own = {column.key for column in panel.columns}
                assert key.rsplit(".", 1)[1] in own or key in whole, key
        elif family:
            assert rest in known[family] or rest.rpartition(".")[0] in known[family], key
        elif key.startswith("column."):
            assert key.removeprefix("column.") in columns, key
        else:
            matches = [match for p in patterns if (match := p.fullmatch(key))]
            assert any(whole.issuperset(match.groups()) for match in matches), key


def test_scripts_have_the_texts_that_they_name_and_few_others() -> None:
    keys = set(ENGLISH.texts)
    assert len(keys - set(ENGLISH.for_scripts)) > 100
    for path in (templates_folder() / "js").rglob("*.js"):
        text = path.read_text("utf-8")
        for key in re.findall(r"""["'`]([a-z]+(?:\.[\w${}()/-]+)+)["'`]""", text):
            family = re.split(r"[.$]", key)[0]
            if any(one.startswith(f"{family}.") for one in keys):
                plain = re.escape(re.sub(r"\$\{[^{}]*\}", "\x00", key)).replace("\x00", ".+")
                assert any(re.fullmatch(plain, one) for one in ENGLISH.for_scripts), (path, key)


def test_values_are_said_in_each_language() -> None:
    said = [catalogue.formatted for catalogue in (ENGLISH, PORTUGUESE)]
    share = {"kind": "share", "value": 0.5985, "digits": 1}
    assert [say(1234) for say in said] == ["1,234", "1.234"]
    assert [say(share) for say in said] == ["59.9%", "59,9%"]
    assert [say(None) for say in said] == ["–", "–"]
    assert [say({"key": "term.range", "values": {"from": share, "to": 1}}) for say in said] == [
        "59.9% to 1",
        "59,9% a 1",
    ]
    assert [say(["{a}", 2]) for say in said] == ["{a}, 2"] * 2


def test_plurals_go_by_the_language() -> None:
    key = "films.compare"
    assert [ENGLISH.text(key, count=n) for n in (0, 1, 2)] == [
        "Compare 0 films",
        "Compare 1 film",
        "Compare 2 films",
    ]
    assert [PORTUGUESE.text(key, count=n) for n in (0, 1, 1234)] == [
        "Comparar 0 filme",
        "Comparar 1 filme",
        "Comparar 1.234 filmes",
    ]


def test_a_key_or_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no\.such"):
        ENGLISH.text("no.such")
    with pytest.raises(KeyError, match="to"):
        ENGLISH.text("term.range", **{"from": 1})


def test_codes_that_are_new_read_as_they_are() -> None:
    assert PORTUGUESE.term("model", "quantum_forest") == "quantum forest"
    assert PORTUGUESE.term("mode", None) == "–"
    assert PORTUGUESE.term("mark", ["year_high", "2"]) == "Recentes, 2"
    assert PORTUGUESE.term("mark", []) == ""
    assert (PORTUGUESE.genre("Western"), PORTUGUESE.genre("Noir")) == ("Faroeste", "Noir")


def test_an_installation_without_texts_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "templates_folder", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="pt-BR are not installed"):
        load_catalogue.__wrapped__("pt-BR")
    folder = tmp_path / "locales" / "en"
    folder.mkdir(parents=True)
    for name in ("one.json", "two.json"):
        (folder / name).write_text(json.dumps({"twice": "said"}))
    with pytest.raises(ValueError, match=r"two\.json gives keys that another file has: twice"):
        load_catalogue.__wrapped__("en")


def test_pages_in_portuguese_are_portuguese_throughout(home: Home) -> None:
    """Where it is the site's language, and where it is the other one."""
    for locale, folder in (("pt-BR", ""), ("en", "pt-BR/")):
        for rows in (portuguese_rows(), Rows(), sample.rows([], **sample.UNTRAINED)):
            files = files_of(home, rows, locale=locale)
            for page in PAGES:
                document = parsed(files[folder + page.path])
                assert document.one("html")["lang"] == "pt-BR"
                for text in texts_in(document):
                    assert not english_in(text), (page.id, text)


def texts_in(page: Element) -> Iterator[str]:
    """What people read or hear of a page, but for the name of the other language."""
    for element in page.walk():
        if element.tag == "script" or element.get("lang") == "en":
            continue
        yield from (child for child in element.children if isinstance(child, str))
        for name in ("aria-label", "title", "alt", "placeholder"):
            yield element.get(name)
        if element.tag == "meta" and element.get("name") == "description":
            yield element["content"]


def test_the_data_are_of_no_language(home: Home) -> None:
    english, portuguese = (
        json.loads(files_of(home, locale=locale)["data.json"]) for locale in LOCALES
    )
    assert {key for key in english if english[key] != portuguese[key]} == {"locale"}

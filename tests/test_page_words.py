"""The page's texts follow the rules for words: short, without retired words, about the films."""

import json
import re
from collections.abc import Iterator

import pytest

from tmdbdash.report.installed import templates_folder

LOCALES = ("en", "pt-BR")
LONGEST_INTRODUCTION = 18
LONGEST_EXPLANATION = 80
LONGEST_LABEL = 3

LABELS = re.compile(
    r"(choice|column|series|genre|figure)\..+|panel\.\w+\.column\.\w+|page\.\w+\.name|"
    r"chart\.[\w-]+\.(title|axis|x_axis)|glossary\.\w+\.name|"
    r"term\.(?!reason|hit_meaning|trait|range|interval|times|marked).+|"
    r"header\.(theme|pages|state).*|footer\.licences|panel\.(more|figures)|"
    r"film\.(fact\..+|figure\.\w+|facts|history|points|predictions|moves|forecasts|near|tmdb|imdb|"
    r"compare|released|scale\..+)|films\.(tools|search|scope.*|genre|any|from|to|clear|retry|back|"
    r"on|size|csv|json|pick)|compare\.(search|films|measure.*|powers|from|to|facts|gap|ahead)"
)
"""Keys of labels: headings of columns, choices, terms, axes, buttons, fields and navigation."""

LONGER_LABELS = {
    "panel.more": "the words that the glossary gives",
    "column.temporal_mae": "Portuguese has no shorter way to say the newest fifth",
    "column.temporal_log_mae": "as the one before",
}
"""Labels that may have more than three words, with the reason."""

RETIRED = {
    "en": (
        r"\breal\b", r"\btold\b", r"\bcame to\b", r"\bprojections?\b", r"\byardstick", r"\bas_is\b",
        r"\bnothing changes\b", r"\bon the past\b", r"\bin earnest\b", r"\bchecked\b",
        r"\bstated\b", r"\b(held|holds?)\b", r"\bcharacteristics?\b", r"(?<!feature )\bgroups?\b",
        r"\b(what|how) .{0,12}moved\b", r"\bmoved by\b", r"\blean", r"\bnever\b",
        r"\blooked at\b", r"\bout-of-fold\b",
    ),
    "pt-BR": (
        r"\bproje(ç|t)", r"\bcaracterística", r"\btreinos?\b", r"\bdefasad", r"\bdeclarad",
        r"\bchances? indicad", r"\bpesou\b", r"\bmoveu\b", r"\bapoia", r"\bcumpre",
        r"\bsubavaliad", r"\bsuperavaliad",
    ),
}  # fmt: skip
"""What the glossary has another word for."""

PREDICTED = {"en": r"\bpredicted\b", "pt-BR": r"\bprevist[oa]s?\b(?! para)"}
"""Expected, but for the probabilities of a classifier; in Portuguese jobs are "previstos para"."""
OF_PROBABILITIES = re.compile(r"panel\.(models|reliability|hits)|.*hit|.*chance")
"""Keys of texts on the classifier, and of the one on newest films, which are predicted."""

INTERFACE = {
    "en": r"\b(press|click|tap|hover|scroll|draw|drawn)\b",
    "pt-BR": r"\b(aperte|clique|toque|passe o mouse|role a|desenh\w+)\b",
}
PERSONIFIED = {
    "en": r"\b(too sure|promised?|thinks?|asks?|speaks?|tells?|the same story|to be told)\b",
    "pt-BR": r"\b(segur[oa]s demais|prometid\w+|acha|pergunta|responde por|contam? a mesma)\b",
}
COMMAND = re.compile(r"tmdbdash (ingest|import|train|predict|render|run|demo|status|serve)")

Form = tuple[str, str]
"""A key and a text, or one form of a plural."""


def texts_of(locale: str) -> dict[str, str | dict[str, str]]:
    texts: dict[str, str | dict[str, str]] = {}
    for path in sorted((templates_folder() / "locales" / locale).glob("*.json")):
        texts |= json.loads(path.read_text("utf-8"))
    return texts


def forms(locale: str) -> Iterator[Form]:
    """All texts, the names of what is filled in apart."""
    for key, text in texts_of(locale).items():
        for form in text.values() if isinstance(text, dict) else [text]:
            yield key, re.sub(r"\{\w+\}", "{}", form)


def words(text: str) -> int:
    """The words of a text: what has a letter or a digit."""
    return sum(1 for word in text.split() if re.search(r"\w", word))


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    named: str = request.param
    return named


def test_introductions_are_one_short_sentence(locale: str) -> None:
    found = {
        key: text
        for key, text in forms(locale)
        if re.fullmatch(r"panel\.\w+\.words\.1|page\.\w+\.words|start\.words", key)
    }
    assert len(found) > 20
    for key, text in found.items():
        assert words(text) <= LONGEST_INTRODUCTION, (key, words(text))
        assert re.fullmatch(r"([^.?!]|\.(?! ))+[.?!:]", text), key


def test_explanations_are_short(locale: str) -> None:
    lengths: dict[str, int] = {}
    for key, text in forms(locale):
        if found := re.fullmatch(r"(panel\.\w+)\.words\.(?!1$)\d+|glossary\.\w+\.means", key):
            name = found[1] or key
            lengths[name] = lengths.get(name, 0) + words(text)
    assert len(lengths) > 25
    assert {panel: n for panel, n in lengths.items() if n > LONGEST_EXPLANATION} == {}


def test_labels_are_short(locale: str) -> None:
    labels = [(key, text) for key, text in forms(locale) if LABELS.fullmatch(key)]
    assert len(labels) > 200
    long = {key: text for key, text in labels if words(text) > LONGEST_LABEL}
    assert {key: text for key, text in long.items() if key not in LONGER_LABELS} == {}


def test_each_exception_is_needed() -> None:
    long = {key for locale in LOCALES for key, text in forms(locale) if words(text) > LONGEST_LABEL}
    assert LONGER_LABELS.keys() <= long
    assert all(LABELS.fullmatch(key) for key in LONGER_LABELS)


@pytest.mark.parametrize("rule", [INTERFACE, PERSONIFIED])
def test_texts_are_about_films(locale: str, rule: dict[str, str]) -> None:
    wrong = {key: text for key, text in forms(locale) if re.search(rule[locale], text.lower())}
    assert wrong == {}


def test_retired_words_are_gone(locale: str) -> None:
    for word in RETIRED[locale]:
        wrong = {key: text for key, text in forms(locale) if re.search(word, text.lower())}
        assert wrong == {}, word
    predicted = {
        key: text
        for key, text in forms(locale)
        if re.search(PREDICTED[locale], text.lower()) and not OF_PROBABILITIES.match(key)
    }
    assert predicted == {}


def test_captions_do_not_repeat_headings(locale: str) -> None:
    texts = dict(forms(locale))
    captions = {key: text for key, text in texts.items() if key.endswith(".caption")}
    assert len(captions) > 15
    for key, caption in captions.items():
        heading = texts[key.replace(".caption", ".title")]
        assert heading.lower() not in caption.lower(), key
        assert caption.lower() not in heading.lower(), key


def test_commands_are_on_the_empty_page_alone_and_once() -> None:
    for locale in LOCALES:
        assert {key for key, text in forms(locale) if COMMAND.search(text)} == set()
    for path in sorted(templates_folder().rglob("*.j2")):
        # That page puts its commands together of the program's name and these.
        assert not COMMAND.search(path.read_text("utf-8")), path.name
        named = "tmdbdash {{ command" in path.read_text("utf-8")
        assert named == (path.name == "empty.html.j2"), path.name


def test_texts_that_name_a_table_name_it_as_it_is_called(locale: str) -> None:
    texts = dict(forms(locale))
    captions = {text for key, text in texts.items() if "caption" in key}
    for key, text in texts.items():
        if key.startswith("chart.") and (named := re.search(r"“([^{”]+)”", text)):
            assert named[1] in captions, key


def test_sentences_end_and_labels_do_not(locale: str) -> None:
    for key, text in forms(locale):
        if ".words." in key or key.endswith((".empty", ".description")):
            assert re.search(r"[.?:]”?$", text), key
        if LABELS.fullmatch(key) and text not in {"No.", "Mín.", "Máx."}:
            assert not text.endswith("."), key
        assert "  " not in text, key

"""Countries and languages become TMDB's codes, whatever a file calls them."""

import csv
import gzip
import json
import subprocess
import sys

import pytest
from babel.core import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parts.require import real_data
from tmdbdash.importing.datasets.locale_codes import (
    CodeReading,
    countries,
    language,
    languages,
    read_countries,
    read_languages,
)
from tmdbdash.importing.datasets.locale_names import country_names, language_names, text_key
from tmdbdash.importing.datasets.locale_table import COUNTRY_CODES, LANGUAGE_CODES

SIX = ("en", "pt", "es", "fr", "de", "it")


@pytest.mark.parametrize(
    "raw",
    [
        "GB, US",
        "GB|US",
        "GB US",
        "gb,us",
        "GBR;USA",
        "UK / USA",
        "U.K., U.S.A.",
        "United Kingdom, United States of America",
        "United Kingdom-United States",
        "UK and USA",
        "Reino Unido, Estados Unidos",
        "Royaume-Uni, États-Unis",
        "Vereinigtes Königreich, Vereinigte Staaten",
        "Regno Unito|Stati Uniti",
        "['GB', 'US']",
        "['GB' 'US']",
        "{GB,US}",
        '[{"iso_3166_1": "GB", "name": "United Kingdom"}, {"iso_3166_1": "US", "name": "?"}]',
        "[{'name': 'United Kingdom'}, {'name': 'United States of America'}]",
        ["GB", "US"],
        [{"iso_3166_1": "", "name": "Great Britain"}, {"english_name": "USA"}],
        {"GB": "United Kingdom", "US": "United States"},
    ],
)
def test_two_countries_are_read_in_every_notation(raw: object) -> None:
    assert read_countries(raw) == CodeReading(("GB", "US"), ())


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("Korea, Republic of, Japan", ("KR", "JP")),
        ("Japan, Korea, South", ("JP", "KR")),
        ("Congo, Democratic Republic of, France", ("CD", "FR")),
        ("Congo, The Democratic Republic of the", ("CD",)),
        ("Iran (Islamic Republic of)", ("IR",)),
        ("Taiwan, Province of China, China", ("TW", "CN")),
        ("Macedonia, the former Yugoslav Republic of", ("MK",)),
        ("Virgin Islands, U.S., Bahamas, The", ("VI", "BS")),
        ("Trinidad & Tobago, Bosnia and Herzegovina", ("TT", "BA")),
        ("Serbia, Montenegro", ("RS", "ME")),
        ("Serbia and Montenegro", ("CS",)),
        ("Soviet Union|Czechoslovakia|Yugoslavia|East Germany", ("SU", "XC", "YU", "XG")),
        ("West Germany, Burma, Holland, Ivory Coast", ("DE", "MM", "NL", "CI")),
        ("Czech Republic, Turkey, Hong Kong, Macao", ("CZ", "TR", "HK", "MO")),
        ("Libyan Arab Jamahiriya, Kyrgyz Republic", ("LY", "KG")),
        ("Lao People's Democratic Republic, Côte d'Ivoire", ("LA", "CI")),
        ("Guinea-Bissau, Papua New Guinea, Guinea", ("GW", "PG", "GN")),
        ("Oesterreich", ("AT",)),
        (["US", "NA"], ("US", "NA")),
        ("SU, XC, XG, YU, CS, AN, XI, XK", ("SU", "XC", "XG", "YU", "CS", "AN", "XI", "XK")),
    ],
)
def test_countries_with_commas_and_former_ones_are_known(
    raw: object, codes: tuple[str, ...]
) -> None:
    assert read_countries(raw) == CodeReading(codes, ())
    assert countries(raw) == codes


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("English, French, Japanese, Swahili", ("en", "fr", "ja", "sw")),
        ("en|fr", ("en", "fr")),
        ("en fr", ("en", "fr")),
        ("en-fr-de", ("en", "fr", "de")),
        ("EN, en-US, eng, pt_BR, zh-Hans-CN, ger", ("en", "pt", "zh", "de")),
        ("Français/Deutsch/日本語", ("fr", "de", "ja")),
        ("广州话 / 廣州話, 普通话, 한국어/조선말", ("cn", "zh", "ko")),
        ("Русский, हिन्दी, ภาษาไทย, עִבְרִית, العربية", ("ru", "hi", "th", "he", "ar")),
        ("Mandarin, Cantonese, No Language, cn, xx", ("zh", "cn", "xx")),
        ("Inglês, Francês, Alemão", ("en", "fr", "de")),
        ("Anglais; Englisch; inglese; inglés", ("en",)),
        ("Haitian; Haitian Creole, Chichewa; Nyanja", ("ht", "ny")),
        ("Brazilian Portuguese, Norwegian Bokmål, Serbo-Croatian", ("pt", "nb", "sh")),
        ("Yi, yi, Lao, no, is", ("ii", "yi", "lo", "no", "is")),
        ("Hawaiian, yue, Filipino", ("haw", "cn", "tl")),
        ('[{"iso_639_1": "ky", "name": "??????"}, {"name": "English"}]', ("ky", "en")),
        (["en", {"english_name": "French", "iso_639_1": None}], ("en", "fr")),
    ],
)
def test_languages_are_read_by_code_and_by_name(raw: object, codes: tuple[str, ...]) -> None:
    assert read_languages(raw) == CodeReading(codes, ())
    assert languages(raw) == codes
    assert language(raw) == codes[0]


def test_what_is_not_known_is_handed_back() -> None:
    assert read_countries("Narnia, France") == (("FR",), ("Narnia",))
    assert read_countries("Congo") == ((), ("Congo",))  # TMDB calls two countries so
    assert read_languages(["Martian", 5, {"name": "Elvish"}]) == ((), ("Martian", "5", "Elvish"))
    assert read_languages("it is in her") == ((), ("it is in her",))
    assert read_countries({"iso_3166_1": "ZZ", "name": "France"}) == (("FR",), ())
    assert countries("Narnia") is None
    assert language("mul") is None


@pytest.mark.parametrize("raw", [None, "", "nan", "[]", "{}", [], {}, float("nan"), "\\N"])
def test_nothing_said_is_nothing_read(raw: object) -> None:
    assert read_countries(raw) == read_languages(raw) == CodeReading((), ())
    assert countries(raw) is None
    assert languages(raw) is None
    assert language(raw) is None


@pytest.mark.parametrize("locale", SIX)
def test_cldr_names_lead_back_to_their_codes(locale: str) -> None:
    told = Locale.parse(locale)
    lands = {name: code for code, name in told.territories.items() if code in COUNTRY_CODES}
    wrong = {n: r for n, c in lands.items() if (r := read_countries(n)) != ((c,), ())}
    assert len(lands) > 240
    # Two halves of an island have one name in French, and two countries are called "Congo".
    assert len(wrong) <= 2, wrong
    tongues = {name: code for code, name in told.languages.items() if code in LANGUAGE_CODES}
    odd = {n: r for n, c in tongues.items() if (r := read_languages(n)).codes != (c,)}
    assert len(tongues) > 170
    assert len(odd) <= 2, odd


@pytest.mark.parametrize("locale", SIX)
@pytest.mark.parametrize("separator", [", ", ",", "|", ";", " / ", " • ", "\n", " - "])
def test_a_name_with_brackets_is_one_country_in_a_list_too(locale: str, separator: str) -> None:
    """As "RAE de Hong Kong (China)", which is not China as well."""
    names = Locale.parse(locale).territories
    for code in (code for code in COUNTRY_CODES if "(" in names.get(code, "")):
        for pair in (("AD", code), (code, "AD")):
            raw = separator.join(names[each] for each in pair)
            for written in (raw, raw.upper(), raw.lower()):
                assert read_countries(written) == (pair, ())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(COUNTRY_CODES - {"CD", "CG", "CS"})), min_size=1, max_size=6),
    st.sampled_from(SIX),
    st.sampled_from([", ", ",", "|", ";", " / ", " • ", "\n"]),
    st.sampled_from([str, str.upper, str.lower]),
)
def test_any_list_of_names_comes_back_as_codes(
    codes: list[str], locale: str, separator: str, case: type[str]
) -> None:
    names = Locale.parse(locale).territories
    known = [code for code in codes if country_names().get(text_key(names.get(code, ""))) == code]
    raw = separator.join(case(names[code]) for code in known)
    assert read_countries(raw) == (tuple(dict.fromkeys(known)), ())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.lists(st.text(max_size=20) | st.integers(), max_size=4))
def test_no_value_breaks_the_reading(raw: object) -> None:
    assert set(read_countries(raw).codes) <= COUNTRY_CODES
    assert set(read_languages(raw).codes) <= set(language_names().values()) | LANGUAGE_CODES | {
        code for code in read_languages(raw).codes if len(code) == 3
    }


def test_real_films_keep_their_countries_and_languages_by_name() -> None:
    with gzip.open(real_data("tmdb_5000_movies.csv.gz"), "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    for column, key, read in (
        ("production_countries", "iso_3166_1", read_countries),
        ("spoken_languages", "iso_639_1", read_languages),
    ):
        for cell in {row[column] for row in rows}:
            told = [one for one in json.loads(cell) if one["name"].strip("?")]
            codes = tuple(dict.fromkeys(one[key] for one in told))
            for separator in (", ", "|", "-", " / ", ";"):
                assert read(separator.join(one["name"] for one in told)) == (codes, ())


def test_a_file_with_codes_does_not_load_babel() -> None:
    script = (
        "import sys\n"
        "from tmdbdash.importing.datasets.locale_codes import countries, languages\n"
        'assert countries(\'[{"iso_3166_1": "US", "name": "x"}]\') == (\'US\',)\n'
        "assert countries('US, GB') == ('US', 'GB') and languages('en') == ('en',)\n"
        "assert 'babel' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)

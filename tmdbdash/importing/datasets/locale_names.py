"""Names of countries and languages, with TMDB's codes.

The names come from CLDR through Babel, in English and in five more languages, beside those of
`locale_table`. Babel is loaded when the first name is looked up, so not for files with codes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from tmdbdash.importing.datasets.locale_table import (
    AMBIGUOUS,
    COUNTRIES,
    COUNTRY_CODES,
    LANGUAGE_CODES,
    LANGUAGES,
    LONG_LANGUAGE_CODES,
    NO_LANGUAGES,
    OLD_COUNTRY_CODES,
)
from tmdbdash.importing.datasets.phrases import without_umlauts, words

LOCALES = ("en", "pt", "pt_PT", "es", "es_MX", "fr", "de", "it")
"""Where a name means two things, the first locale decides, so English comes first."""


def name_key(spelled: Iterable[str]) -> str:
    """The key of a name by its words: ``Korea, Republic of`` is ``Republic of Korea``."""
    kept = [word for word in spelled if word not in ("the", "of", "and")]
    return " ".join(sorted("saint" if word == "st" else word for word in kept))


def text_key(name: str) -> str:
    """The key of a name by its text, without dots (``U.S.A.``)."""
    return name_key(words(name.replace(".", "")))


@functools.cache
def country_names() -> dict[str, str]:
    """The keys of the names of countries, with TMDB's codes."""
    return _names("territories", COUNTRIES, {code: code for code in COUNTRY_CODES})


@functools.cache
def country_codes() -> dict[str, str]:
    """Codes of two and three letters, with TMDB's."""
    from babel.core import get_global

    long = {
        code: targets[0]
        for code, targets in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(targets) == 1 and targets[0] in COUNTRY_CODES
    }
    return long | OLD_COUNTRY_CODES | {code: code for code in COUNTRY_CODES}


@functools.cache
def language_names() -> dict[str, str]:
    """The keys of the names of languages, with TMDB's codes."""
    return _names("languages", LANGUAGES, _cldr_languages())


@functools.cache
def language_codes() -> dict[str, str]:
    """Codes of two and three letters, with TMDB's; or themselves where TMDB has none."""
    from babel.core import get_global

    rare = {code: code for code in _cldr("en", "languages") if len(code) == 3}
    long = {
        code: target
        for code, target in get_global("language_aliases").items()
        if code.isalpha() and target in LANGUAGE_CODES
    }
    known = rare | long | LONG_LANGUAGE_CODES | {code: code for code in LANGUAGE_CODES}
    return {code: ours for code, ours in known.items() if code not in NO_LANGUAGES}


@functools.cache
def _cldr_languages() -> dict[str, str]:
    """CLDR's codes of languages and of their variants, with TMDB's code of the language."""
    codes = language_codes()
    known = _cldr("en", "languages")
    return {code: codes[base] for code in known if (base := code.partition("_")[0]) in codes}


def _names(kind: str, ours: Mapping[str, str], codes: Mapping[str, str]) -> dict[str, str]:
    found = {text_key(name): code for code, names in ours.items() for name in names.split("|")}
    short: dict[str, str] = {}
    for locale in LOCALES:
        for code, name in _cldr(locale, kind).items():
            if code in codes:
                found.setdefault(text_key(name), codes[code])
                found.setdefault(text_key(without_umlauts(name)), codes[code])
                short.setdefault(text_key(name.partition(" (")[0]), codes[code])
    return {key: code for key, code in (short | found).items() if key not in AMBIGUOUS}


def _cldr(locale: str, kind: str) -> dict[str, str]:
    """CLDR's codes with a locale's names for them; ``kind`` is "territories" or "languages"."""
    from babel.core import Locale

    return {str(code): str(name) for code, name in getattr(Locale.parse(locale), kind).items()}

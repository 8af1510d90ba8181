"""The texts of the page by key, one catalogue a language: no other module has readable text.

The texts are in ``templates/locales/<language>/*.json``. ``templates/js/catalogue.js`` reads the
same files in the browser by the same rules; a test compares the two.

The values for a text's ``{names}`` have one of these forms, all of which JSON has: a string, shown
unchanged; a number, shown without decimals; ``{"kind", "value", "digits"}``, formatted as a column
of that kind; ``{"key", "values"}``, another text of the catalogue; a list of such values, joined by
commas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tmdbdash.report.i18n.wording import MISSING, number_text, value_text
from tmdbdash.report.installed import templates_folder

LOCALES = ("en", "pt-BR")
NAMES = {"en": "English", "pt-BR": "Português"}
"""Each language's own name for itself, which no other language translates."""
Text = str | dict[str, str]
"""A text, or the forms of a plural by their category, of which ``other`` is always there."""
_FOR_SCRIPTS = re.compile(
    r"(message|film|films|compare|genre|term)\.|header\.(state|age|observed|changed)|change\.|chart\.film-"
)
"""Keys that scripts use; the page has the others from the start."""
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts of one language."""

    locale: str
    texts: Mapping[str, Text]

    @property
    def for_scripts(self) -> dict[str, Text]:
        """The texts that scripts may need."""
        return {key: text for key, text in self.texts.items() if _FOR_SCRIPTS.match(key)}

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def text(self, key: str, **values: object) -> str:
        """The text with its values; a plural takes the form for ``count``.

        Raises `KeyError` for a key that the catalogue lacks and for a value that is not given:
        either is a bug here.
        """
        text = self.texts[key]
        if isinstance(text, dict):
            count = values["count"]
            if not isinstance(count, (int, float)):
                raise KeyError(f"{key}: the count is no number")
            text = text[plural_category(self.locale, count, text)]
        return _NAME.sub(lambda name: self.formatted(values[name[1]]), text)

    def formatted(self, value: object) -> str:
        """A value in any of the module's forms, as text."""
        match value:
            case None:
                return MISSING
            case str():
                return value
            case int() | float():
                return number_text(value, 0, self.locale)
            case Mapping() if "key" in value:
                return self.text(value["key"], **value.get("values", {}))
            case Mapping():
                kind, digits = value["kind"], value.get("digits", 0)
                return value_text(kind, value["value"], digits, self.locale)
            case list() | tuple():
                return ", ".join(map(self.formatted, value))
            case _:
                raise TypeError(f"no text can be made of {type(value).__name__}")

    def term(self, kind: str, code: str | Iterable[str] | None) -> str:
        """The name of a code in the data; a code without a name is shown with its own words.

        Several codes are joined by commas, the first with a capital.
        """
        if code is None:
            return MISSING
        if isinstance(code, str):
            key = f"term.{kind}.{code}"
            return self.text(key) if key in self else code.replace("_", " ")
        listed = ", ".join(self.term(kind, one) for one in code)
        return listed[:1].upper() + listed[1:]

    def genre(self, name: str) -> str:
        """A genre by TMDB's English name for it."""
        key = f"genre.{name}"
        return self.text(key) if key in self else name

    def first_and_last(self, points: Sequence[tuple[float, float]] | None, digits: int) -> str:
        """The first and the last value of a line through time, which has two points at least."""
        if not points or len(points) < 2:
            return MISSING
        first, last = (number_text(points[at][1], digits, self.locale) for at in (0, -1))
        return self.text("spark.ends", first=first, last=last)

    def rank_change(self, places: int | None, *, is_new: bool) -> str:
        """A change in rank, as a screen reader reads it."""
        kind = rank_change_kind(places, is_new=is_new)
        return self.text(f"change.{kind}", count=abs(places or 0)) if kind else MISSING

    def rank_change_mark(self, places: int | None, *, is_new: bool) -> str:
        """A change in rank as a sign and a figure, as in "▲ 3"; empty where it is not known."""
        kind = rank_change_kind(places, is_new=is_new)
        return self.text(f"change.{kind}_mark", count=abs(places or 0)) if kind else ""

    def paragraph_keys(self, panel: str) -> tuple[str, ...]:
        """The keys of a panel's paragraphs, in order."""
        keys: list[str] = []
        while (key := f"panel.{panel}.words.{len(keys) + 1}") in self:
            keys.append(key)
        return tuple(keys)

    def column_key(self, panel: str, column: str) -> str:
        """The key of a column's heading: the panel's own text for it, or the common one."""
        own = f"panel.{panel}.column.{column}"
        return own if own in self else f"column.{column}"


def rank_change_kind(places: int | None, *, is_new: bool) -> str:
    """The kind of a change in rank: "new", "up", "down", "same", or "" where it is not known."""
    if is_new:
        return "new"
    if places is None:
        return ""
    return "up" if places > 0 else "down" if places < 0 else "same"


def plural_category(locale: str, count: float, forms: Mapping[str, str]) -> str:
    """The category of a number by the rules of CLDR, as far as ``forms`` distinguish them.

    ``Intl.PluralRules`` has also "many" for whole millions in Portuguese; no text differs there,
    so "other" replaces it, here and in the browser.
    """
    one = count == 1 if locale == "en" else 0 <= count < 2
    return "one" if one and "one" in forms else "other"


@cache
def load_catalogue(locale: str) -> Catalogue:
    """All texts of a language of `LOCALES`.

    Raises `FileNotFoundError` where the installation lacks them, and `ValueError` for a key that
    two files give: a broken install, or a bug.
    """
    folder = templates_folder() / "locales" / locale
    files = sorted(folder.glob("*.json"))
    if not files:
        raise FileNotFoundError(
            f"the texts of the page in the language {locale} are not installed: "
            f"{folder} holds none; install tmdbdash again"
        )
    texts: dict[str, Text] = {}
    for path in files:
        own = json.loads(path.read_text("utf-8"))
        if twice := texts.keys() & own.keys():
            raise ValueError(f"{path} gives keys that another file has: {', '.join(sorted(twice))}")
        texts |= own
    return Catalogue(locale, texts)

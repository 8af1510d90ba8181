"""The page's texts by key, one catalogue a language: everything readable comes from here.

The texts stand in ``templates/locales/<language>/*.json``. ``templates/js/catalogue.js`` reads the
same ones in the browser by the same rules, and a test holds the two to each other.

Values for a text's ``{names}``, and whatever data leave to be said, take one of these forms, which
JSON can hold: a string stands as it is; a number is worded whole; ``{"kind", "value", "digits"}``
is worded as a column of that kind would; ``{"key", "values"}`` is another text of the catalogue; a
list is said one after the other, with commas between.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from tmdbdash.report.installed import templates_folder
from tmdbdash.report.wording import MISSING, number_text, value_text

if TYPE_CHECKING:
    from tmdbdash.report.layout.parts import Column

LOCALES = ("en", "pt-BR")
NAMES = {"en": "English", "pt-BR": "Português"}
"""Each language's own name for itself, which no other language translates."""
Text = str | dict[str, str]
"""A text, or the forms of a plural by their category, of which ``other`` is always there."""
LEAST_FOR_A_LINE = 2
"""Points below which there is no line to speak of."""
_ON_PAGE = re.compile(r"(start|panel)\.|chart\.(described|[\w-]+\.(title|description))$")
"""Keys that only elements of the page name, which the page has filled from the start."""
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts of one language."""

    locale: str
    texts: Mapping[str, Text]

    @property
    def spoken(self) -> dict[str, Text]:
        """What scripts may have to say in the page's own language: the page itself has the rest."""
        return {key: text for key, text in self.texts.items() if not _ON_PAGE.match(key)}

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def text(self, key: str, **values: Any) -> str:
        """The text with its values; a plural takes the form for ``count``.

        Raises `KeyError` for a key that the catalogue lacks and for a value that is not given:
        either is our bug, and tests look for both.
        """
        text = self.texts[key]
        if isinstance(text, dict):
            text = text[plural_category(self.locale, values["count"], text)]
        return _PLACE.sub(lambda place: self.said(values[place[1]]), text)

    def said(self, value: Any) -> str:
        """A value in any of the module's forms, in words."""
        match value:
            case None:
                return MISSING
            case str():
                return value
            case int() | float():
                return number_text(value, 0, self.locale)
            case {"key": str() as key}:
                return self.text(key, **value.get("values", {}))
            case {"kind": str() as kind}:
                return value_text(kind, value["value"], value.get("digits", 0), self.locale)
            case _:
                return ", ".join(map(self.said, value))

    def term(self, kind: str, code: str | Iterable[str] | None) -> str:
        """What a code in the data is called; one that is new to us reads as it is.

        Several codes are listed with commas, as a sentence begins: with a capital.
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

    def moves(self, moves: Iterable[tuple[str, float]] | None, digits: int) -> str:
        """What moved a prediction, as in "votes +85.6, runtime -3.2"."""
        if moves is None:
            return MISSING
        return ", ".join(
            f"{self.term('features', group)} {value_text('signed', value, digits, self.locale)}"
            for group, value in moves
        )

    def cell(self, column: Column, record: object) -> str:
        """What a table's cell, or a chart's label, says of a record: terms with a capital."""
        value = getattr(record, column.key)
        match column.kind:
            case "term":
                return self.term(column.term, [value] if isinstance(value, str) else value)
            case "said":
                return self.said(value)
            case "moves":
                return self.moves(value, column.digits)
            case "spark":
                return self.ends(value, column.digits)
            case "change":
                return self.change(value, is_new=getattr(record, "is_new", False))
            case kind:
                return value_text(kind, value, column.digits, self.locale)

    def ends(self, points: Sequence[tuple[float, float]] | None, digits: int) -> str:
        """What a line through time comes to: its first value and its last."""
        if not points or len(points) < LEAST_FOR_A_LINE:
            return MISSING
        first, last = (number_text(points[at][1], digits, self.locale) for at in (0, -1))
        return self.text("spark.ends", first=first, last=last)

    def change(self, places: int | None, *, is_new: bool) -> str:
        """A step in rank, as it is read aloud."""
        way = change_way(places, is_new=is_new)
        return self.text(f"change.{way}", count=abs(places or 0)) if way else MISSING

    def change_mark(self, places: int | None, *, is_new: bool) -> str:
        """The same as a sign and a figure, as in "▲ 3"; nothing where nothing is known."""
        way = change_way(places, is_new=is_new)
        return self.text(f"change.{way}_mark", count=abs(places or 0)) if way else ""

    def words(self, panel: str) -> tuple[str, ...]:
        """The keys of a panel's paragraphs, in order."""
        keys: list[str] = []
        while (key := f"panel.{panel}.words.{len(keys) + 1}") in self:
            keys.append(key)
        return tuple(keys)

    def column_key(self, panel: str, column: str) -> str:
        """The key of a column's heading: the panel's own word for it, or the common one."""
        own = f"panel.{panel}.column.{column}"
        return own if own in self else f"column.{column}"


def change_way(places: int | None, *, is_new: bool) -> str:
    """Which way a step in rank leads: "new", "up", "down", "same", or "" where it is not known."""
    if is_new:
        return "new"
    if places is None:
        return ""
    return "up" if places > 0 else "down" if places < 0 else "same"


def plural_category(locale: str, count: float, forms: Mapping[str, str]) -> str:
    """The category of a number by the rules of CLDR, as far as ``forms`` tell them apart.

    ``Intl.PluralRules`` has also "many" for whole millions in Portuguese; no text of ours differs
    there, so "other" stands for it, here and in the browser.
    """
    one = count == 1 if locale == "en" else 0 <= count < 2
    return "one" if one and "one" in forms else "other"


@cache
def load_catalogue(locale: str) -> Catalogue:
    """All texts of a language of `LOCALES`.

    Raises `FileNotFoundError` where the installation lacks them, and `ValueError` for a key that
    two files give: a broken install, or our bug.
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

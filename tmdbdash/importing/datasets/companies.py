"""Names of companies in one cell; many have commas in them."""

from __future__ import annotations

import functools
import re

from tmdbdash.importing.datasets.cell_texts import is_blank
from tmdbdash.importing.datasets.list_cells import LONGEST_CACHED, MARKS, items_of
from tmdbdash.tmdb import cleaning

MOST_COMPANIES = 100

_MARKS = tuple(mark for mark in MARKS if mark != " / ")
"""A slash between spaces joins two partners in one company."""
_FORMS = (
    "inc incorporated llc llp lp ltd limited co coinc coltd company corp corporation plc "
    "ptyltd ptylimited pvtltd pteltd privatelimited proprietarylimited "
    "sa s/a sas sau sab sadecv sabdecv sl slu slp sll srl srls spa sarl sderl sderldecv aie "
    "ltda lda eireli eirl gmbh gmbh&cokg gmbh&cokgaa mbh ag kg ohg ev ug bv nv vof ab as a/s aps "
    "oy oyj kk gk kft zrt spzoo sro doo ooo eood "
    # "Quiet Company, The", as catalogues sort it
    "the"
)
LEGAL_FORMS = frozenset(_FORMS.split())
"""Legal forms after a company's name and a comma, without dots and spaces."""
WITH_HYPHENS = ("Metro-Goldwyn-Mayer", "Twentieth Century-Fox", "20th Century-Fox")
"""Companies that are one name in lists with hyphens between names."""
_NOTE = re.compile(r"\([^()]*\)$")


def companies(raw: object) -> tuple[str, ...] | None:
    """The names in a cell's text or in a JSON value, at most a hundred; ``None`` for none.

    Where commas are between the names, a legal form belongs to the name before it:
    "Metro-Goldwyn-Mayer, Inc." is one company.
    """
    if isinstance(raw, str) and len(raw) < LONGEST_CACHED:
        return _remembered(raw)
    return _read(raw)


def hyphened_companies(raw: object) -> tuple[str, ...] | None:
    """The same of a list with hyphens between the names."""
    if not isinstance(raw, str):
        return companies(raw)
    whole = raw
    for name in WITH_HYPHENS:
        whole = whole.replace(name, name.replace("-", "\0"))
    names = (cleaning.line(part.replace("\0", "-")) for part in whole.split("-"))
    kept = tuple(dict.fromkeys(name for name in names if name and not is_blank(name)))
    return kept[:MOST_COMPANIES] or None


@functools.lru_cache(maxsize=8192)
def _remembered(raw: str) -> tuple[str, ...] | None:
    return _read(raw)


def _read(raw: object) -> tuple[str, ...] | None:
    names: list[str] = []
    for item in items_of(raw, _MARKS):
        value = item.get("name", item.get("title")) if isinstance(item, dict) else item
        name = None if is_blank(value) else cleaning.line(value)
        if name is None:
            continue
        if names and not isinstance(item, dict) and _is_legal_form(name):
            names[-1] = cleaning.line(f"{names[-1]}, {name}") or names[-1]
        else:
            names.append(name)
    return tuple(dict.fromkeys(names))[:MOST_COMPANIES] or None


def _is_legal_form(name: str) -> bool:
    if len(name) > 40:
        return False
    bare = _NOTE.sub("", name).casefold()  # "Network, The (QN)"
    return bare.translate({ord("."): None, ord(" "): None}) in LEGAL_FORMS

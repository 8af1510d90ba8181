"""The words for stored codes: a model's notes, why it is champion, the marks of a cluster."""

from __future__ import annotations

from tmdbdash.records.drift import ScaleShift
from tmdbdash.records.evaluation import ChampionReason

_NOTES = {"too_little_data": "too little data"}
_CHAMPION = {
    "few_films": "{films} films with this target, and below {least} nothing beats the median",
    "first": "the first champion: the least loss out of fold",
    "kept": "kept: no model is better beyond two standard errors",
    "better": "replaces {former}: {gain:.1%} less loss, beyond two standard errors",
    "loses_to_median": "the former champion {former} gave way: it loses to the median",
    "low_coverage": "the former champion {former} gave way: its coverage is too far from 80 %",
    "not_fitted": "the former champion {former} gave way: it could not be fitted",
}
_MARKS = {
    "votes_high": "many votes",
    "votes_low": "few votes",
    "popularity_high": "popular",
    "popularity_low": "less popular",
    "rating_high": "well rated",
    "rating_low": "lower rated",
    "runtime_high": "long",
    "runtime_low": "short",
    "year_high": "recent",
    "year_low": "older",
    "middle": "in the middle",
}
_SHIFTS = {
    "rescaled": "older values are multiplied by it",
    "restarted": "older values are not learned from",
    "mixed": "too few films are newer to learn from them alone: `tmdbdash ingest --pages 50`",
}


def shift_words(shift: ScaleShift) -> str:
    """When popularity got another scale, by which factor, and what learning does about it."""
    factor = "an unknown factor" if shift.factor is None else f"a factor of {shift.factor:.2f}"
    done = _SHIFTS.get(shift.action, shift.action)
    return (
        f"Popularity is on another scale since {shift.at[:10]}, by {factor} "
        f"({shift.films:,} films compared): {done}."
    )


def note_words(code: str) -> str:
    """The words for a training's note on a model; the code itself where there are none."""
    return _NOTES.get(code, code)


def champion_words(why: ChampionReason) -> str:
    """Why a model is champion; its code where there are no words for it."""
    try:
        return _CHAMPION[why.code].format(**why.as_json())
    except KeyError:
        return why.code


def cluster_words(name: str) -> str:
    """The words for a cluster's name, which is the codes of its marks."""
    return ", ".join(_MARKS.get(code, code) for code in name.split())

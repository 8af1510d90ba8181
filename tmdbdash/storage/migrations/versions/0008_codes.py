"""Reasons, notes and names of clusters are codes; what was stored as sentences becomes codes."""

import json
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

REASONS = {
    "too few pairs of observations": "few_pairs",
    "no clear gain over persistence on the newest observations": "no_gain",
    "no time was left to fit a model": "no_time",
    "lost to persistence when scored against what came in the last 14 days": "lost",
}
MARKS = {
    "many votes": "votes_high",
    "few votes": "votes_low",
    "popular": "popularity_high",
    "less popular": "popularity_low",
    "well rated": "rating_high",
    "lower rated": "rating_low",
    "long": "runtime_high",
    "short": "runtime_low",
    "recent": "year_high",
    "older": "year_low",
    "in the middle": "middle",
}
CHAMPIONS = (
    (r"(?P<films>\d+) films with this target, and below (?P<least>\d+) .*", "few_films"),
    (r"the first champion: .*", "first"),
    (r"kept: .*", "kept"),
    (r"replaces (?P<former>\w+): (?P<gain>[\d.]+) % less loss.*", "better"),
    (r"the former champion (?P<former>\w+) gave way: it loses to the median", "loses_to_median"),
    (r"the former champion (?P<former>\w+) gave way: its intervals do not hold", "low_coverage"),
    (r"the former champion (?P<former>\w+) gave way: it could not be fitted", "not_fitted"),
)


def upgrade() -> None:
    _replace("forecast_bases", ("origin_at", "days"), "reason", _reason)
    _replace("film_groups", ("made_at", "group_no"), "name", _codes)
    _replace("studies", ("name", "made_at"), "body", _study)


def _replace(table: str, keys: tuple[str, str], column: str, change: Callable[[str], str]) -> None:
    """Change a column row by row: statements that change many rows burden a cluster."""
    connection = op.get_bind()
    # Of whatever type a key is, it is only handed back as it came.
    rows = sa.table(table, *(sa.column(name) for name in (*keys, column)))
    for first, second, text in connection.execute(sa.select(rows)).all():
        if (changed := change(text)) != text:
            here = sa.and_(rows.c[keys[0]] == first, rows.c[keys[1]] == second)
            connection.execute(sa.update(rows).where(here).values({column: changed}))


def _reason(text: str) -> str:
    found = re.fullmatch(r"fewer than \d+ days of history", text)
    return "no_history" if found else REASONS.get(text, text)


def _study(text: str) -> str:
    """The study of codes; one that is none of ours stays as it is, for it stops no upgrade."""
    try:
        body = json.loads(text)
        for task in body.get("tasks", ()):
            _code_task(task)
        for group in body.get("groups", ()):
            group["name"] = _codes(str(group.get("name", "")))
        return json.dumps(body, allow_nan=False)
    except (ValueError, TypeError, AttributeError, KeyError):
        return text


def _codes(name: str) -> str:
    """The name "Recent, many votes (2)" as "year_high votes_high 2"; codes stay as they are."""
    parts = name.replace(" (", ", ").replace(")", "").split(", ")
    return " ".join(MARKS.get(part.lower(), part) for part in parts)


def _code_task(task: dict[str, Any]) -> None:
    task.pop("measured_on", None)
    if task.get("note") == "too little data":
        task["note"] = "too_little_data"
    if not isinstance(why := task.get("why"), str):
        return
    for pattern, code in CHAMPIONS:
        if found := re.fullmatch(pattern, why):
            said: dict[str, Any] = {"code": code, **found.groupdict()}
            said |= {name: int(said[name]) for name in ("films", "least") if name in said}
            if "gain" in said:
                said["gain"] = round(float(said["gain"]) / 100, 4)
            task["why"] = said
            return
    task["why"] = {"code": "unknown"}

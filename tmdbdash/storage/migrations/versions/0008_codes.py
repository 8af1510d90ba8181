"""Reasons, notes and names of clusters are codes; what was stored as sentences becomes codes."""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from tmdbdash.storage.migrations.steps import LONG_JSON

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
    connection = op.get_bind()
    bases = sa.table("forecast_bases", sa.column("reason", sa.String))
    for sentence, code in REASONS.items():
        op.execute(sa.update(bases).where(bases.c.reason == sentence).values(reason=code))
    days = bases.c.reason.like("fewer than % days of history")
    op.execute(sa.update(bases).where(days).values(reason="no_history"))

    groups = sa.table("film_groups", sa.column("name", sa.String))
    for name in connection.scalars(sa.select(groups.c.name).distinct()).all():
        op.execute(sa.update(groups).where(groups.c.name == name).values(name=_codes(name)))

    studies = sa.table(
        "studies",
        sa.column("name", sa.String),
        sa.column("made_at", sa.String),  # it is only handed back
        sa.column("body", LONG_JSON),
    )
    wanted = sa.select(studies).where(studies.c.name.in_(["evaluation", "groups"]))
    for row in connection.execute(wanted).all():
        body = json.loads(row.body)
        for task in body.get("tasks", ()):
            _code_task(task)
        for group in body.get("groups", ()):
            group["name"] = _codes(str(group.get("name", "")))
        here = (studies.c.name == row.name) & (studies.c.made_at == row.made_at)
        text = json.dumps(body, allow_nan=False)
        op.execute(sa.update(studies).where(here).values(body=text))


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

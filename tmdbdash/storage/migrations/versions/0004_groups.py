"""Room for groups of films, where each film lies among them, and the films nearest to it."""

import sqlalchemy as sa

from tmdbdash.storage.migrations.steps import LONG_JSON, TIME, TMDB_ID, create, key

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create(
        "film_groups",
        key("made_at", TIME),
        key("group_no", sa.Integer),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("films", sa.Integer, nullable=False),
        sa.Column("marks", LONG_JSON, nullable=False),
        sa.Column("examples", LONG_JSON, nullable=False),
    )
    create(
        "film_places",
        key("tmdb_id", TMDB_ID),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("group_no", sa.Integer),
        sa.Column("x", sa.Double),
        sa.Column("y", sa.Double),
        sa.Column("hit_chance", sa.Double),
        clustered=False,
    )
    create(
        "neighbours",
        key("tmdb_id", TMDB_ID),
        key("place", sa.Integer),
        sa.Column("other_id", TMDB_ID, nullable=False),
        sa.Column("distance", sa.Double, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
    )

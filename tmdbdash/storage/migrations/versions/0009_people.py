"""Room for the people of films, their keywords and their certifications."""

import sqlalchemy as sa

from tmdbdash.storage.migrations.steps import TMDB_ID, create, key

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create(
        "film_people",
        key("tmdb_id", TMDB_ID),
        key("role", sa.String(20)),
        key("position", sa.Integer),
        sa.Column("person_id", TMDB_ID),
        sa.Column("name", sa.String(300), nullable=False),
    )
    create(
        "film_keywords",
        key("tmdb_id", TMDB_ID),
        key("position", sa.Integer),
        sa.Column("keyword_id", TMDB_ID),
        sa.Column("name", sa.String(300), nullable=False),
    )
    create(
        "film_certifications",
        key("tmdb_id", TMDB_ID),
        key("country", sa.String(2)),
        sa.Column("certification", sa.String(50), nullable=False),
    )

"""A mark of films whose time of observation is a guess, and an index of such times."""

import sqlalchemy as sa

from tmdbdash.storage.migrations.steps import add_column, drop_index, index

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    guessed = sa.Column("observed_guessed", sa.Boolean, nullable=False, server_default=sa.false())
    add_column("movies", guessed)
    index("ix_movies_imported_times", "movies", "imported", "observed_at", "observed_guessed")
    drop_index("ix_movies_imported_observed_at", "movies")

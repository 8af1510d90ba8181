"""Room for forecasts, what they rest on, and how they fared."""

import sqlalchemy as sa

from tmdbdash.storage.migrations.steps import TIME, TMDB_ID, create, index, key

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create(
        "forecasts",
        key("origin_at", TIME),
        key("tmdb_id", TMDB_ID),
        key("days", sa.Integer),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("popularity", sa.Double, nullable=False),
        sa.Column("low", sa.Double, nullable=False),
        sa.Column("high", sa.Double, nullable=False),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("origin_popularity", sa.Double, nullable=False),
        sa.Column("actual_popularity", sa.Double),
        sa.Column("scored_at", TIME),
    )
    index("ix_forecasts_scored_at_origin_at", "forecasts", "scored_at", "origin_at")
    create(
        "forecast_bases",
        key("origin_at", TIME),
        key("days", sa.Integer),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("films", sa.Integer, nullable=False),
        sa.Column("pairs", sa.Integer, nullable=False),
        sa.Column("weight", sa.Double, nullable=False),
        sa.Column("held_out", sa.Integer, nullable=False),
        sa.Column("held_out_mae", sa.Double),
        sa.Column("held_out_mae_persistence", sa.Double),
        sa.Column("scored", sa.Integer, nullable=False),
        sa.Column("scored_inside", sa.Integer, nullable=False),
        sa.Column("scored_mae", sa.Double),
        sa.Column("scored_mae_persistence", sa.Double),
    )

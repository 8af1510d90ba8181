"""Room for models that say more: mode and basis, importances, contributions, studies."""

import sqlalchemy as sa

from tmdbdash.storage.migrations.steps import LONG_JSON, TIME, TMDB_ID, add_column, create, key

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_column("model_predictions", sa.Column("mode", sa.String(20)))
    add_column("model_predictions", sa.Column("basis", sa.String(20)))
    create(
        "importances",
        key("trained_at", TIME),
        key("model_name", sa.String(100)),
        key("target", sa.String(50)),
        key("mode", sa.String(20)),
        key("feature_group", sa.String(50)),
        sa.Column("importance", sa.Double, nullable=False),
        sa.Column("spread", sa.Double),
    )
    create(
        "contributions",
        key("pred_ts", TIME),
        key("tmdb_id", TMDB_ID),
        key("target", sa.String(50)),
        key("feature_group", sa.String(50)),
        sa.Column("value", sa.Double, nullable=False),
    )
    create(
        "studies",
        key("name", sa.String(50)),
        key("made_at", TIME),
        sa.Column("body", LONG_JSON, nullable=False),
    )

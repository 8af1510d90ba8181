"""The basis of each target's prediction."""

import sqlalchemy as sa

from tmdbdash.storage.migrations.steps import add_column

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for target in ("popularity", "vote_average"):
        add_column("model_predictions", sa.Column(f"basis_{target}", sa.String(20)))

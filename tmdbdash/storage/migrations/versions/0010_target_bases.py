"""The basis of each target's prediction; the first predictions of films that came later."""

import sqlalchemy as sa

from tmdbdash.storage.migrations.steps import TIME, TMDB_ID, add_column, create, index, key

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for target in ("popularity", "vote_average"):
        add_column("model_predictions", sa.Column(f"basis_{target}", sa.String(20)))
    create(
        "live_predictions",
        key("tmdb_id", TMDB_ID),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("pred_ts", TIME, nullable=False),
        sa.Column("mode", sa.String(20)),
        *(
            sa.Column(name, sa.Double)
            for target in ("popularity", "vote_average")
            for name in (
                f"predicted_{target}",
                f"predicted_{target}_low",
                f"predicted_{target}_high",
                f"actual_{target}",
                f"{target}_widening",
            )
        ),
    )
    index("ix_live_predictions_made_at", "live_predictions", "made_at")

"""Create the tables.

It can be begun again after an interruption: MySQL commits at every CREATE. Types are spelt out
here, because a revision must go on doing what it did when the program's own types move on.
"""

import sqlalchemy as sa

from tmdbdash.storage.migrations.steps import TIME, TMDB_ID, create, index, key

revision = "0001"
down_revision = None


def upgrade() -> None:
    create(
        "movies",
        key("tmdb_id", TMDB_ID),
        sa.Column("imdb_id", sa.String(20)),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("original_title", sa.String(500)),
        sa.Column("overview", sa.Text),
        sa.Column("language", sa.String(20)),
        sa.Column("release_date", sa.Date),
        sa.Column("popularity", sa.Double),
        sa.Column("vote_count", sa.Integer),
        sa.Column("vote_average", sa.Double),
        sa.Column("runtime", sa.Integer),
        sa.Column("genres", sa.String(500), nullable=False),
        sa.Column("poster_path", sa.String(500)),
        sa.Column("backdrop_path", sa.String(500)),
        sa.Column("status", sa.String(50)),
        sa.Column("budget", sa.BigInteger),
        sa.Column("revenue", sa.BigInteger),
        sa.Column("tagline", sa.String(1000)),
        sa.Column("homepage", sa.String(1000)),
        sa.Column("collection", sa.String(500)),
        sa.Column("production_companies", sa.Text),
        sa.Column("production_countries", sa.Text),
        sa.Column("spoken_languages", sa.Text),
        sa.Column("rank", sa.Integer),
        sa.Column("observed_at", TIME),
        sa.Column("details_at", TIME),
        sa.Column("snapshot_at", TIME),
        sa.Column("imported", sa.Boolean, nullable=False),
        sa.Column("inserted_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        clustered=False,
    )
    index("ix_movies_imported_observed_at", "movies", "imported", "observed_at")
    index("ix_movies_popularity", "movies", "popularity")
    create(
        "movie_snapshots",
        key("tmdb_id", TMDB_ID),
        key("snapshot_ts", TIME),
        sa.Column("popularity", sa.Double),
        sa.Column("vote_count", sa.Integer),
        sa.Column("vote_average", sa.Double),
        sa.Column("rank", sa.Integer),
        sa.Column("imported", sa.Boolean, nullable=False),
    )
    index("ix_movie_snapshots_imported_snapshot_ts", "movie_snapshots", "imported", "snapshot_ts")
    create(
        "latest_list",
        key("rank", sa.Integer),
        sa.Column("tmdb_id", TMDB_ID, nullable=False),
        sa.Column("popularity", sa.Double),
        sa.Column("vote_count", sa.Integer),
        sa.Column("vote_average", sa.Double),
        sa.Column("observed_at", TIME, nullable=False),
        clustered=False,
    )
    predictions = (
        "predicted_popularity",
        "predicted_vote_average",
        "actual_popularity",
        "actual_vote_average",
        "mae_popularity",
        "mae_vote_average",
        "predicted_popularity_low",
        "predicted_popularity_high",
        "predicted_vote_average_low",
        "predicted_vote_average_high",
    )
    create(
        "model_predictions",
        key("pred_ts", TIME),
        key("model_name", sa.String(100)),
        key("tmdb_id", TMDB_ID),
        *(sa.Column(name, sa.Double) for name in predictions),
    )
    index(
        "ix_model_predictions_by_popularity",
        "model_predictions",
        *("pred_ts", "model_name", "predicted_popularity"),
    )
    index("ix_model_predictions_tmdb_id", "model_predictions", "tmdb_id")
    create(
        "runs",
        key("job", sa.String(50)),
        key("started_at", TIME),
        sa.Column("finished_at", TIME, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("exit_code", sa.Integer, nullable=False),
        sa.Column("source", sa.String(500)),
        sa.Column("requests", sa.Integer),
        sa.Column("films_seen", sa.Integer),
        sa.Column("films_new", sa.Integer),
        sa.Column("films_changed", sa.Integer),
        sa.Column("films_unchanged", sa.Integer),
        sa.Column("message", sa.String(2000)),
    )
    index("ix_runs_started_at", "runs", "started_at")
    create(
        "trainings",
        key("trained_at", TIME),
        sa.Column("films", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Double),
        sa.Column("fingerprint", sa.String(200), nullable=False),
        sa.Column("champions", sa.Text, nullable=False),
    )
    create(
        "model_metrics",
        key("trained_at", TIME),
        key("model_name", sa.String(100)),
        key("target", sa.String(50)),
        key("metric", sa.String(50)),
        sa.Column("value", sa.Double, nullable=False),
    )

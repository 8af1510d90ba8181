"""The tables. Column keys equal the fields of the records that are stored in them.

A change here needs a new revision under ``migrations/versions`` and `HEAD` moved to it; the tests
compare the two. ``imported`` leads the indexes that pruning uses, so that a large imported history
costs a tick nothing.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, String, false, true

from tmdbdash.records.live import LIVE_FIGURES
from tmdbdash.records.tasks import TARGET_NAMES
from tmdbdash.storage.column_types import (
    CleanText,
    FilePart,
    GenreNames,
    JsonText,
    LongText,
    Real,
    TextList,
    TextMap,
    TmdbId,
    UtcDateTime,
    Whole,
)
from tmdbdash.storage.table_making import METADATA, key, make_table

HEAD = "0010"
"""The schema this program works with: the newest revision's name."""

metadata = METADATA
"""All tables of this module."""

movies = make_table(
    "movies",
    key("tmdb_id", TmdbId),
    Column("imdb_id", CleanText(20)),
    Column("title", CleanText(500), nullable=False),
    Column("original_title", CleanText(500)),
    Column("overview", LongText()),
    Column("language", CleanText(20)),
    Column("release_date", Date),
    Column("popularity", Real()),
    Column("vote_count", Whole()),
    Column("vote_average", Real()),
    Column("runtime", Whole()),
    Column("genres", GenreNames(500), nullable=False),
    Column("poster_path", CleanText(500)),
    Column("backdrop_path", CleanText(500)),
    Column("status", CleanText(50)),
    Column("budget", Whole(big=True)),
    Column("revenue", Whole(big=True)),
    Column("tagline", CleanText(1000)),
    Column("homepage", CleanText(1000)),
    Column("collection", CleanText(500)),
    Column("production_companies", TextList()),
    Column("production_countries", TextList()),
    Column("spoken_languages", TextList()),
    Column("rank", Whole()),
    Column("observed_at", UtcDateTime()),
    Column("observed_guessed", Boolean, nullable=False, server_default=false()),
    Column("details_at", UtcDateTime()),
    Column("snapshot_at", UtcDateTime()),
    Column("imported", Boolean, nullable=False),
    Column("inserted_at", UtcDateTime(), nullable=False),
    Column("updated_at", UtcDateTime(), nullable=False),
    Index("ix_movies_imported_times", "imported", "observed_at", "observed_guessed"),
    Index("ix_movies_popularity", "popularity"),
    clustered=False,  # a lone integer key is SQLite's row address already
)

film_people = make_table(
    "film_people",
    key("tmdb_id", TmdbId),
    key("role", String(20)),
    key("position", Whole()),
    Column("person_id", TmdbId),
    Column("name", CleanText(300), nullable=False),
)

film_keywords = make_table(
    "film_keywords",
    key("tmdb_id", TmdbId),
    key("position", Whole()),
    Column("keyword_id", TmdbId),
    Column("name", CleanText(300), nullable=False),
)

film_certifications = make_table(
    "film_certifications",
    key("tmdb_id", TmdbId),
    key("country", String(2)),
    Column("certification", CleanText(50), nullable=False),
)

movie_snapshots = make_table(
    "movie_snapshots",
    key("tmdb_id", TmdbId),
    key("snapshot_ts", UtcDateTime()),
    Column("popularity", Real()),
    Column("vote_count", Whole()),
    Column("vote_average", Real()),
    Column("rank", Whole()),
    Column("imported", Boolean, nullable=False),
    Index("ix_movie_snapshots_imported_snapshot_ts", "imported", "snapshot_ts"),
)

latest_list = make_table(
    "latest_list",
    key("rank", Whole()),
    Column("tmdb_id", TmdbId, nullable=False),
    Column("popularity", Real()),
    Column("vote_count", Whole()),
    Column("vote_average", Real()),
    Column("observed_at", UtcDateTime(), nullable=False),
    clustered=False,
)

model_predictions = make_table(
    "model_predictions",
    key("pred_ts", UtcDateTime()),
    key("model_name", String(100)),
    key("tmdb_id", TmdbId),
    Column("predicted_popularity", Real()),
    Column("predicted_vote_average", Real()),
    Column("actual_popularity", Real()),
    Column("actual_vote_average", Real()),
    Column("mae_popularity", Real()),
    Column("mae_vote_average", Real()),
    Column("predicted_popularity_low", Real()),
    Column("predicted_popularity_high", Real()),
    Column("predicted_vote_average_low", Real()),
    Column("predicted_vote_average_high", Real()),
    Column("mode", String(20)),
    Column("basis", String(20), key="prediction_source"),
    *(Column(f"basis_{target}", String(20)) for target in TARGET_NAMES),
    Index("ix_model_predictions_by_popularity", "pred_ts", "model_name", "predicted_popularity"),
    Index("ix_model_predictions_tmdb_id", "tmdb_id"),
)

live_predictions = make_table(
    "live_predictions",
    key("tmdb_id", TmdbId),
    *(Column(name, UtcDateTime(), nullable=False) for name in ("made_at", "pred_ts")),
    Column("mode", String(20)),
    *(Column(name, Real()) for name in LIVE_FIGURES),
    Index("ix_live_predictions_made_at", "made_at"),
)

runs = make_table(
    "runs",
    key("job", String(50)),
    key("started_at", UtcDateTime()),
    Column("finished_at", UtcDateTime(), nullable=False),
    Column("outcome", CleanText(20), nullable=False),
    Column("exit_code", Whole(), nullable=False),
    Column("source", CleanText(500)),
    Column("requests", Whole()),
    Column("films_seen", Whole()),
    Column("films_new", Whole()),
    Column("films_changed", Whole()),
    Column("films_unchanged", Whole()),
    Column("message", CleanText(2000)),
    Index("ix_runs_started_at", "started_at"),
)

trainings = make_table(
    "trainings",
    key("trained_at", UtcDateTime()),
    Column("films", Whole(), nullable=False),
    Column("rows", Whole(), nullable=False),
    Column("seconds", Real()),
    Column("fingerprint", CleanText(200), nullable=False),
    Column("champions", TextMap(), nullable=False),
)

model_metrics = make_table(
    "model_metrics",
    key("trained_at", UtcDateTime()),
    key("model_name", String(100)),
    key("target", String(50)),
    key("metric", String(50)),
    Column("value", Real(), nullable=False),
)

importances = make_table(
    "importances",
    key("trained_at", UtcDateTime()),
    key("model_name", String(100)),
    key("target", String(50)),
    key("mode", String(20)),
    key("feature_group", String(50)),
    Column("importance", Real(), nullable=False),
    Column("spread", Real()),
)

contributions = make_table(
    "contributions",
    key("pred_ts", UtcDateTime()),
    key("tmdb_id", TmdbId),
    key("target", String(50)),
    key("feature_group", String(50)),
    Column("value", Real(), nullable=False),
)

studies = make_table(
    "studies",
    key("name", String(50)),
    key("made_at", UtcDateTime()),
    Column("body", JsonText(), nullable=False),
)

forecasts = make_table(
    "forecasts",
    key("origin_at", UtcDateTime()),
    key("tmdb_id", TmdbId),
    key("days", Whole()),
    Column("made_at", UtcDateTime(), nullable=False),
    Column("popularity", Real(), nullable=False),
    Column("low", Real(), nullable=False),
    Column("high", Real(), nullable=False),
    Column("basis", String(20), key="method", nullable=False),
    Column("origin_popularity", Real(), nullable=False),
    Column("actual_popularity", Real()),
    Column("scored_at", UtcDateTime()),
    Index("ix_forecasts_scored_at_origin_at", "scored_at", "origin_at"),
)

forecast_bases = make_table(
    "forecast_bases",
    key("origin_at", UtcDateTime()),
    key("days", Whole()),
    Column("made_at", UtcDateTime(), nullable=False),
    Column("basis", String(20), key="method", nullable=False),
    Column("reason", CleanText(500), nullable=False),
    Column("films", Whole(), nullable=False),
    Column("pairs", Whole(), nullable=False),
    Column("weight", Real(), nullable=False),
    Column("held_out", Whole(), nullable=False),
    Column("held_out_mae", Real()),
    Column("held_out_mae_persistence", Real()),
    Column("scored", Whole(), nullable=False),
    Column("scored_inside", Whole(), nullable=False),
    Column("scored_mae", Real()),
    Column("scored_mae_persistence", Real()),
)

film_groups = make_table(
    "film_groups",
    key("made_at", UtcDateTime()),
    key("group_no", Whole()),
    Column("name", CleanText(200), nullable=False),
    Column("films", Whole(), nullable=False),
    Column("marks", JsonText(), nullable=False),
    Column("examples", JsonText(), nullable=False),
)

film_places = make_table(
    "film_places",
    key("tmdb_id", TmdbId),
    Column("made_at", UtcDateTime(), nullable=False),
    Column("group_no", Whole()),
    Column("x", Real()),
    Column("y", Real()),
    Column("hit_chance", Real()),
    clustered=False,
)

neighbours = make_table(
    "neighbours",
    key("tmdb_id", TmdbId),
    key("place", Whole()),
    Column("other_id", TmdbId, nullable=False),
    Column("distance", Real(), nullable=False),
    Column("made_at", UtcDateTime(), nullable=False),
)

model_files = make_table(
    "model_files",
    key("trained_at", UtcDateTime()),
    key("name", String(150)),
    key("part", Whole()),
    Column("content", FilePart(), nullable=False),
)

installation = make_table(
    "installation",
    key("id", String(36)),
    Column("single", Boolean, nullable=False, server_default=true()),
    Index("ux_installation_single", "single", unique=True),  # two nodes may try to make it
)

claims = make_table(
    "claims",
    key("name", String(50)),
    Column("owner", CleanText(100), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
)

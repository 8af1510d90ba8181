"""The schema's revisions, run by `tmdbdash.storage.upgrade` through Alembic."""

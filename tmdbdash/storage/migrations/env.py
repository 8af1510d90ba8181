"""Run by Alembic: revisions go over the connection, and in the transaction, that it is given."""

from alembic import context

from tmdbdash.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a column only by copying its table
)
with context.begin_transaction():
    context.run_migrations()

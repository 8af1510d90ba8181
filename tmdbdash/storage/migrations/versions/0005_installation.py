"""A random id for the whole database, so that two installations never give one id to two things."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from tmdbdash.storage.migrations.steps import create, key

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create("installation", key("id", sa.String(36)))
    table = sa.table("installation", sa.column("id", sa.String))
    if op.get_bind().scalar(sa.select(sa.func.count()).select_from(table)) == 0:
        op.bulk_insert(table, [{"id": str(uuid4())}])

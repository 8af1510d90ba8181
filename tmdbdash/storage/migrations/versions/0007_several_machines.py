"""What several machines share: fitted models, claims, one id; the gate of before goes."""

import sqlalchemy as sa
from alembic import op

from tmdbdash.storage.migrations.steps import FILE_PART, TIME, add_column, create, index, key

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create(
        "model_files",
        key("trained_at", TIME),
        key("name", sa.String(150)),
        key("part", sa.Integer),
        sa.Column("content", FILE_PART, nullable=False),
    )
    create(
        "claims",
        key("name", sa.String(50)),
        sa.Column("owner", sa.String(100), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
    )
    table = sa.table("installation", sa.column("id", sa.String))
    first = op.get_bind().scalar(sa.select(sa.func.min(table.c.id)))
    op.execute(sa.delete(table).where(table.c.id != first))
    single = sa.Column("single", sa.Boolean, nullable=False, server_default=sa.true())
    add_column("installation", single)
    index("ux_installation_single", "installation", "single", unique=True)
    op.drop_table("schema_gate", if_exists=True)
    if op.get_bind().dialect.name != "sqlite":
        # Alembic made it as the server's default engine has it, which nodes need not share.
        op.execute("ALTER TABLE alembic_version ENGINE=InnoDB")
        op.execute("ALTER TABLE alembic_version ROW_FORMAT=DYNAMIC")

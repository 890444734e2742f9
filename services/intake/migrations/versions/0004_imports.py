"""imports of historic rows, and the channel they stand under when no other is named"""

import sqlalchemy as sa
from alembic import op

import shared.db
from shared.clock import system_now

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_CHANNEL = {"id": "00000000-0000-7000-8000-000000000001", "code": "import", "kind": "import", "policy": "", "allowed_policies": [],
            "department": "", "key_hash": ""}  # fmt: skip


def upgrade() -> None:
    op.create_table('imports',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('policy', sa.String(length=20), nullable=False),
    sa.Column('policy_version', sa.String(length=20), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports'))
    )
    op.create_table('imported_rows',
    sa.Column('policy', sa.String(length=20), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('policy', 'hash', name=op.f('pk_imported_rows'))
    )
    channels = sa.table('channels', *(sa.column(name) for name in ("id", "code", "kind", "policy", "department", "key_hash")),
                        sa.column("allowed_policies", sa.JSON()), sa.column("created_at", shared.db.UtcDateTime()))  # fmt: skip
    if op.get_bind().execute(sa.select(channels.c.id).where(channels.c.code == _CHANNEL["code"])).first() is None:
        # No key has an empty hash: nobody can report through it.
        op.bulk_insert(channels, [{**_CHANNEL, "created_at": system_now()}])


def downgrade() -> None:
    op.drop_table('imported_rows')
    op.drop_table('imports')

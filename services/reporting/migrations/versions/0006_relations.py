"""Demands that belong together, demands that are none, and facts that were put right."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('demands', sa.Column('added', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('corrected', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('rejected_kind', sa.String(length=20), nullable=True))
    op.create_table('relations',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('other_id', sa.String(length=36), nullable=False),
    sa.Column('relation', sa.String(length=20), nullable=False),
    sa.Column('direction', sa.String(length=10), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('demand_id', 'other_id', 'relation', 'direction', name=op.f('pk_relations'))
    )


def downgrade() -> None:
    op.drop_table('relations')
    for name in ('rejected_kind', 'corrected', 'added'):
        op.drop_column('demands', name)

"""Handed-over results, changes of plans, and when a closed demand was locked."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('cases', sa.Column('handed_over', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('cases', sa.Column('locked_at', shared.db.UtcDateTime(), nullable=True))
    op.create_table('changes',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('plan', sa.Text(), nullable=False),
    sa.Column('expected_finish', shared.db.UtcDateTime(), nullable=True),
    sa.Column('cost', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('before', shared.db.UtcDateTime(), nullable=True),
    sa.Column('requested_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('requested_by', sa.String(length=100), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('decided_at', shared.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['demand_id'], ['cases.id'], name=op.f('fk_changes_demand_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changes')),
    sa.UniqueConstraint('demand_id', 'number', name='uq_changes_number')
    )


def downgrade() -> None:
    op.drop_table('changes')
    op.drop_column('cases', 'locked_at')
    op.drop_column('cases', 'handed_over')

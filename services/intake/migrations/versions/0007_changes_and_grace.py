"""Customers' answers to changes of plans, signatures bound to words, disputes after closing."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('changes',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=True),
    sa.Column('opinion', sa.Text(), nullable=True),
    sa.Column('original', sa.LargeBinary(), nullable=True),
    sa.Column('at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('by', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['demand_id'], ['demands.id'], name=op.f('fk_changes_demand_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changes')),
    sa.UniqueConstraint('demand_id', 'number', name='uq_changes_number')
    )
    op.add_column('demands', sa.Column('result_sha256', sa.String(length=64), nullable=True))
    op.add_column('demands', sa.Column('locked_at', shared.db.UtcDateTime(), nullable=True))
    with op.batch_alter_table('confirmations') as table:
        table.add_column(sa.Column('result_sha256', sa.String(length=64), nullable=True))
        table.add_column(sa.Column('late', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.drop_constraint('uq_confirmations_cycle', type_='unique')
        table.create_unique_constraint('uq_confirmations_cycle', ['demand_id', 'cycle', 'late'])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM confirmations WHERE late"))
    with op.batch_alter_table('confirmations') as table:
        table.drop_constraint('uq_confirmations_cycle', type_='unique')
        table.create_unique_constraint('uq_confirmations_cycle', ['demand_id', 'cycle'])
        table.drop_column('late')
        table.drop_column('result_sha256')
    op.drop_column('demands', 'locked_at')
    op.drop_column('demands', 'result_sha256')
    op.drop_table('changes')

"""The work on demands: evaluations by department, tasks, what stands in the way, and what holds a clock."""

import sqlalchemy as sa
from alembic import op

from shared.db import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

_BLOCKED = sa.text('blocked_at IS NOT NULL')
_ASKED = sa.text("""UPDATE deadlines SET holds = '["supplement.requested"]' WHERE paused_at IS NOT NULL""")


def upgrade() -> None:
    op.add_column('cases', sa.Column('blocked_at', UtcDateTime(), nullable=True))
    op.add_column('cases', sa.Column('blocker', sa.JSON(none_as_null=True), nullable=True))
    op.create_index('ix_cases_blocked', 'cases', ['number'], sqlite_where=_BLOCKED, postgresql_where=_BLOCKED)
    op.add_column('deadlines', sa.Column('holds', sa.JSON(), nullable=False, server_default='[]'))
    op.execute(_ASKED)
    op.create_table(
        'evaluations',
        sa.Column('demand_id', sa.String(36), nullable=False),
        sa.Column('version', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('department', sa.String(40), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.String(100), nullable=False),
        sa.Column('verdict', sa.String(20), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('explanation', sa.Text(), nullable=True),
        sa.Column('alternative', sa.Text(), nullable=True),
        sa.Column('feasibility', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('resources', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('superseded_at', UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['demand_id'], ['cases.id'], name=op.f('fk_evaluations_demand_id')),
        sa.PrimaryKeyConstraint('demand_id', 'version', name=op.f('pk_evaluations')),
    )
    op.create_table(
        'tasks',
        sa.Column('demand_id', sa.String(36), nullable=False),
        sa.Column('id', sa.String(20), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('owner', sa.String(100), nullable=False),
        sa.Column('owner_id', sa.String(36), nullable=True),
        sa.Column('department', sa.String(40), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('delivery_standard', sa.Text(), nullable=False),
        sa.Column('depends_on', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(20), nullable=False),
        sa.Column('percent', sa.Integer(), nullable=False),
        sa.Column('dispatched_at', UtcDateTime(), nullable=False),
        sa.Column('changed_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['demand_id'], ['cases.id'], name=op.f('fk_tasks_demand_id')),
        sa.PrimaryKeyConstraint('demand_id', 'id', name=op.f('pk_tasks')),
    )


def downgrade() -> None:
    op.drop_table('tasks')
    op.drop_table('evaluations')
    op.drop_column('deadlines', 'holds')
    op.drop_index('ix_cases_blocked', 'cases')
    op.drop_column('cases', 'blocker')
    op.drop_column('cases', 'blocked_at')

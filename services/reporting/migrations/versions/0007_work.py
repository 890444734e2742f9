"""The work on demands: evaluations by department, tasks, what stood in the way, progress of tasks."""

import sqlalchemy as sa
from alembic import op

from shared.db import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('progress_notes') as notes:
        notes.alter_column('text', existing_type=sa.Text(), nullable=True)
        notes.add_column(sa.Column('task', sa.String(20), nullable=True))
        notes.add_column(sa.Column('state', sa.String(20), nullable=True))
        notes.add_column(sa.Column('percent', sa.Integer(), nullable=True))
    op.create_table(
        'tasks',
        sa.Column('demand_id', sa.String(36), nullable=False),
        sa.Column('id', sa.String(20), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('owner', sa.String(100), nullable=False),
        sa.Column('department', sa.String(40), nullable=False),
        sa.Column('starts_on', sa.String(10), nullable=False),
        sa.Column('ends_on', sa.String(10), nullable=False),
        sa.Column('delivery_standard', sa.Text(), nullable=False),
        sa.Column('depends_on', sa.JSON(none_as_null=True), nullable=False),
        sa.Column('state', sa.String(20), nullable=False),
        sa.Column('percent', sa.Integer(), nullable=False),
        sa.Column('dispatched_at', UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('demand_id', 'id', name=op.f('pk_tasks')),
    )
    op.create_table(
        'evaluations',
        sa.Column('demand_id', sa.String(36), nullable=False),
        sa.Column('department', sa.String(40), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.String(100), nullable=False),
        sa.Column('verdict', sa.String(20), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('explanation', sa.Text(), nullable=True),
        sa.Column('alternative', sa.Text(), nullable=True),
        sa.Column('feasibility', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('resources', sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint('demand_id', 'department', name=op.f('pk_evaluations')),
    )
    op.create_table(
        'blocks',
        sa.Column('demand_id', sa.String(36), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.String(100), nullable=False),
        sa.Column('occurred_at', UtcDateTime(), nullable=False),
        sa.Column('reason', sa.String(60), nullable=False),
        sa.Column('reason_label', sa.String(200), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('task', sa.String(20), nullable=True),
        sa.Column('ended_at', UtcDateTime(), nullable=True),
        sa.Column('ended_by', sa.String(100), nullable=True),
        sa.Column('end_note', sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint('demand_id', 'version', name=op.f('pk_blocks')),
    )
    op.create_index(op.f('ix_blocks_occurred_at'), 'blocks', ['occurred_at'])


def downgrade() -> None:
    op.drop_table('blocks')
    op.drop_table('evaluations')
    op.drop_table('tasks')
    op.execute("DELETE FROM progress_notes WHERE text IS NULL")
    with op.batch_alter_table('progress_notes') as notes:
        for name in ('percent', 'state', 'task'):
            notes.drop_column(name)
        notes.alter_column('text', existing_type=sa.Text(), nullable=False)

"""Weekly meetings; what is open is found by its policy, and by when it is due."""

import sqlalchemy as sa
from alembic import op

from shared.db import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

_CALLED = sa.text("state = 'called'")
_OPEN = sa.text('met_at IS NULL AND superseded_at IS NULL AND paused_at IS NULL')


def upgrade() -> None:
    op.create_table(
        'meetings',
        sa.Column('id', sa.String(120), nullable=False),
        sa.Column('policy', sa.String(20), nullable=False),
        sa.Column('code', sa.String(60), nullable=False),
        sa.Column('week', sa.String(10), nullable=False),
        sa.Column('state', sa.String(20), nullable=False),
        sa.Column('called_at', UtcDateTime(), nullable=False),
        sa.Column('due_at', UtcDateTime(), nullable=False),
        sa.Column('items', sa.JSON(), nullable=False),
        sa.Column('left_off', sa.Integer(), nullable=False),
        sa.Column('held_at', UtcDateTime(), nullable=True),
        sa.Column('held_by', sa.String(100), nullable=True),
        sa.Column('notes', sa.Text(), nullable=True),
        sa.Column('decisions', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_meetings'),
    )
    op.create_index('ix_meetings_week', 'meetings', ['week'])
    op.create_index('ix_meetings_called', 'meetings', ['due_at'], sqlite_where=_CALLED, postgresql_where=_CALLED)
    op.create_index('ix_cases_policy', 'cases', ['policy', 'status_category', 'number'])
    op.create_index('ix_deadlines_open', 'deadlines', ['due_at', 'id'], sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    op.drop_index('ix_deadlines_open', 'deadlines')
    op.drop_index('ix_cases_policy', 'cases')
    op.drop_table('meetings')

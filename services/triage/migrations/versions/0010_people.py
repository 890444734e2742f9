"""Who holds a policy's role, who is away and who stands in; a handler's cases, new proposals."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

_PROPOSED = sa.text("proposed_code IS NOT NULL")


def upgrade() -> None:
    op.add_column('staff', sa.Column('policy_roles', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('staff', sa.Column('away_from', shared.db.UtcDateTime(), nullable=True))
    op.add_column('staff', sa.Column('away_until', shared.db.UtcDateTime(), nullable=True))
    op.add_column('staff', sa.Column('deputy_id', sa.String(length=36), nullable=True))
    op.add_column('staff', sa.Column('assigned_at', shared.db.UtcDateTime(), nullable=True))
    op.add_column('cases', sa.Column('proposed_code', sa.String(length=60), nullable=True))
    op.create_index('ix_cases_handler', 'cases', ['handler_id', 'status_category'])
    op.create_index('ix_cases_proposed', 'cases', ['number'], sqlite_where=_PROPOSED, postgresql_where=_PROPOSED)


def downgrade() -> None:
    op.drop_index('ix_cases_proposed', 'cases')
    op.drop_index('ix_cases_handler', 'cases')
    op.drop_column('cases', 'proposed_code')  # a batch would drop the table that others refer to
    with op.batch_alter_table('staff') as staff:
        for name in ('assigned_at', 'deputy_id', 'away_until', 'away_from', 'policy_roles'):
            staff.drop_column(name)

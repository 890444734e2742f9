"""Demands of a policy are found by when they were received."""

from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_cases_receipt', 'cases', ['policy', 'received_at', 'id'])


def downgrade() -> None:
    op.drop_index('ix_cases_receipt', 'cases')

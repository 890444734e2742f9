"""Where customers came from, how they want to be reached, and which of them were merged."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('customers', sa.Column('source', sa.String(60), nullable=True))
    op.add_column('customers', sa.Column('preferred_channel', sa.String(20), nullable=True))
    op.add_column('customers', sa.Column('merged_into', sa.String(60), nullable=True))


def downgrade() -> None:
    for column in ('merged_into', 'preferred_channel', 'source'):
        op.drop_column('customers', column)

"""Notices say why they go to somebody."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('notices', sa.Column('why', sa.String(length=40), nullable=True))
    op.add_column('notices', sa.Column('instead_of', sa.String(length=36), nullable=True))


def downgrade() -> None:
    op.drop_column('notices', 'instead_of')
    op.drop_column('notices', 'why')

"""Channels with a form of their own, and what customers may see of the handling."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('channels', sa.Column('form', sa.String(60), nullable=True))
    op.add_column('demands', sa.Column('told', sa.JSON(), nullable=False, server_default='[]'))


def downgrade() -> None:
    op.drop_column('demands', 'told')
    op.drop_column('channels', 'form')

"""Demands of the past keep what their rows say."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('demands', sa.Column('historic', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column('demands', 'historic')

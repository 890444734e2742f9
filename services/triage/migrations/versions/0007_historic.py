"""Demands of the past keep what their rows say."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('cases', sa.Column('historic', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column('cases', 'historic')  # a batch would drop the table that others refer to

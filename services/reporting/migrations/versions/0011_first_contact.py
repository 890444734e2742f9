"""Who took a demand by hand."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('demands', sa.Column('taken_by', sa.String(length=100), nullable=True))


def downgrade() -> None:
    op.drop_column('demands', 'taken_by')

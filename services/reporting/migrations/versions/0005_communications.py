"""communications about demands, every version of each"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('communications',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('communication_id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('occurred_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('registered_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('said', sa.JSON(none_as_null=True), nullable=False),
    sa.PrimaryKeyConstraint('demand_id', 'communication_id', 'version', name=op.f('pk_communications'))
    )


def downgrade() -> None:
    op.drop_table('communications')

"""communications about a demand, every version of each"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('communications',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('occurred_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('registered_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('original', sa.LargeBinary(), nullable=False),
    sa.Column('latest', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['demand_id'], ['demands.id'], name=op.f('fk_communications_demand_id')),
    sa.PrimaryKeyConstraint('id', 'version', name=op.f('pk_communications'))
    )
    op.create_index('ix_communications_demand', 'communications', ['demand_id', 'latest', 'occurred_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_communications_demand', table_name='communications')
    op.drop_table('communications')

"""demands that were merged, demands made of others, and words of one customer about a demand of another"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('demands', sa.Column('merged_into', sa.String(length=36), nullable=True))
    op.add_column('supplements', sa.Column('customer_id', sa.String(length=36), nullable=True))
    op.create_table('spawned',
    sa.Column('event_id', sa.String(length=100), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('event_id', 'part', name=op.f('pk_spawned'))
    )


def downgrade() -> None:
    op.drop_table('spawned')
    op.drop_column('supplements', 'customer_id')
    op.drop_column('demands', 'merged_into')

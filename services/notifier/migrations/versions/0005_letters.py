"""Letters of campaigns."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'letters',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('campaign', sa.String(length=60), nullable=False),
        sa.Column('customer_number', sa.String(length=60), nullable=False),
        sa.Column('policy', sa.String(length=20), nullable=False),
        sa.Column('policy_version', sa.String(length=20), nullable=False),
        sa.Column('form', sa.String(length=60), nullable=False),
        sa.Column('state', sa.String(length=20), nullable=False),
        sa.Column('message_id', sa.String(length=200), nullable=False),
        sa.Column('attempt', sa.Integer(), nullable=False),
        sa.Column('next_at', shared.db.UtcDateTime(), nullable=True),
        sa.Column('lease', sa.String(length=36), nullable=True),
        sa.Column('reason', sa.String(length=60), nullable=True),
        sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
        sa.Column('finished_at', shared.db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_letters')),
        sa.UniqueConstraint('campaign', 'customer_number', name='uq_letters_once'),
        sa.UniqueConstraint('message_id', name=op.f('uq_letters_message_id')),
    )
    op.create_index(op.f('ix_letters_next_at'), 'letters', ['next_at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_letters_next_at'), table_name='letters')
    op.drop_table('letters')

"""Channels with a form of their own, what customers may see of the handling, what they agreed to."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('channels', sa.Column('form', sa.String(60), nullable=True))
    op.add_column('demands', sa.Column('told', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('demands', sa.Column('outcome', sa.JSON(), nullable=True))
    op.create_table('consents',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.Column('purpose', sa.String(length=60), nullable=False),
    sa.Column('policy', sa.String(length=20), nullable=False),
    sa.Column('policy_version', sa.String(length=20), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('channel', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_consents_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents'))
    )
    op.create_index(op.f('ix_consents_customer_id'), 'consents', ['customer_id'], unique=False)


def downgrade() -> None:
    op.drop_table('consents')
    op.drop_column('demands', 'outcome')
    op.drop_column('demands', 'told')
    op.drop_column('channels', 'form')

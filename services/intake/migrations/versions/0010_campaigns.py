"""Campaigns: customers who are asked to fill in a form."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('campaigns',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('policy', sa.String(length=20), nullable=False),
    sa.Column('policy_version', sa.String(length=20), nullable=False),
    sa.Column('form', sa.String(length=60), nullable=False),
    sa.Column('channel_id', sa.String(length=36), nullable=False),
    sa.Column('instructions', sa.Text(), nullable=True),
    sa.Column('opened_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('closes_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('closed_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_campaigns_channel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns')),
    sa.UniqueConstraint('channel_id', name=op.f('uq_campaigns_channel_id')),
    sa.UniqueConstraint('code', name=op.f('uq_campaigns_code'))
    )
    op.create_table('campaign_members',
    sa.Column('campaign_id', sa.String(length=36), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_members_campaign_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_campaign_members_customer_id')),
    sa.PrimaryKeyConstraint('campaign_id', 'customer_id', name=op.f('pk_campaign_members'))
    )
    op.create_index('ix_demands_channel', 'demands', ['channel_id', 'customer_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_demands_channel', table_name='demands')
    op.drop_table('campaign_members')
    op.drop_table('campaigns')

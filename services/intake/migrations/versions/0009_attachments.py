"""attachments of demands: what is told of them, their sealed bytes, who opened them"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attachments',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=True),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('media_type', sa.String(length=100), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('original', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_attachments_customer_id')),
    sa.ForeignKeyConstraint(['demand_id'], ['demands.id'], name=op.f('fk_attachments_demand_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments')),
    sa.UniqueConstraint('demand_id', 'sha256', name='uq_attachments_content')
    )
    op.create_table('attachment_contents',
    sa.Column('attachment_id', sa.String(length=36), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachments.id'], name=op.f('fk_attachment_contents_attachment_id')),
    sa.PrimaryKeyConstraint('attachment_id', name=op.f('pk_attachment_contents'))
    )
    op.create_table('attachment_reads',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('attachment_id', sa.String(length=36), nullable=False),
    sa.Column('reader', sa.String(length=80), nullable=False),
    sa.Column('read_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment_reads'))
    )
    op.create_index(op.f('ix_attachment_reads_attachment_id'), 'attachment_reads', ['attachment_id'], unique=False)


def downgrade() -> None:
    op.drop_table('attachment_reads')
    op.drop_table('attachment_contents')
    op.drop_table('attachments')

"""What more is known of customers: their other numbers, where they came from, merges, business, names to search by."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('customers', sa.Column('source', sa.String(60), nullable=True))
    op.add_column('customers', sa.Column('preferred_channel', sa.String(20), nullable=True))
    op.add_column('customers', sa.Column('verified_at', shared.db.UtcDateTime(), nullable=True))
    op.add_column('customers', sa.Column('verified_by', sa.String(80), nullable=True))
    op.add_column('customers', sa.Column('merged_into', sa.String(60), nullable=True))
    op.create_index(op.f('ix_customers_merged_into'), 'customers', ['merged_into'], unique=False)
    op.create_index(op.f('ix_customers_company_name'), 'customers', ['company_name'], unique=False)
    op.add_column('consents', sa.Column('withdrawn_at', shared.db.UtcDateTime(), nullable=True))
    op.add_column('demands', sa.Column('order_number', sa.String(80), nullable=True))
    _fill_order_numbers()
    op.create_index(op.f('ix_demands_order_number'), 'demands', ['order_number'], unique=False)
    _create_tables()


def _fill_order_numbers() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            "UPDATE demands SET order_number = json_extract(details, '$.order_number')"
            " WHERE length(json_extract(details, '$.order_number')) <= 80"
            " AND instr(json_extract(details, '$.order_number'), '[') = 0"
        )
        return
    op.execute(
        "UPDATE demands SET order_number = details ->> 'order_number'"
        " WHERE length(details ->> 'order_number') <= 80 AND position('[' in details ->> 'order_number') = 0"
    )


def _create_tables() -> None:
    op.create_table('customer_numbers',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('system', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_customer_numbers_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_numbers')),
    sa.UniqueConstraint('number', 'kind', 'system', name='uq_customer_numbers_number')
    )
    op.create_index(op.f('ix_customer_numbers_customer_id'), 'customer_numbers', ['customer_id'], unique=False)
    op.create_table('name_bigrams',
    sa.Column('hash', sa.String(length=32), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_name_bigrams_customer_id')),
    sa.PrimaryKeyConstraint('hash', 'customer_id', name=op.f('pk_name_bigrams'))
    )
    op.create_index(op.f('ix_name_bigrams_customer_id'), 'name_bigrams', ['customer_id'], unique=False)
    op.create_table('customer_merges',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.Column('into', sa.String(length=60), nullable=False),
    sa.Column('filled', sa.JSON(), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('undone_at', shared.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_customer_merges_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_merges'))
    )
    op.create_index(op.f('ix_customer_merges_customer_id'), 'customer_merges', ['customer_id'], unique=False)
    op.create_table('customer_business',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('customer_id', sa.String(length=36), nullable=False),
    sa.Column('system', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_customer_business_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_business'))
    )
    op.create_index(op.f('ix_customer_business_customer_id'), 'customer_business', ['customer_id'], unique=False)


def downgrade() -> None:
    for table in ('customer_business', 'customer_merges', 'name_bigrams', 'customer_numbers'):
        op.drop_table(table)
    op.drop_index(op.f('ix_demands_order_number'), table_name='demands')
    op.drop_column('demands', 'order_number')
    op.drop_column('consents', 'withdrawn_at')
    op.drop_index(op.f('ix_customers_company_name'), table_name='customers')
    op.drop_index(op.f('ix_customers_merged_into'), table_name='customers')
    for column in ('merged_into', 'verified_by', 'verified_at', 'preferred_channel', 'source'):
        op.drop_column('customers', column)

"""Demands that belong together: relations, merges, and what likely duplicates are found by.

The order numbers of demands of before were not kept; they are found by their customers and texts.
"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_BATCH = 500
_COLUMNS = (
    sa.Column('order_number', sa.Text(), nullable=True),
    sa.Column('related_number', sa.Text(), nullable=True),
    sa.Column('expected_by', sa.String(length=60), nullable=True),
    sa.Column('merged', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('customer_number', sa.String(length=60), nullable=True),
    sa.Column('order_key', sa.String(length=100), nullable=True),
)
_CASES = sa.table(
    'cases', sa.column('id', sa.String), sa.column('customer', sa.JSON), sa.column('customer_number', sa.String)
)


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column('cases', column.copy())
    op.create_index('ix_cases_customer', 'cases', ['customer_number', 'received_at'])
    op.create_index('ix_cases_order', 'cases', ['order_key', 'received_at'])
    op.create_table('relations',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('other_id', sa.String(length=36), nullable=False),
    sa.Column('relation', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['demand_id'], ['cases.id'], name=op.f('fk_relations_demand_id')),
    sa.ForeignKeyConstraint(['other_id'], ['cases.id'], name=op.f('fk_relations_other_id')),
    sa.PrimaryKeyConstraint('demand_id', 'other_id', 'relation', name=op.f('pk_relations'))
    )
    op.create_index('ix_relations_other_id', 'relations', ['other_id'])
    _fill()


def downgrade() -> None:
    op.drop_table('relations')
    op.drop_index('ix_cases_order', 'cases')
    op.drop_index('ix_cases_customer', 'cases')
    for column in reversed(_COLUMNS):
        op.drop_column('cases', column.name)


def _fill() -> None:
    """Whose the demands of before are."""
    connection, after = op.get_bind(), ''
    query = sa.select(_CASES.c.id, _CASES.c.customer).order_by(_CASES.c.id).limit(_BATCH)
    while rows := list(connection.execute(query.where(_CASES.c.id > after))):
        for row in rows:
            change = sa.update(_CASES).where(_CASES.c.id == row.id)
            connection.execute(change.values(customer_number=row.customer.get('number')))
        after = rows[-1].id

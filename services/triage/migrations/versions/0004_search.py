"""Search: the cases' search table, filled with the cases that are here already."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from shared import search

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_BATCH = 500
_CASES = sa.table(
    'cases',
    sa.column('id', sa.String), sa.column('number', sa.String), sa.column('subject', sa.Text),
    sa.column('description', sa.Text), sa.column('customer', sa.JSON),
)


def upgrade() -> None:
    search.create(op, 'cases')
    with Session(op.get_bind(), join_transaction_mode='create_savepoint') as session:
        after = ''
        while rows := _batch(session, after):
            for row in rows:
                customer = row.customer
                texts = (
                    row.number, row.subject, row.description, customer.get('number'), customer.get('company_name')
                )
                search.index(session, 'cases', row.id, '\n'.join(text for text in texts if text))
            after = rows[-1].id
        session.commit()


def downgrade() -> None:
    search.drop(op, 'cases')


def _batch(session: Session, after: str) -> list[sa.Row]:
    query = sa.select(_CASES).where(_CASES.c.id > after).order_by(_CASES.c.id).limit(_BATCH)
    return list(session.execute(query).all())

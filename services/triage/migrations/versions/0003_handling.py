"""Handling: status by code, cycles, handler, facts; clocks that pause; the ledger of promises; what was heard.

Rows of before get what they meant then: their status bears its category's name, their deadlines were elapsed hours.
"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('heard',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('event', sa.String(length=60), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('after_version', sa.BigInteger(), nullable=False),
    sa.Column('heard_at', shared.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['demand_id'], ['cases.id'], name=op.f('fk_heard_demand_id')),
    sa.PrimaryKeyConstraint('demand_id', 'version', name=op.f('pk_heard'))
    )
    op.create_table('promises',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=True),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('told_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('told_by', sa.String(length=100), nullable=False),
    sa.Column('promised_for', shared.db.UtcDateTime(), nullable=True),
    sa.Column('predecessor', sa.Integer(), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('kept_at', shared.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['demand_id'], ['cases.id'], name=op.f('fk_promises_demand_id')),
    sa.PrimaryKeyConstraint('demand_id', 'number', name=op.f('pk_promises'))
    )
    with op.batch_alter_table('cases') as cases:
        cases.add_column(sa.Column('track', sa.String(length=20), nullable=False, server_default='handling'))
        cases.add_column(sa.Column('status_code', sa.String(length=60), nullable=False, server_default='pending'))
        cases.add_column(sa.Column('cycle', sa.Integer(), nullable=False, server_default='1'))
        cases.add_column(sa.Column('handler_id', sa.String(length=36), nullable=True))
        cases.add_column(sa.Column('handler_name', sa.String(length=100), nullable=True))
        for name in ('facts', 'moments', 'quality'):
            cases.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default='{}'))
        cases.add_column(sa.Column('result', sa.JSON(none_as_null=True), nullable=True))
        cases.add_column(sa.Column('satisfaction', sa.String(length=60), nullable=True))
        cases.alter_column('type_code', existing_type=sa.VARCHAR(length=60), nullable=True)
        cases.alter_column('category', existing_type=sa.VARCHAR(length=20), nullable=True)
        cases.create_index('ix_cases_track', ['track', 'status_category', 'number'], unique=False)
    op.execute("UPDATE cases SET status_code = status_category")
    with op.batch_alter_table('deadlines') as deadlines:
        deadlines.add_column(sa.Column('started_at', shared.db.UtcDateTime(), nullable=True))
        deadlines.add_column(sa.Column('span', sa.String(length=20), nullable=False, server_default='0h'))
        deadlines.add_column(sa.Column('calendar', sa.String(length=60), nullable=False, server_default='cn-office'))
        deadlines.add_column(sa.Column('calendar_version', sa.String(length=20), nullable=False, server_default='1'))
        deadlines.add_column(sa.Column('paused_at', shared.db.UtcDateTime(), nullable=True))
        deadlines.add_column(sa.Column('superseded_at', shared.db.UtcDateTime(), nullable=True))
        deadlines.add_column(sa.Column('pauses', sa.JSON(), nullable=False, server_default='[]'))
    op.execute("UPDATE deadlines SET started_at = due_at")
    with op.batch_alter_table('deadlines') as deadlines:
        deadlines.alter_column('started_at', existing_type=shared.db.UtcDateTime(), nullable=False)
    waits = sa.text('provisional AND met_at IS NULL AND superseded_at IS NULL')
    op.create_index(
        'ix_deadlines_provisional', 'deadlines', ['calendar', 'demand_id'], unique=False,
        sqlite_where=waits, postgresql_where=waits,
    )
    with op.batch_alter_table('work') as work:
        work.add_column(sa.Column('part', sa.String(length=20), nullable=False, server_default='lead'))


def downgrade() -> None:
    with op.batch_alter_table('work') as work:
        work.drop_column('part')
    op.drop_index('ix_deadlines_provisional', table_name='deadlines')
    with op.batch_alter_table('deadlines') as deadlines:
        for name in ('pauses', 'superseded_at', 'paused_at', 'calendar_version', 'calendar', 'span', 'started_at'):
            deadlines.drop_column(name)
    with op.batch_alter_table('cases') as cases:
        cases.drop_index('ix_cases_track')
        cases.alter_column('category', existing_type=sa.VARCHAR(length=20), nullable=False)
        cases.alter_column('type_code', existing_type=sa.VARCHAR(length=60), nullable=False)
        for name in (
            'satisfaction', 'result', 'quality', 'moments', 'facts', 'handler_name', 'handler_id', 'cycle',
            'status_code', 'track',
        ):
            cases.drop_column(name)
    op.drop_table('promises')
    op.drop_table('heard')

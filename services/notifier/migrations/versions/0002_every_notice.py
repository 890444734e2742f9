"""Notices of every kind to every audience, timers that pause, webhooks; demands known in parts.

Notices of before are acknowledgements: each keeps the date it promised.
"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('causes',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('decided', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_causes')),
    sa.UniqueConstraint('demand_id', 'key', name='uq_causes_once')
    )
    op.create_table('subscriptions',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('secret', sa.String(length=100), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    sa.Column('policy', sa.String(length=20), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriptions'))
    )
    with op.batch_alter_table('timers') as timers:
        timers.add_column(sa.Column('code', sa.String(length=60), nullable=False, server_default=''))
        timers.add_column(sa.Column('paused_at', shared.db.UtcDateTime(), nullable=True))
    with op.batch_alter_table('notices') as notices:
        notices.add_column(sa.Column('event', sa.String(length=40), nullable=False, server_default='demand.received'))
        notices.add_column(sa.Column('cause', sa.String(length=200), nullable=False, server_default='demand.received/1'))
        notices.add_column(sa.Column('recipient', sa.String(length=60), nullable=False, server_default='customer'))
        notices.add_column(sa.Column('wording', sa.Integer(), nullable=False, server_default='0'))
        notices.add_column(sa.Column('facts', sa.JSON(), nullable=False, server_default='{}'))
        notices.add_column(sa.Column('happened_at', shared.db.UtcDateTime(), nullable=True))
        notices.alter_column('audience', existing_type=sa.VARCHAR(length=20), type_=sa.String(length=40))
        notices.drop_constraint('uq_notices_once', type_='unique')
        notices.create_unique_constraint('uq_notices_once', ['demand_id', 'kind', 'cause', 'recipient'])
        notices.drop_index('ix_notices_next_at')
        notices.create_index('ix_notices_due', ['carrier', 'next_at'], unique=False)
    sending = sa.text("state = 'sending'")
    op.create_index('ix_notices_sending', 'notices', ['recipient'], sqlite_where=sending, postgresql_where=sending)
    _keep_promised_dates()
    with op.batch_alter_table('notices') as notices:
        notices.alter_column('happened_at', existing_type=shared.db.UtcDateTime(), nullable=False)
    with op.batch_alter_table('demands') as demands:
        for name, length in (
            ('number', 80), ('policy', 20), ('policy_version', 20), ('language', 10), ('customer_number', 60)
        ):
            demands.alter_column(name, existing_type=sa.VARCHAR(length=length), nullable=True)
        demands.add_column(sa.Column('reported', sa.JSON(none_as_null=True), nullable=True))
        demands.add_column(sa.Column('historic', sa.Boolean(), nullable=True))
        demands.add_column(sa.Column('type_code', sa.String(length=60), nullable=True))
        demands.add_column(sa.Column('lead', sa.String(length=40), nullable=True))
        demands.add_column(sa.Column('joint', sa.Boolean(), nullable=True))
        demands.add_column(sa.Column('handler_id', sa.String(length=36), nullable=True))
        demands.drop_column('reachable_by')
        demands.drop_column('first_response_by')
        demands.create_index('ix_demands_number', ['number'], unique=False)
    op.execute("""UPDATE demands SET historic = false, reported = '{"text": "", "given": []}'""")


def _keep_promised_dates() -> None:
    moment = shared.db.UtcDateTime()
    demands = sa.table('demands', sa.column('id'), sa.column('first_response_by', moment))
    notices = sa.table(
        'notices', sa.column('id'), sa.column('demand_id'), sa.column('facts', sa.JSON()),
        sa.column('happened_at', moment), sa.column('created_at', moment),
    )
    link = op.get_bind()
    link.execute(sa.update(notices).values(happened_at=notices.c.created_at))
    rows = link.execute(
        sa.select(notices.c.id, demands.c.first_response_by).join(demands, demands.c.id == notices.c.demand_id)
    ).all()
    for notice_id, due in rows:
        if due is not None:
            link.execute(sa.update(notices).where(notices.c.id == notice_id).values(facts={"due": due.isoformat()}))


def downgrade() -> None:
    with op.batch_alter_table('demands') as demands:
        demands.drop_index('ix_demands_number')
        for name in ('reported', 'historic', 'type_code', 'lead', 'joint', 'handler_id'):
            demands.drop_column(name)
        demands.add_column(sa.Column('reachable_by', sa.JSON(), nullable=False, server_default='[]'))
        demands.add_column(sa.Column('first_response_by', shared.db.UtcDateTime(), nullable=True))
        for name, length in (
            ('number', 80), ('policy', 20), ('policy_version', 20), ('language', 10), ('customer_number', 60)
        ):
            demands.alter_column(name, existing_type=sa.String(length=length), nullable=False)
    op.drop_index('ix_notices_sending', table_name='notices')
    op.execute("DELETE FROM notices WHERE kind <> 'acknowledgement' OR recipient <> 'customer'")
    with op.batch_alter_table('notices') as notices:
        notices.drop_index('ix_notices_due')
        notices.drop_constraint('uq_notices_once', type_='unique')
        for name in ('event', 'cause', 'recipient', 'wording', 'facts', 'happened_at'):
            notices.drop_column(name)
        notices.alter_column('audience', existing_type=sa.String(length=40), type_=sa.String(length=20))
        notices.create_unique_constraint('uq_notices_once', ['demand_id', 'kind', 'audience'])
        notices.create_index('ix_notices_next_at', ['next_at'], unique=False)
    with op.batch_alter_table('timers') as timers:
        timers.drop_column('paused_at')
        timers.drop_column('code')
    op.drop_table('subscriptions')
    op.drop_table('causes')

"""The read store from whole sources, packages, reports. What was projected before keeps its row; a resend fills the new columns."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('archives',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('policy', sa.String(length=20), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('cutoff', shared.db.UtcDateTime(), nullable=False),
    sa.Column('requested_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('requested_by', sa.String(length=100), nullable=False),
    sa.Column('count', sa.Integer(), nullable=True),
    sa.Column('manifest_sha256', sa.String(length=64), nullable=True),
    sa.Column('previous', sa.String(length=64), nullable=True),
    sa.Column('sealed_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('keep_until', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archives')),
    sa.UniqueConstraint('policy', 'period', name='uq_archives_period'),
    sa.UniqueConstraint('policy', 'seq', name='uq_archives_seq')
    )
    op.create_table('delays',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.Column('reason_label', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('before', shared.db.UtcDateTime(), nullable=False),
    sa.Column('expected_finish', shared.db.UtcDateTime(), nullable=False),
    sa.Column('told_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('channel', sa.String(length=40), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('demand_id', 'version', name=op.f('pk_delays'))
    )
    op.create_index(op.f('ix_delays_at'), 'delays', ['at'], unique=False)
    op.create_table('filed',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('archive_id', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('demand_id', name=op.f('pk_filed'))
    )
    op.create_index(op.f('ix_filed_archive_id'), 'filed', ['archive_id'], unique=False)
    op.create_table('notices',
    sa.Column('notice_id', sa.String(length=36), nullable=False),
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('carrier', sa.String(length=40), nullable=False),
    sa.Column('audience', sa.String(length=60), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('notice_id', name=op.f('pk_notices'))
    )
    op.create_index(op.f('ix_notices_demand_id'), 'notices', ['demand_id'], unique=False)
    op.create_table('opinions',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('satisfaction', sa.String(length=60), nullable=False),
    sa.Column('satisfied', sa.Boolean(), nullable=False),
    sa.Column('opinion', sa.Text(), nullable=True),
    sa.Column('signed', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('demand_id', 'cycle', name=op.f('pk_opinions'))
    )
    op.create_table('progress_notes',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('demand_id', 'version', name=op.f('pk_progress_notes'))
    )
    op.create_table('promises',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('promised_for', shared.db.UtcDateTime(), nullable=True),
    sa.Column('fulfils', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('demand_id', 'number', name=op.f('pk_promises'))
    )
    op.create_table('reports',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('policy', sa.String(length=20), nullable=False),
    sa.Column('policy_version', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('edition', sa.String(length=40), nullable=False),
    sa.Column('issued_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('figures_sha256', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
    sa.UniqueConstraint('policy', 'code', 'period', 'edition', name='uq_reports_edition')
    )
    op.create_table('staff',
    sa.Column('staff_id', sa.String(length=36), nullable=False),
    sa.Column('masked_name', sa.String(length=100), nullable=False),
    sa.Column('department', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_staff'))
    )
    op.add_column('customers', sa.Column('masked_name', sa.String(length=200), nullable=True))
    op.add_column('customers', sa.Column('company_name', sa.String(length=200), nullable=True))
    op.add_column('deadlines', sa.Column('code', sa.String(length=60), nullable=True))
    op.add_column('deadlines', sa.Column('cycle', sa.Integer(), nullable=True))
    op.add_column('deadlines', sa.Column('occurrence', sa.Integer(), nullable=True))
    op.add_column('deadlines', sa.Column('provisional', sa.Boolean(), nullable=True))
    op.add_column('deadlines', sa.Column('paused_at', shared.db.UtcDateTime(), nullable=True))
    op.create_index(op.f('ix_deadlines_due_at'), 'deadlines', ['due_at'], unique=False)
    op.add_column('demands', sa.Column('registered_by', sa.String(length=40), nullable=True))
    op.add_column('demands', sa.Column('occurred_at', shared.db.UtcDateTime(), nullable=True))
    op.add_column('demands', sa.Column('known_customer', sa.Boolean(), nullable=True))
    op.add_column('demands', sa.Column('subject', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('description', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('declared_type', sa.String(length=60), nullable=True))
    op.add_column('demands', sa.Column('expected_by', sa.String(length=60), nullable=True))
    op.add_column('demands', sa.Column('order_number', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('mood', sa.String(length=60), nullable=True))
    op.add_column('demands', sa.Column('wishes', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('budget', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('related_number', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('partner', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('preferred_channel', sa.String(length=40), nullable=True))
    op.add_column('demands', sa.Column('impact', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('fields', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('feedback', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('quality', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('satisfaction', sa.String(length=60), nullable=True))
    op.add_column('demands', sa.Column('answered_at', shared.db.UtcDateTime(), nullable=True))
    op.add_column('demands', sa.Column('withdrawn_at', shared.db.UtcDateTime(), nullable=True))
    op.add_column('demands', sa.Column('withdraw_reason', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('type_label', sa.String(length=200), nullable=True))
    op.add_column('demands', sa.Column('track', sa.String(length=20), nullable=True))
    op.add_column('demands', sa.Column('priority_label', sa.String(length=200), nullable=True))
    op.add_column('demands', sa.Column('joining', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('status_code', sa.String(length=60), nullable=True))
    op.add_column('demands', sa.Column('status_label', sa.String(length=200), nullable=True))
    op.add_column('demands', sa.Column('handler_id', sa.String(length=36), nullable=True))
    op.add_column('demands', sa.Column('handler_name', sa.String(length=100), nullable=True))
    op.add_column('demands', sa.Column('cycle', sa.Integer(), nullable=True))
    op.add_column('demands', sa.Column('evaluation', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('plan', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('expected_finish', shared.db.UtcDateTime(), nullable=True))
    op.add_column('demands', sa.Column('result', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('demands', sa.Column('measure', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('closing_reason', sa.Text(), nullable=True))
    op.add_column('demands', sa.Column('completed_at', shared.db.UtcDateTime(), nullable=True))
    op.add_column('demands', sa.Column('closed_at', shared.db.UtcDateTime(), nullable=True))
    op.add_column('demands', sa.Column('handling_minutes', sa.Double(), nullable=True))
    op.create_index(op.f('ix_demands_closed_at'), 'demands', ['closed_at'], unique=False)
    op.create_index(op.f('ix_demands_completed_at'), 'demands', ['completed_at'], unique=False)
    op.create_index('ix_demands_policy_received', 'demands', ['policy', 'received_at'], unique=False)
    op.drop_column('demands', 'vague')
    op.drop_column('demands', 'missing')


def downgrade() -> None:
    op.add_column('demands', sa.Column('missing', sa.INTEGER(), nullable=True))
    op.add_column('demands', sa.Column('vague', sa.BOOLEAN(), nullable=True))
    op.drop_index('ix_demands_policy_received', table_name='demands')
    op.drop_index(op.f('ix_demands_completed_at'), table_name='demands')
    op.drop_index(op.f('ix_demands_closed_at'), table_name='demands')
    op.drop_column('demands', 'handling_minutes')
    op.drop_column('demands', 'closed_at')
    op.drop_column('demands', 'completed_at')
    op.drop_column('demands', 'closing_reason')
    op.drop_column('demands', 'measure')
    op.drop_column('demands', 'result')
    op.drop_column('demands', 'expected_finish')
    op.drop_column('demands', 'plan')
    op.drop_column('demands', 'evaluation')
    op.drop_column('demands', 'cycle')
    op.drop_column('demands', 'handler_name')
    op.drop_column('demands', 'handler_id')
    op.drop_column('demands', 'status_label')
    op.drop_column('demands', 'status_code')
    op.drop_column('demands', 'joining')
    op.drop_column('demands', 'priority_label')
    op.drop_column('demands', 'track')
    op.drop_column('demands', 'type_label')
    op.drop_column('demands', 'withdraw_reason')
    op.drop_column('demands', 'withdrawn_at')
    op.drop_column('demands', 'answered_at')
    op.drop_column('demands', 'satisfaction')
    op.drop_column('demands', 'quality')
    op.drop_column('demands', 'feedback')
    op.drop_column('demands', 'fields')
    op.drop_column('demands', 'impact')
    op.drop_column('demands', 'preferred_channel')
    op.drop_column('demands', 'partner')
    op.drop_column('demands', 'related_number')
    op.drop_column('demands', 'budget')
    op.drop_column('demands', 'wishes')
    op.drop_column('demands', 'mood')
    op.drop_column('demands', 'order_number')
    op.drop_column('demands', 'expected_by')
    op.drop_column('demands', 'declared_type')
    op.drop_column('demands', 'description')
    op.drop_column('demands', 'subject')
    op.drop_column('demands', 'known_customer')
    op.drop_column('demands', 'occurred_at')
    op.drop_column('demands', 'registered_by')
    op.drop_index(op.f('ix_deadlines_due_at'), table_name='deadlines')
    op.drop_column('deadlines', 'paused_at')
    op.drop_column('deadlines', 'provisional')
    op.drop_column('deadlines', 'occurrence')
    op.drop_column('deadlines', 'cycle')
    op.drop_column('deadlines', 'code')
    op.drop_column('customers', 'company_name')
    op.drop_column('customers', 'masked_name')
    op.drop_table('staff')
    op.drop_table('reports')
    op.drop_table('promises')
    op.drop_table('progress_notes')
    op.drop_table('opinions')
    op.drop_index(op.f('ix_notices_demand_id'), table_name='notices')
    op.drop_table('notices')
    op.drop_index(op.f('ix_filed_archive_id'), table_name='filed')
    op.drop_table('filed')
    op.drop_index(op.f('ix_delays_at'), table_name='delays')
    op.drop_table('delays')
    op.drop_table('archives')

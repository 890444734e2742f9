"""Hand-overs, changes of plans, what signatures are bound to, and when demands were locked."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_DEMAND = (
    sa.Column('handed_over', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('recourse', sa.Text(), nullable=True),
    sa.Column('locked_at', shared.db.UtcDateTime(), nullable=True),
)
_OPINION = (
    sa.Column('signature_method', sa.String(length=20), nullable=True),
    sa.Column('result_sha256', sa.String(length=64), nullable=True),
)


def upgrade() -> None:
    for column in _DEMAND:
        op.add_column('demands', column.copy())
    for column in _OPINION:
        op.add_column('opinions', column.copy())
    op.create_table('changes',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('change_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('asked', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('approvals', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('decision', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('answer', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('demand_id', 'change_id', name=op.f('pk_changes'))
    )


def downgrade() -> None:
    op.drop_table('changes')
    for column in _OPINION:
        op.drop_column('opinions', column.name)
    for column in _DEMAND:
        op.drop_column('demands', column.name)

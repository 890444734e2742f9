"""Supplements and answers of customers; where each number was counted; what triage says of a demand."""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("confirmations",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("demand_id", sa.String(length=36), nullable=False),
    sa.Column("cycle", sa.Integer(), nullable=False),
    sa.Column("satisfaction", sa.String(length=40), nullable=False),
    sa.Column("satisfied", sa.Boolean(), nullable=False),
    sa.Column("opinion", sa.Text(), nullable=True),
    sa.Column("signed", sa.String(length=20), nullable=True),
    sa.Column("original", sa.LargeBinary(), nullable=False),
    sa.Column("at", shared.db.UtcDateTime(), nullable=False),
    sa.Column("by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["demand_id"], ["demands.id"], name=op.f("fk_confirmations_demand_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    sa.UniqueConstraint("demand_id", "cycle", name="uq_confirmations_cycle")
    )
    op.create_table("supplements",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("demand_id", sa.String(length=36), nullable=False),
    sa.Column("seq", sa.Integer(), nullable=False),
    sa.Column("original", sa.LargeBinary(), nullable=False),
    sa.Column("details", sa.JSON(), nullable=False),
    sa.Column("given", sa.JSON(), nullable=False),
    sa.Column("at", shared.db.UtcDateTime(), nullable=False),
    sa.Column("by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["demand_id"], ["demands.id"], name=op.f("fk_supplements_demand_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_supplements")),
    sa.UniqueConstraint("demand_id", "seq", name="uq_supplements_seq")
    )
    op.add_column("customers", sa.Column("number_scope", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("customers", sa.Column("number_sequence", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("demands", sa.Column("number_scope", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("demands", sa.Column("number_sequence", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("demands", sa.Column("status_code", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("demands", sa.Column("resolution", sa.String(length=20), nullable=True))
    op.add_column("demands", sa.Column("cycle", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("demands", sa.Column("waiting_for", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("demands", sa.Column("result", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("demands", sa.Column("withdrawn_at", shared.db.UtcDateTime(), nullable=True))
    # Until now there was one pack, whose status codes are the categories and whose numbers show where they were
    # counted: M20241008001 is the first of demand/C/20241008, YQ20241008001 the first of customer/20241008.
    op.execute("UPDATE demands SET status_code = status")
    op.execute(
        "UPDATE demands SET number_scope = 'demand/' || policy || '/' || substr(number, 2, 8),"
        " number_sequence = CAST(substr(number, 10) AS BIGINT) WHERE number LIKE 'M%'"
    )
    op.execute(
        "UPDATE customers SET number_scope = 'customer/' || substr(number, 3, 8),"
        " number_sequence = CAST(substr(number, 11) AS BIGINT) WHERE number LIKE 'YQ%'"
    )


def downgrade() -> None:
    op.drop_column("demands", "withdrawn_at")
    op.drop_column("demands", "result")
    op.drop_column("demands", "waiting_for")
    op.drop_column("demands", "cycle")
    op.drop_column("demands", "resolution")
    op.drop_column("demands", "status_code")
    op.drop_column("demands", "number_sequence")
    op.drop_column("demands", "number_scope")
    op.drop_column("customers", "number_sequence")
    op.drop_column("customers", "number_scope")
    op.drop_table("supplements")
    op.drop_table("confirmations")

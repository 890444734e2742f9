"""What became of each attachment of a filed demand."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# What came before its demand's package was sealed lies in it, or is named there; what came later goes into the next.
_KNOWN = """
    INSERT INTO filed_files (demand_id, attachment_id, archive_id, state)
    SELECT attachments.demand_id, attachments.attachment_id, archives.id, 'enclosed'
    FROM attachments
    JOIN filed ON filed.demand_id = attachments.demand_id
    JOIN archives ON archives.id = filed.archive_id
    WHERE attachments.at <= archives.sealed_at
"""


def upgrade() -> None:
    op.create_table('filed_files',
    sa.Column('demand_id', sa.String(length=36), nullable=False),
    sa.Column('attachment_id', sa.String(length=36), nullable=False),
    sa.Column('archive_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('demand_id', 'attachment_id', name=op.f('pk_filed_files'))
    )
    op.create_index(op.f('ix_filed_files_archive_id'), 'filed_files', ['archive_id'], unique=False)
    op.execute(_KNOWN)


def downgrade() -> None:
    op.drop_table('filed_files')

"""The table of what was seen."""

import sqlalchemy as sa
from alembic import op

revision = "good1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(60), nullable=False)
    op.create_table("x_good_seen", sa.Column("id", sa.Integer(), primary_key=True), kind)


def downgrade() -> None:
    op.drop_table("x_good_seen")

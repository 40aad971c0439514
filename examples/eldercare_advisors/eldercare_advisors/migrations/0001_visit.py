"""The table of visits."""

import sqlalchemy as sa
from alembic import op

revision = "eldercare0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "x_eldercare_advisors_visit",
        sa.Column("event_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("area", sa.String(60), nullable=False),
        sa.Column("department", sa.String(60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("x_eldercare_advisors_visit")

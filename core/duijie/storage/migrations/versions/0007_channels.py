"""Outlets and their pace, how people want to be told, the administrator's texts, actions of plugins."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _outlets()
    _settings()
    _actions()
    op.add_column("reminder", sa.Column("notice", sa.String(length=20), nullable=False, server_default="news"))
    op.add_column("reminder", sa.Column("original", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("reminder", sa.Column("event", sa.JSON(), nullable=False, server_default="{}"))
    # written out, because Alembic would want to copy the whole table on SQLite for the sake of a constraint
    for column, to in (("outlet_id", "outlet"), ("digest_id", "reminder")):
        op.execute(
            f"ALTER TABLE reminder ADD COLUMN {column} INTEGER "
            f"CONSTRAINT {op.f(f'fk_reminder_{column}_{to}')} REFERENCES {to} (id)"
        )
    op.execute("UPDATE reminder SET notice = 'meeting' WHERE kind LIKE 'meeting.%'")
    op.execute("UPDATE reminder SET notice = 'due' WHERE kind LIKE 'rule:%' OR kind LIKE 'knowledge.%'")
    op.create_index("ix_reminder_outlet_id_state", "reminder", ["outlet_id", "state"], unique=False)
    op.create_index("ix_reminder_digest_id", "reminder", ["digest_id"], unique=False)


def downgrade() -> None:
    op.execute("UPDATE reminder SET state = 'planned' WHERE state = 'gathered'")
    op.execute("UPDATE reminder SET state = 'retired' WHERE state IN ('contained', 'unwanted')")
    op.drop_index("ix_reminder_digest_id", table_name="reminder")
    op.drop_index("ix_reminder_outlet_id_state", table_name="reminder")
    for column in ("digest_id", "outlet_id", "event", "original", "notice"):
        op.drop_column("reminder", column)
    for table in ("action_run", "message_text", "notice_setting", "channel_pace", "outlet"):
        op.drop_table(table)


def _outlets() -> None:
    op.create_table(
        "outlet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("digest_at", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_outlet_area_id_area")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_outlet_department_id_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
    )
    op.create_table(
        "channel_pace",
        sa.Column("bucket", sa.String(length=100), nullable=False),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_channel_pace")),
    )


def _settings() -> None:
    op.create_table(
        "notice_setting",
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_notice_setting")),
    )
    op.create_table(
        "message_text",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_message_text")),
    )


def _actions() -> None:
    op.create_table(
        "action_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("plugin", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_action_run_case_id_case_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_run")),
        sa.UniqueConstraint("key", name=op.f("uq_action_run_key")),
    )
    op.create_index("ix_action_run_case_id", "action_run", ["case_id"], unique=False)
    op.create_index("ix_action_run_state_next_at", "action_run", ["state", "next_at"], unique=False)

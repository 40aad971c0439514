"""What duijie learns: memories of plugins, suggestions made, common questions, kept and public answers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plugin_memory",
        sa.Column("plugin", sa.String(length=60), nullable=False),
        sa.Column("group_key", sa.String(length=60), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("learned", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refit_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("plugin", "group_key", name=op.f("pk_plugin_memory")),
    )
    op.create_table(
        "common_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_common_question_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_question")),
    )
    with op.batch_alter_table("common_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_common_question_group_key"), ["group_key"], unique=False)

    op.create_table(
        "common_question_case",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_common_question_case_case_id_case_record")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["common_question.id"],
            name=op.f("fk_common_question_case_question_id_common_question"),
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_common_question_case")),
    )
    with op.batch_alter_table("common_question_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_common_question_case_question_id"), ["question_id"], unique=False
        )

    op.create_table(
        "knowledge_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(length=60), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("source_case_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_knowledge_entry_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["source_case_id"], ["case_record.id"], name=op.f("fk_knowledge_entry_source_case_id_case_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_entry")),
    )
    with op.batch_alter_table("knowledge_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_entry_department_id"), ["department_id"], unique=False)
        batch_op.create_index("ix_knowledge_entry_group_active", ["group_key", "active"], unique=False)

    op.create_table(
        "public_answer",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(length=60), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_public_answer_case_id_case_record")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_public_answer_department_id_department")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_public_answer")),
    )
    with op.batch_alter_table("public_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_answer_group_key"), ["group_key"], unique=False)

    op.create_table(
        "suggestion_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(length=60), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("first", sa.String(length=60), nullable=False),
        sa.Column("chosen", sa.String(length=60), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_suggestion_record_area_id_area")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_suggestion_record_case_id_case_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_record")),
    )
    with op.batch_alter_table("suggestion_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggestion_record_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_suggestion_record_group_at", ["group_key", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("suggestion_record", schema=None) as batch_op:
        batch_op.drop_index("ix_suggestion_record_group_at")
        batch_op.drop_index(batch_op.f("ix_suggestion_record_case_id"))

    op.drop_table("suggestion_record")
    with op.batch_alter_table("public_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_answer_group_key"))

    op.drop_table("public_answer")
    with op.batch_alter_table("knowledge_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_knowledge_entry_group_active")
        batch_op.drop_index(batch_op.f("ix_knowledge_entry_department_id"))

    op.drop_table("knowledge_entry")
    with op.batch_alter_table("common_question_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_common_question_case_question_id"))

    op.drop_table("common_question_case")
    with op.batch_alter_table("common_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_common_question_group_key"))

    op.drop_table("common_question")
    op.drop_table("plugin_memory")

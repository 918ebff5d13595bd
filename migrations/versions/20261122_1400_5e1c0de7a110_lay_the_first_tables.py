"""Lay the first tables

Revision: 5e1c0de7a110
After:
Written: 2026-11-22 15:44:36.701250+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5e1c0de7a110"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "account",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "reset_version",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=False,
        ),
        sa.Column("reset_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("active = (closed_at IS NULL)", name=op.f("ck_account_closed_has_time")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_is_lowercase")),
        sa.CheckConstraint(
            "reset_until IS NULL OR reset_version > 0",
            name=op.f("ck_account_open_link_has_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_closed_at"), ["closed_at"], unique=False)

    op.create_table(
        "account_try",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_try")),
    )
    with op.batch_alter_table("account_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_try_at"), ["at"], unique=False)
        batch_op.create_index("ix_account_try_bucket_at", ["bucket", "at"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "account",
                "visitor",
                "system",
                "stripe",
                "cli",
                name="actor_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "account_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True
        ),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column(
            "group_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True
        ),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    for statement in {
        "sqlite": [
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_entry is append-only' USING ERRCODE = '23001'; END $$",
            "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
            "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
        ],
    }[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entry_group_id_id"), ["group_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_audit_entry_subject_id"), ["subject", "id"], unique=False
        )

    op.create_table(
        "demo_data",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "edition", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_demo_data_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_data")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            "uq_finding_open",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "group",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "about", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "network",
                "charity",
                "partner",
                name="group_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("legal_form", sa.String(length=120), nullable=False),
        sa.Column("legal_number", sa.String(length=40), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("address_line", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "version", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "kind <> 'charity' OR legal_number IS NOT NULL",
            name=op.f("ck_group_charity_has_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group")),
        sa.UniqueConstraint("slug", name=op.f("uq_group_slug")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "tries", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("worker", sa.String(length=80), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_job_open",
            ["run_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.create_index(
            batch_op.f("ix_job_state_finished_at"), ["state", "finished_at"], unique=False
        )

    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "charge",
                "refund",
                "refund_failure",
                "dispute",
                "dispute_reversal",
                "late_failure",
                "fee",
                "payout",
                "offline",
                "expense",
                "transfer",
                "correction",
                name="entry_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("order_key", sa.String(length=40), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("source", "ref", name=op.f("uq_ledger_entry_source_ref")),
    )
    for statement in {
        "sqlite": [
            "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END",
            "CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'ledger_entry is append-only' USING ERRCODE = '23001'; END $$",
            "CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse()",
            "CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_refuse()",
        ],
    }[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_order_key"), ["order_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entry_posted_at"), ["posted_at"], unique=False)

    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column(
            "values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("reply_to", sa.String(length=254), nullable=True),
        sa.Column("sender_name", sa.String(length=120), nullable=True),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "tries", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_mail_message_id")),
        sa.UniqueConstraint("template", "key", name=op.f("uq_outbox_mail_template_key")),
    )
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_mail_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outbox_mail_state_next_try_at"), ["state", "next_try_at"], unique=False
        )

    op.create_table(
        "page_topic",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_page_topic")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column(
            "width", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "height", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "byte_count", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
    )
    op.create_table(
        "supporter",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(email IS NULL) = (erased_at IS NOT NULL)",
            name=op.f("ck_supporter_email_until_erased"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_supporter_email_is_lowercase")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter")),
        sa.UniqueConstraint("email", name=op.f("uq_supporter_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_supporter_public_id")),
    )
    op.create_table(
        "worker",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worker_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "supporter_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "group_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "purpose",
            sa.Enum(
                "updates",
                name="consent_purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "wording_version",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=False,
        ),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "giving_form",
                name="consent_source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= given_at",
            name=op.f("ck_consent_withdrawn_after_given"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_consent_group_id_group")),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_consent_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            "ix_consent_supporter_group_purpose",
            ["supporter_id", "group_id", "purpose"],
            unique=False,
        )

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "account_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "group_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "treasurer",
                "organiser",
                "moderator",
                "editor",
                "auditor",
                name="membership_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_membership_group_id_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "account_id", "group_id", "role", name=op.f("uq_membership_account_id_group_id_role")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_group_id"), ["group_id"], unique=False)

    op.create_table(
        "payment_account",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "group_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("statement_name", sa.String(length=22), nullable=False),
        sa.Column("sender_name", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cards_on", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = upper(currency)",
            name=op.f("ck_payment_account_currency"),
        ),
        sa.CheckConstraint(
            "length(statement_name) BETWEEN 5 AND 22",
            name=op.f("ck_payment_account_statement_name_length"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_payment_account_group_id_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_account")),
        sa.UniqueConstraint("name", name=op.f("uq_payment_account_name")),
    )
    with op.batch_alter_table("payment_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_account_group_id"), ["group_id"], unique=False)

    op.create_table(
        "receipt_counter",
        sa.Column(
            "group_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "last_number", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_receipt_counter_group_id_group")
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_receipt_counter")),
    )
    op.create_table(
        "fund",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column(
            "group_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "purpose", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "secondary_purpose",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "network",
                "charity",
                "partner",
                "legal",
                name="fund_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column(
            "payment_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=True,
        ),
        sa.Column("partner_url", sa.String(length=500), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'partner') = (partner_url IS NOT NULL)",
            name=op.f("ck_fund_partner_has_address"),
        ),
        sa.CheckConstraint(
            "(kind = 'partner') = (payment_account_id IS NULL)",
            name=op.f("ck_fund_partner_has_no_account"),
        ),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = upper(currency)", name=op.f("ck_fund_currency")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_fund_group_id_group")),
        sa.ForeignKeyConstraint(
            ["payment_account_id"],
            ["payment_account.id"],
            name=op.f("fk_fund_payment_account_id_payment_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("id", "payment_account_id", name=op.f("uq_fund_id_payment_account_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_fund_slug")),
    )
    with op.batch_alter_table("fund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fund_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_fund_payment_account_id"), ["payment_account_id"], unique=False
        )

    op.create_table(
        "money_account",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "stripe",
                "bank",
                "cash",
                name="money_account_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "payment_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=True,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'stripe' OR payment_account_id IS NOT NULL",
            name=op.f("ck_money_account_stripe_has_account"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_account_id"],
            ["payment_account.id"],
            name=op.f("fk_money_account_payment_account_id_payment_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_account")),
    )
    with op.batch_alter_table("money_account", schema=None) as batch_op:
        batch_op.create_index(
            "uq_money_account_stripe_balance",
            ["payment_account_id", "currency"],
            unique=True,
            sqlite_where=sa.text("kind = 'stripe'"),
            postgresql_where=sa.text("kind = 'stripe'"),
        )

    op.create_table(
        "stripe_event",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "payment_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=False,
        ),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("object_type", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.String(length=120), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("api_version", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "done",
                "ignored",
                "deferred",
                "failed",
                name="event_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "tries", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_key", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["payment_account_id"],
            ["payment_account.id"],
            name=op.f("fk_stripe_event_payment_account_id_payment_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_event")),
        sa.UniqueConstraint(
            "payment_account_id",
            "event_id",
            name=op.f("uq_stripe_event_payment_account_id_event_id"),
        ),
    )
    with op.batch_alter_table("stripe_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stripe_event_object_id"), ["object_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stripe_event_order_key"), ["order_key"], unique=False)
        batch_op.create_index("ix_stripe_event_state", ["state", "received_at"], unique=False)

    op.create_table(
        "sweep_cursor",
        sa.Column(
            "payment_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=False,
        ),
        sa.Column("swept_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_account_id"],
            ["payment_account.id"],
            name=op.f("fk_sweep_cursor_payment_account_id_payment_account"),
        ),
        sa.PrimaryKeyConstraint("payment_account_id", name=op.f("pk_sweep_cursor")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column(
            "group_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "fund_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "summary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "story", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "picture_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True
        ),
        sa.Column(
            "picture_alt", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("goal_minor", sa.BigInteger(), nullable=False),
        sa.Column(
            "suggested_minor",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "version", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "closes_at IS NULL OR closes_at > opens_at", name=op.f("ck_appeal_closes_after_opens")
        ),
        sa.CheckConstraint("goal_minor > 0", name=op.f("ck_appeal_goal_is_positive")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_appeal_currency_is_a_code")),
        sa.CheckConstraint("version > 0", name=op.f("ck_appeal_version_is_positive")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_appeal_fund_id_fund")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_appeal_group_id_group")),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["stored_file.id"], name=op.f("fk_appeal_picture_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("slug", name=op.f("uq_appeal_slug")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_fund_id"), ["fund_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_picture_id"), ["picture_id"], unique=False)
        batch_op.create_index(
            "ix_appeal_published_at_closes_at", ["published_at", "closes_at"], unique=False
        )

    op.create_table(
        "checkout_attempt",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("order_key", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "payment_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "fund_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "creating",
                "open",
                "complete",
                "expired",
                "error",
                name="attempt_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("covered_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "params", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("session_id", sa.String(length=120), nullable=True),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state <> 'open' OR session_id IS NOT NULL",
            name=op.f("ck_checkout_attempt_open_has_session"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_checkout_attempt_amount_positive")),
        sa.CheckConstraint(
            "covered_fee_minor >= 0 AND covered_fee_minor < amount_minor",
            name=op.f("ck_checkout_attempt_covered_fee"),
        ),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["fund.id"], name=op.f("fk_checkout_attempt_fund_id_fund")
        ),
        sa.ForeignKeyConstraint(
            ["payment_account_id"],
            ["payment_account.id"],
            name=op.f("fk_checkout_attempt_payment_account_id_payment_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_attempt")),
        sa.UniqueConstraint("order_key", "n", name=op.f("uq_checkout_attempt_order_key_n")),
        sa.UniqueConstraint(
            "payment_account_id",
            "session_id",
            name=op.f("uq_checkout_attempt_payment_account_id_session_id"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_checkout_attempt_public_id")),
    )
    with op.batch_alter_table("checkout_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkout_attempt_fund_id"), ["fund_id"], unique=False)
        batch_op.create_index("ix_checkout_attempt_state", ["state", "synced_at"], unique=False)

    op.create_table(
        "fund_balance",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "fund_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("held_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_minor", sa.BigInteger(), nullable=False),
        sa.Column("fees_minor", sa.BigInteger(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.Column("disputed_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "held_minor = received_minor - fees_minor - spent_minor - disputed_minor",
            name=op.f("ck_fund_balance_adds_up"),
        ),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["fund.id"], name=op.f("fk_fund_balance_fund_id_fund")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_balance")),
        sa.UniqueConstraint("fund_id", "currency", name=op.f("uq_fund_balance_fund_id_currency")),
    )
    op.create_table(
        "ledger_line",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "entry_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "position", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "money_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "category",
            sa.Enum(
                "income",
                "fees",
                "spending",
                "disputes",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "fund_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint(
            "(money_account_id IS NULL) <> (category IS NULL)", name=op.f("ck_ledger_line_one_side")
        ),
        sa.CheckConstraint("minor <> 0", name=op.f("ck_ledger_line_moves_money")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_line_entry_id_ledger_entry")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_ledger_line_fund_id_fund")),
        sa.ForeignKeyConstraint(
            ["money_account_id"],
            ["money_account.id"],
            name=op.f("fk_ledger_line_money_account_id_money_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
        sa.UniqueConstraint("entry_id", "position", name=op.f("uq_ledger_line_entry_id_position")),
    )
    for statement in {
        "sqlite": [
            "CREATE TRIGGER ledger_line_no_update BEFORE UPDATE ON ledger_line BEGIN SELECT RAISE(ABORT, 'ledger_line is append-only'); END",
            "CREATE TRIGGER ledger_line_no_delete BEFORE DELETE ON ledger_line BEGIN SELECT RAISE(ABORT, 'ledger_line is append-only'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION ledger_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'ledger_line is append-only' USING ERRCODE = '23001'; END $$",
            "CREATE TRIGGER ledger_line_no_change BEFORE UPDATE OR DELETE ON ledger_line FOR EACH ROW EXECUTE FUNCTION ledger_line_refuse()",
            "CREATE TRIGGER ledger_line_no_truncate BEFORE TRUNCATE ON ledger_line FOR EACH STATEMENT EXECUTE FUNCTION ledger_line_refuse()",
        ],
    }[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_line_fund", ["fund_id", "currency"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ledger_line_money_account_id"), ["money_account_id"], unique=False
        )

    op.create_table(
        "appeal_totals",
        sa.Column(
            "appeal_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("received_minor", sa.BigInteger(), nullable=False),
        sa.Column("on_its_way_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), nullable=False),
        sa.Column(
            "gift_count", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "on_its_way_minor >= 0 AND returned_minor >= 0 AND gift_count >= 0",
            name=op.f("ck_appeal_totals_sums_are_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_totals_appeal_id_appeal")
        ),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_appeal_totals")),
    )
    op.create_table(
        "appeal_update",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "appeal_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "version", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_appeal_update_version_is_positive")),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_update_appeal_id_appeal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_update")),
    )
    with op.batch_alter_table("appeal_update", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_update_appeal_id"), ["appeal_id"], unique=False)

    op.create_table(
        "donation",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("form_nonce", sa.String(length=64), nullable=False),
        sa.Column(
            "appeal_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "fund_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "supporter_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True
        ),
        sa.Column(
            "consent_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True
        ),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("public_name", sa.String(length=80), nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("covered_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum(
                "once",
                name="donation_frequency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "web", name="donation_source", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "secondary_purpose",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_minor", sa.BigInteger(), nullable=False),
        sa.Column("on_its_way_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_donation_amount_is_positive")),
        sa.CheckConstraint(
            "covered_fee_minor >= 0", name=op.f("ck_donation_covered_fee_is_not_negative")
        ),
        sa.CheckConstraint(
            "is_anonymous = (public_name IS NULL)",
            name=op.f("ck_donation_anonymous_without_public_name"),
        ),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_donation_currency_is_a_code")),
        sa.CheckConstraint(
            "on_its_way_minor >= 0 AND returned_minor >= 0",
            name=op.f("ck_donation_money_is_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_donation_appeal_id_appeal")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_donation_consent_id_consent")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_donation_fund_id_fund")),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_donation_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation")),
        sa.UniqueConstraint("form_nonce", name=op.f("uq_donation_form_nonce")),
        sa.UniqueConstraint("public_id", name=op.f("uq_donation_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_donation_reference")),
    )
    with op.batch_alter_table("donation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_donation_appeal_id_dated_at", ["appeal_id", "dated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_donation_consent_id"), ["consent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_donation_created_at"), ["created_at"], unique=False)
        batch_op.create_index("ix_donation_dated_at", ["dated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_donation_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_donation_fund_id"), ["fund_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_donation_supporter_id"), ["supporter_id"], unique=False
        )

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "payment_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "attempt_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("order_key", sa.String(length=40), nullable=False),
        sa.Column(
            "fund_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("intent_id", sa.String(length=120), nullable=False),
        sa.Column("charge_id", sa.String(length=120), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "processing",
                "succeeded",
                "failed",
                "canceled",
                "late_failed",
                name="payment_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("covered_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("disputed_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=True),
        sa.Column("failure_code", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "sync_stamp", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "state NOT IN ('succeeded', 'late_failed') OR settled_at IS NOT NULL",
            name=op.f("ck_payment_settled_when_succeeded"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount_positive")),
        sa.CheckConstraint("refunded_minor >= 0", name=op.f("ck_payment_refunded")),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["checkout_attempt.id"],
            name=op.f("fk_payment_attempt_id_checkout_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["fund_id", "payment_account_id"],
            ["fund.id", "fund.payment_account_id"],
            name=op.f("fk_payment_fund_id_payment_account_id_fund"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_account_id"],
            ["payment_account.id"],
            name=op.f("fk_payment_payment_account_id_payment_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "payment_account_id", "intent_id", name=op.f("uq_payment_payment_account_id_intent_id")
        ),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_charge_id"), ["charge_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_fund_id"), ["fund_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_order_key"), ["order_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_settled_at"), ["settled_at"], unique=False)
        batch_op.create_index("ix_payment_state", ["state", "synced_at"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "payment_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "payment_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("dispute_id", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), nullable=False),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_account_id"],
            ["payment_account.id"],
            name=op.f("fk_dispute_payment_account_id_payment_account"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_dispute_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint(
            "payment_account_id",
            "dispute_id",
            name=op.f("uq_dispute_payment_account_id_dispute_id"),
        ),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "group_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "number", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "payment_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column(
            "donation_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_receipt_amount_is_positive")),
        sa.CheckConstraint("number > 0", name=op.f("ck_receipt_number_is_positive")),
        sa.ForeignKeyConstraint(
            ["donation_id"], ["donation.id"], name=op.f("fk_receipt_donation_id_donation")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_receipt_group_id_group")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_receipt_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("group_id", "number", name="uq_receipt_group_id_number"),
        sa.UniqueConstraint("payment_id", name=op.f("uq_receipt_payment_id")),
    )
    for statement in {
        "sqlite": [
            "CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'receipt is append-only'); END",
            "CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'receipt is append-only'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION receipt_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'receipt is append-only' USING ERRCODE = '23001'; END $$",
            "CREATE TRIGGER receipt_no_change BEFORE UPDATE OR DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION receipt_refuse()",
            "CREATE TRIGGER receipt_no_truncate BEFORE TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION receipt_refuse()",
        ],
    }[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_donation_id"), ["donation_id"], unique=False)

    op.create_table(
        "refund",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column(
            "payment_account_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "payment_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False
        ),
        sa.Column("refund_id", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "requires_action",
                "succeeded",
                "failed",
                "canceled",
                "unknown",
                name="refund_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=True),
        sa.Column("failure_reason", sa.String(length=120), nullable=True),
        sa.Column("txn_id", sa.String(length=120), nullable=True),
        sa.Column("failure_txn_id", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_positive")),
        sa.ForeignKeyConstraint(
            ["payment_account_id"],
            ["payment_account.id"],
            name=op.f("fk_refund_payment_account_id_payment_account"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint(
            "payment_account_id", "refund_id", name=op.f("uq_refund_payment_account_id_refund_id")
        ),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_payment_id"), ["payment_id"], unique=False)


def downgrade():
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refund_payment_id"))

    op.drop_table("refund")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_donation_id"))

    op.drop_table("receipt")
    for statement in {
        "sqlite": [],
        "postgresql": [
            "DROP FUNCTION IF EXISTS receipt_refuse()",
        ],
    }[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_payment_id"))

    op.drop_table("dispute")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_state")
        batch_op.drop_index(batch_op.f("ix_payment_settled_at"))
        batch_op.drop_index(batch_op.f("ix_payment_order_key"))
        batch_op.drop_index(batch_op.f("ix_payment_fund_id"))
        batch_op.drop_index(batch_op.f("ix_payment_charge_id"))
        batch_op.drop_index(batch_op.f("ix_payment_attempt_id"))

    op.drop_table("payment")
    with op.batch_alter_table("donation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_donation_supporter_id"))
        batch_op.drop_index(batch_op.f("ix_donation_fund_id"))
        batch_op.drop_index(batch_op.f("ix_donation_email"))
        batch_op.drop_index("ix_donation_dated_at")
        batch_op.drop_index(batch_op.f("ix_donation_created_at"))
        batch_op.drop_index(batch_op.f("ix_donation_consent_id"))
        batch_op.drop_index("ix_donation_appeal_id_dated_at")

    op.drop_table("donation")
    with op.batch_alter_table("appeal_update", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_update_appeal_id"))

    op.drop_table("appeal_update")
    op.drop_table("appeal_totals")
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_line_money_account_id"))
        batch_op.drop_index("ix_ledger_line_fund")

    op.drop_table("ledger_line")
    for statement in {
        "sqlite": [],
        "postgresql": [
            "DROP FUNCTION IF EXISTS ledger_line_refuse()",
        ],
    }[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("fund_balance")
    with op.batch_alter_table("checkout_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_checkout_attempt_state")
        batch_op.drop_index(batch_op.f("ix_checkout_attempt_fund_id"))

    op.drop_table("checkout_attempt")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index("ix_appeal_published_at_closes_at")
        batch_op.drop_index(batch_op.f("ix_appeal_picture_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_group_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_fund_id"))

    op.drop_table("appeal")
    op.drop_table("sweep_cursor")
    with op.batch_alter_table("stripe_event", schema=None) as batch_op:
        batch_op.drop_index("ix_stripe_event_state")
        batch_op.drop_index(batch_op.f("ix_stripe_event_order_key"))
        batch_op.drop_index(batch_op.f("ix_stripe_event_object_id"))

    op.drop_table("stripe_event")
    with op.batch_alter_table("money_account", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_money_account_stripe_balance",
            sqlite_where=sa.text("kind = 'stripe'"),
            postgresql_where=sa.text("kind = 'stripe'"),
        )

    op.drop_table("money_account")
    with op.batch_alter_table("fund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fund_payment_account_id"))
        batch_op.drop_index(batch_op.f("ix_fund_group_id"))

    op.drop_table("fund")
    op.drop_table("receipt_counter")
    with op.batch_alter_table("payment_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_account_group_id"))

    op.drop_table("payment_account")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_group_id"))

    op.drop_table("membership")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_supporter_group_purpose")
        batch_op.drop_index(batch_op.f("ix_consent_group_id"))

    op.drop_table("consent")
    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worker_seen_at"))

    op.drop_table("worker")
    op.drop_table("supporter")
    op.drop_table("stored_file")
    op.drop_table("page_topic")
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_mail_state_next_try_at"))
        batch_op.drop_index(batch_op.f("ix_outbox_mail_created_at"))

    op.drop_table("outbox_mail")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_posted_at"))
        batch_op.drop_index(batch_op.f("ix_ledger_entry_order_key"))

    op.drop_table("ledger_entry")
    for statement in {
        "sqlite": [],
        "postgresql": [
            "DROP FUNCTION IF EXISTS ledger_entry_refuse()",
        ],
    }[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_finished_at"))
        batch_op.drop_index(
            "ix_job_open",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )

    op.drop_table("job")
    op.drop_table("group")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_finding_open",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.drop_table("finding")
    op.drop_table("demo_data")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_group_id_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_account_id"))

    op.drop_table("audit_entry")
    for statement in {
        "sqlite": [],
        "postgresql": [
            "DROP FUNCTION IF EXISTS audit_entry_refuse()",
        ],
    }[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("account_try", schema=None) as batch_op:
        batch_op.drop_index("ix_account_try_bucket_at")
        batch_op.drop_index(batch_op.f("ix_account_try_at"))

    op.drop_table("account_try")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_closed_at"))

    op.drop_table("account")

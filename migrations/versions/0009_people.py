"""Merged customers, tags and notes; consents and suppressions; erasures; what the timeline is found by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LEDGERS = ("customer_merges", "consents", "erasures")
PURPOSES = "'newsletter', 'offers', 'feedback', 'analytics'"
CHANNELS = (
    "'email', 'sms', 'chat', 'whatsapp', 'messenger', 'telegram', 'phone', 'push', 'in_store'"
)
SOURCES = "'checkout', 'cart', 'order', 'account', 'till', 'merchant', 'import'"
BECAUSE = "'same_email', 'same_phone', 'same_loyalty_card', 'same_name_and_phone', 'told'"


def upgrade() -> None:
    op.add_column(
        "customers",
        sa.Column("tags", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    op.create_check_constraint(op.f("customers_merged_check"), "customers", "merged_into_id <> id")
    op.create_index("customers_contact_idx", "customers", ["contact_id"])
    op.add_column("account_challenges", sa.Column("subject", sa.Text(), nullable=True))
    op.create_index(op.f("account_challenges_subject_idx"), "account_challenges", ["subject"])
    op.create_index("budgets_subject_idx", "budgets", ["subject"])
    _merges_and_notes()
    _consents()
    _erasures()
    _found_by_customer()
    for table in LEDGERS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )


def downgrade() -> None:
    op.drop_index("budgets_subject_idx", "budgets")
    op.drop_index(op.f("account_challenges_subject_idx"), "account_challenges")
    op.drop_column("account_challenges", "subject")
    op.drop_index("messages_held_idx", "messages")
    for name in ("contacts_named_idx", "contacts_reachable_idx"):
        op.drop_index(name, "contacts")
    op.drop_index("tasks_customer_idx", "tasks")
    op.drop_index("threads_contact_idx", "threads")
    op.drop_index("orders_proxy_contact_idx", "orders")
    op.create_index(
        "carts_guests_idx", "carts", ["created_at"],
        postgresql_where="customer_id IS NULL AND order_id IS NULL",
    )  # fmt: skip
    for name in ("carts_contact_idx", "carts_merged_idx", "carts_idle_idx"):
        op.drop_index(name, "carts")
    op.drop_index("events_customer_idx", "events")
    for table in ("erasures", "suppressions", "consents", "customer_notes", "customer_merges"):
        op.drop_table(table)
    op.drop_index("customers_contact_idx", "customers")
    op.drop_constraint(op.f("customers_merged_check"), "customers")
    op.drop_column("customers", "tags")


def _merges_and_notes() -> None:
    op.create_table(
        "customer_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("merged_id <> into_id", name=op.f("customer_merges_two_check")),
        sa.CheckConstraint(f"because IN ({BECAUSE})", name=op.f("customer_merges_because_check")),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["customers.id"], name=op.f("customer_merges_merged_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["customers.id"], name=op.f("customer_merges_into_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["customer_merges.id"], name=op.f("customer_merges_undoes_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_merges_pkey")),
        sa.UniqueConstraint("undoes_id", name=op.f("customer_merges_undoes_id_key")),
    )
    op.create_index("customer_merges_merged_idx", "customer_merges", ["merged_id"])
    op.create_index(op.f("customer_merges_into_id_idx"), "customer_merges", ["into_id"])
    op.create_table(
        "customer_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("customer_notes_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_notes_pkey")),
    )
    op.create_index(op.f("customer_notes_customer_id_idx"), "customer_notes", ["customer_id"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("contact_channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"purpose IN ({PURPOSES})", name=op.f("consents_purpose_check")),
        sa.CheckConstraint(
            f"contact_channel IN ({CHANNELS})", name=op.f("consents_contact_channel_check")
        ),
        sa.CheckConstraint("state IN ('given', 'withdrawn')", name=op.f("consents_state_check")),
        sa.CheckConstraint(f"source IN ({SOURCES})", name=op.f("consents_source_check")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("consents_contact_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("consents_pkey")),
    )
    op.create_index(
        "consents_contact_idx", "consents", ["contact_id", "purpose", "contact_channel", "at", "id"]
    )
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("contact_channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"purpose IN ({PURPOSES})", name=op.f("suppressions_purpose_check")),
        sa.CheckConstraint(
            f"contact_channel IN ({CHANNELS})", name=op.f("suppressions_contact_channel_check")
        ),
        sa.CheckConstraint(
            "reason IN ('withdrawn', 'erased', 'complaint', 'undeliverable')",
            name=op.f("suppressions_reason_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("suppressions_pkey")),
    )
    op.create_index(
        "suppressions_in_force_idx", "suppressions", ["address_hash", "contact_channel", "purpose"],
        unique=True, postgresql_where="lifted_at IS NULL",
    )  # fmt: skip


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_ids", postgresql.JSONB(), nullable=False),
        sa.Column("contact_ids", postgresql.JSONB(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("erasures_pkey")),
    )


def _found_by_customer() -> None:
    op.create_index(
        "events_customer_idx", "events", ["customer_id", sa.text("occurred_at DESC"), sa.text("id DESC")],
        postgresql_where="customer_id IS NOT NULL AND order_id IS NULL",
    )  # fmt: skip
    op.create_index(
        "orders_proxy_contact_idx", "orders", ["proxy_contact_id"],
        postgresql_where="proxy_contact_id IS NOT NULL",
    )  # fmt: skip
    for name, column in (("contact", "contact_id"), ("merged", "merged_into_id")):
        op.create_index(
            f"carts_{name}_idx", "carts", [column], postgresql_where=f"{column} IS NOT NULL"
        )
    op.drop_index("carts_guests_idx", "carts")
    op.create_index(
        "carts_idle_idx", "carts", ["last_activity_at"], postgresql_where="order_id IS NULL"
    )
    op.create_index("threads_contact_idx", "threads", ["contact_id"])
    op.create_index(
        "tasks_customer_idx", "tasks", ["customer_id"], postgresql_where="customer_id IS NOT NULL"
    )
    _what_is_kept_too_long()


def _what_is_kept_too_long() -> None:
    op.create_index(
        "contacts_named_idx", "contacts", ["created_at"], postgresql_where="name IS NOT NULL"
    )
    op.create_index(
        "contacts_reachable_idx", "contacts", ["created_at"],
        postgresql_where="email IS NOT NULL OR phone IS NOT NULL",
    )  # fmt: skip
    op.create_index("messages_held_idx", "messages", ["created_at"], postgresql_where="body <> ''")

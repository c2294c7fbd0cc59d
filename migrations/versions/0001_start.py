"""Create all tables, the customer functions, the ledgers' triggers and the job queue.

Until the first tagged release this one migration changes in place. From then on, migrations expand first and
contract later.
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import app.core.events

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LEDGERS = (
    "consents", "customer_merges", "documents", "drawer_entries", "erasures", "event_seals", "events",
    "payment_events", "stored_value_entries", "prices", "stock_movements", "tax_rates", "variant_costs",
)  # fmt: skip
"""Tables whose rows are never rewritten: a correction is a new row."""

QUEUE = Path(__file__).parents[1] / "procrastinate_3_10.sql"
"""The schema of procrastinate 3.10, kept here so that this migration does not change with the package."""


def upgrade() -> None:
    _create_tables()
    _create_customer_functions()
    _protect_ledgers()
    _create_queue()


def downgrade() -> None:
    _drop_queue()
    for table in LEDGERS:
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DROP FUNCTION refuse_rewriting()")
    for function in ("customer_group_of", "canonical_customer_id", "customer_ids"):
        op.execute(f"DROP FUNCTION {function}(uuid)")
    _drop_tables()


def _create_customer_functions() -> None:
    """Create what `app/core/customers/merged_customers.py` explains.

    PostgreSQL plans a call in FROM as a part of its statement: the functions are plain SELECTs, STABLE and not
    STRICT, and return a table.
    """
    op.execute("""
        CREATE FUNCTION customer_ids(customer uuid) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
            WITH RECURSIVE up AS (
                SELECT c.id, c.merged_into_id FROM customers c WHERE c.id = customer
                UNION SELECT c.id, c.merged_into_id FROM customers c JOIN up ON c.id = up.merged_into_id
            ), person AS (
                SELECT up.id FROM up WHERE up.merged_into_id IS NULL
                UNION SELECT c.id FROM customers c JOIN person ON c.merged_into_id = person.id
            )
            SELECT person.id FROM person
        $$
    """)
    op.execute("""
        CREATE FUNCTION canonical_customer_id(customer uuid) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
            WITH RECURSIVE up AS (
                SELECT c.id, c.merged_into_id, c.erased_at FROM customers c WHERE c.id = customer
                UNION
                SELECT c.id, c.merged_into_id, c.erased_at FROM customers c JOIN up ON c.id = up.merged_into_id
            )
            SELECT up.id FROM up WHERE up.merged_into_id IS NULL AND up.erased_at IS NULL
        $$
    """)
    op.execute("""
        CREATE FUNCTION customer_group_of(customer uuid) RETURNS TABLE (customer_group text)
        LANGUAGE sql STABLE AS $$
            SELECT c.customer_group FROM customer_ids(customer) person JOIN customers c ON c.id = person.id
            WHERE c.customer_group IS NOT NULL
            ORDER BY c.merged_into_id IS NOT NULL, c.created_at, c.id LIMIT 1
        $$
    """)


def _protect_ledgers() -> None:
    op.execute("""
        CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: write a new row that corrects the old one', TG_TABLE_NAME;
        END $$
    """)
    for table in LEDGERS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )


def _create_queue() -> None:
    # Use the driver without parameters: the file has many statements and its % signs are literal.
    connection: Any = op.get_bind().connection.driver_connection
    connection.execute(QUEUE.read_bytes())
    # The trigger sends a NOTIFY inside every commit that enqueues a job, and NOTIFY serialises commits.
    # Workers poll instead.
    op.execute(
        "ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1"
    )


def _drop_queue() -> None:
    op.execute("""
        DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
            procrastinate_workers CASCADE
    """)
    op.execute("""
        DO $$ DECLARE one record; BEGIN
            FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE'; END LOOP;
        END $$
    """)
    op.execute("""
        DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status
    """)


def _create_tables() -> None:
    op.create_table(
        "api_clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("sales_channel", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=True),
        sa.Column("scopes", postgresql.JSONB(astext_type=Text()), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('storefront', 'merchant')", name=op.f("api_clients_role_check")
        ),
        sa.CheckConstraint(
            "sales_channel IN ('web', 'app', 'pos', 'social', 'phone', 'console', 'import')",
            name=op.f("api_clients_sales_channel_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("api_clients_pkey")),
        sa.UniqueConstraint("key_hash", name=op.f("api_clients_key_hash_key")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("import_source", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("contacts_pkey")),
        sa.UniqueConstraint("import_source", name=op.f("contacts_import_source_key")),
    )
    op.create_index(
        "contacts_email_idx", "contacts", [sa.literal_column("lower(email)")], unique=False
    )
    op.create_index(
        "contacts_named_idx",
        "contacts",
        ["created_at"],
        unique=False,
        postgresql_where="name IS NOT NULL",
    )
    op.create_index(
        "contacts_number_idx",
        "contacts",
        [sa.literal_column("regexp_replace(phone, '[^0-9+]', '', 'g')")],
        unique=False,
    )
    op.create_index(
        "contacts_reachable_idx",
        "contacts",
        ["created_at"],
        unique=False,
        postgresql_where="email IS NOT NULL OR phone IS NOT NULL",
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_ids", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("contact_ids", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("erasures_pkey")),
    )
    op.create_table(
        "event_seals",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "sealed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("event_seals_pkey")),
        sa.UniqueConstraint("event_id", name=op.f("event_seals_event_id_key")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.Text(), nullable=True),
        sa.Column("sales_channel", sa.Text(), nullable=True),
        sa.Column("contact_channel", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column(
            "transaction_id",
            app.core.events.TransactionId(),
            server_default=sa.text("pg_current_xact_id()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("events_pkey")),
    )
    op.create_index(
        "events_actor_idx",
        "events",
        ["actor_id", "id"],
        unique=False,
        postgresql_where="actor_id IS NOT NULL",
    )
    op.create_index(
        "events_approved_idx",
        "events",
        ["id"],
        unique=False,
        postgresql_where="approved_by IS NOT NULL",
    )
    op.create_index(
        "events_customer_idx",
        "events",
        ["customer_id", sa.literal_column("occurred_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where="customer_id IS NOT NULL AND order_id IS NULL",
    )
    op.create_index("events_kind_idx", "events", ["kind", "id"], unique=False)
    op.create_index("events_order_idx", "events", ["order_id", "occurred_at"], unique=False)
    op.create_index("events_transaction_idx", "events", ["transaction_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "route", "key", name=op.f("idempotency_keys_pkey")),
    )
    op.create_index(
        op.f("idempotency_keys_created_at_idx"), "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "legal_entities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("vat_number", sa.Text(), nullable=True),
        sa.Column("invoice_prefix", sa.Text(), nullable=False),
        sa.Column("credit_note_prefix", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('en', 'de')", name=op.f("legal_entities_language_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("legal_entities_pkey")),
        sa.UniqueConstraint("code", name=op.f("legal_entities_code_key")),
    )
    op.create_table(
        "markets",
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("tax_included", sa.Boolean(), nullable=False),
        sa.Column("tax_level", sa.Text(), nullable=False),
        sa.Column("rounding_mode", sa.Text(), nullable=False),
        sa.Column("rounding_target", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "rounding_mode IN ('half_up', 'half_even')", name=op.f("markets_rounding_mode_check")
        ),
        sa.CheckConstraint(
            "rounding_target IN ('tax', 'net')", name=op.f("markets_rounding_target_check")
        ),
        sa.CheckConstraint(
            "tax_level IN ('line', 'unit', 'total')", name=op.f("markets_tax_level_check")
        ),
        sa.PrimaryKeyConstraint("country", name=op.f("markets_pkey")),
    )
    op.create_table(
        "pricing_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("pricing_version_one_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("pricing_version_pkey")),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(collation="C"), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("skus", sa.Text(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('simple', title || ' ' || skus), 'A') || setweight(to_tsvector('simple', category || ' ' || vendor), 'B')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'archived')", name=op.f("products_status_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("products_pkey")),
        sa.UniqueConstraint("handle", name=op.f("products_handle_key")),
    )
    op.create_index(
        "products_category_idx",
        "products",
        ["category", "title", "handle"],
        unique=False,
        postgresql_where="status = 'active'",
    )
    op.create_index(
        "products_listing_idx",
        "products",
        ["title", "handle"],
        unique=False,
        postgresql_where="status = 'active'",
    )
    op.create_index(
        "products_search_idx", "products", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "promotions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("gift_sku", sa.Text(), nullable=True),
        sa.Column("redemption_count", sa.Integer(), nullable=False),
        sa.Column("uses_limit", sa.Integer(), nullable=True),
        sa.Column("limit_per_customer", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "limit_per_customer > 0", name=op.f("promotions_limit_per_customer_check")
        ),
        sa.CheckConstraint(
            "redemption_count >= 0 AND redemption_count <= uses_limit",
            name=op.f("promotions_redemption_count_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotions_pkey")),
        sa.UniqueConstraint("code", name=op.f("promotions_code_key")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("resets_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "subject", name=op.f("rate_limits_pkey")),
    )
    op.create_index(op.f("rate_limits_resets_at_idx"), "rate_limits", ["resets_at"], unique=False)
    op.create_index(op.f("rate_limits_subject_idx"), "rate_limits", ["subject"], unique=False)
    op.create_table(
        "shortfalls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("shortfalls_quantity_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("shortfalls_pkey")),
    )
    op.create_index(
        "shortfalls_open_idx",
        "shortfalls",
        ["location_id", "variant_id"],
        unique=False,
        postgresql_where="resolved_at IS NULL",
    )
    op.create_table(
        "signed_quotes",
        sa.Column("quote_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("promotions", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("quote_hash", "expires_at", name=op.f("signed_quotes_pkey")),
    )
    op.create_index("signed_quotes_expiry_idx", "signed_quotes", ["expires_at"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_pkey")),
        sa.UniqueConstraint("number", name=op.f("staff_number_key")),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("unit_cost", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('import', 'count', 'receive', 'short_pick', 'hand_over')",
            name=op.f("stock_movements_kind_check"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("stock_movements_quantity_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("stock_movements_pkey")),
    )
    op.create_index(
        "stock_movements_stock_idx", "stock_movements", ["location_id", "variant_id"], unique=False
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
        sa.CheckConstraint(
            "contact_channel IN ('email', 'sms', 'chat', 'whatsapp', 'messenger', 'telegram', 'phone', 'push', 'in_store')",
            name=op.f("suppressions_contact_channel_check"),
        ),
        sa.CheckConstraint(
            "purpose IN ('newsletter', 'offers', 'feedback', 'analytics')",
            name=op.f("suppressions_purpose_check"),
        ),
        sa.CheckConstraint(
            "reason IN ('withdrawn', 'erased', 'complaint', 'undeliverable')",
            name=op.f("suppressions_reason_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("suppressions_pkey")),
    )
    op.create_index(
        "suppressions_in_force_idx",
        "suppressions",
        ["address_hash", "contact_channel", "purpose"],
        unique=True,
        postgresql_where="lifted_at IS NULL",
    )
    op.create_table(
        "tax_rates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column(
            "taxes",
            postgresql.JSONB(astext_type=Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "starts_at < '2100-01-01 00:00:00+00'", name=op.f("tax_rates_starts_at_check")
        ),
        sa.CheckConstraint("rate BETWEEN 0 AND 1000000", name=op.f("tax_rates_rate_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("tax_rates_pkey")),
    )
    op.create_index(
        "tax_rates_in_force_idx",
        "tax_rates",
        ["country", "region", "category", "starts_at"],
        unique=True,
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("invitation_hash", sa.LargeBinary(), nullable=True),
        sa.Column("invitation_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("email", name=op.f("users_email_key")),
        sa.UniqueConstraint("invitation_hash", name=op.f("users_invitation_hash_key")),
    )
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("webhook_events_pkey")),
    )
    op.create_index(
        "webhook_events_processed_idx",
        "webhook_events",
        ["received_at"],
        unique=False,
        postgresql_where="processed_at IS NOT NULL",
    )
    op.create_index(
        "webhook_events_waiting_idx",
        "webhook_events",
        ["received_at"],
        unique=False,
        postgresql_where="processed_at IS NULL",
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("contact_channel", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "contact_channel IN ('email', 'sms', 'chat', 'whatsapp', 'messenger', 'telegram', 'phone', 'push', 'in_store')",
            name=op.f("consents_contact_channel_check"),
        ),
        sa.CheckConstraint(
            "purpose IN ('newsletter', 'offers', 'feedback', 'analytics')",
            name=op.f("consents_purpose_check"),
        ),
        sa.CheckConstraint(
            "source IN ('checkout', 'cart', 'order', 'account', 'till', 'merchant', 'import')",
            name=op.f("consents_source_check"),
        ),
        sa.CheckConstraint("status IN ('given', 'withdrawn')", name=op.f("consents_status_check")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("consents_contact_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("consents_pkey")),
    )
    op.create_index(
        "consents_contact_idx",
        "consents",
        ["contact_id", "purpose", "contact_channel", "at", "id"],
        unique=False,
    )
    op.create_table(
        "coupons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("normalised_code", sa.Text(), nullable=False),
        sa.Column("redemption_count", sa.Integer(), nullable=False),
        sa.Column("uses_limit", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "redemption_count >= 0 AND redemption_count <= uses_limit",
            name=op.f("coupons_redemption_count_check"),
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("coupons_promotion_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("coupons_pkey")),
        sa.UniqueConstraint("normalised_code", name=op.f("coupons_normalised_code_key")),
    )
    op.create_index("coupons_promotion_idx", "coupons", ["promotion_id"], unique=False)
    op.create_table(
        "document_numbers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('invoice', 'credit_note')", name=op.f("document_numbers_kind_check")
        ),
        sa.CheckConstraint("last >= 0", name=op.f("document_numbers_last_check")),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"],
            ["legal_entities.id"],
            name=op.f("document_numbers_legal_entity_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_numbers_pkey")),
        sa.UniqueConstraint(
            "legal_entity_id", "kind", name=op.f("document_numbers_legal_entity_id_kind_key")
        ),
    )
    op.create_table(
        "locations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("holidays", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=True),
        sa.Column("offers_pickup", sa.Boolean(), nullable=False),
        sa.Column("preparation_minutes", sa.Integer(), nullable=False),
        sa.Column("collect_days", sa.Integer(), nullable=False),
        sa.Column("reminder_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('store', 'warehouse')", name=op.f("locations_kind_check")),
        sa.CheckConstraint(
            "collect_days > 0 AND reminder_days BETWEEN 0 AND collect_days",
            name=op.f("locations_days_check"),
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("locations_position_check"),
        ),
        sa.CheckConstraint("preparation_minutes >= 0", name=op.f("locations_preparation_check")),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"], ["legal_entities.id"], name=op.f("locations_legal_entity_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("locations_pkey")),
        sa.UniqueConstraint("code", name=op.f("locations_code_key")),
        sa.UniqueConstraint("name", name=op.f("locations_name_key")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("transition_count", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("quote", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("quote_hash", sa.Text(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("pickup_person_contact_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("started_channel", sa.Text(), nullable=False),
        sa.Column("assisted_channel", sa.Text(), nullable=True),
        sa.Column("assisted_by", sa.Uuid(), nullable=True),
        sa.Column("paid_channel", sa.Text(), nullable=True),
        sa.Column("collected_channel", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("import_source", sa.Text(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pay_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'imported') = (import_source IS NOT NULL)",
            name=op.f("orders_imported_check"),
        ),
        sa.CheckConstraint(
            "credited >= 0 AND (cancelled BETWEEN 0 AND total OR status = 'imported' AND cancelled = 0)",
            name=op.f("orders_money_check"),
        ),
        sa.CheckConstraint(
            "status IN ('unpaid', 'placed', 'picking', 'ready', 'expired', 'collected', 'cancelled', 'imported')",
            name=op.f("orders_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["api_clients.id"], name=op.f("orders_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("orders_contact_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["pickup_person_contact_id"],
            ["contacts.id"],
            name=op.f("orders_pickup_person_contact_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("orders_pkey")),
        sa.UniqueConstraint("import_source", name=op.f("orders_import_source_key")),
        sa.UniqueConstraint("number", name=op.f("orders_number_key")),
    )
    op.create_index("orders_guest_idx", "orders", ["contact_id"], unique=False)
    op.create_index(
        "orders_pickup_person_idx",
        "orders",
        ["pickup_person_contact_id"],
        unique=False,
        postgresql_where="pickup_person_contact_id IS NOT NULL",
    )
    op.create_index(
        "orders_placed_idx",
        "orders",
        ["customer_id", "placed_at"],
        unique=False,
        postgresql_where="customer_id IS NOT NULL",
    )
    op.create_index(
        "orders_review_idx",
        "orders",
        ["placed_at"],
        unique=False,
        postgresql_where="review_reason IS NOT NULL",
    )
    op.create_index(
        "orders_unpaid_idx",
        "orders",
        ["pay_by"],
        unique=False,
        postgresql_where="status = 'unpaid'",
    )
    op.create_table(
        "postal_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("postal_addresses_contact_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("postal_addresses_pkey")),
    )
    op.create_index(
        op.f("postal_addresses_contact_id_idx"), "postal_addresses", ["contact_id"], unique=False
    )
    op.create_index(
        "postal_addresses_postcode_idx",
        "postal_addresses",
        [sa.literal_column("upper(regexp_replace(postcode, '\\s', '', 'g'))")],
        unique=False,
    )
    op.create_table(
        "promotion_customer_usage",
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("redemption_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "redemption_count >= 0", name=op.f("promotion_customer_usage_redemption_count_check")
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotions.id"],
            name=op.f("promotion_customer_usage_promotion_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "promotion_id", "email_hash", name=op.f("promotion_customer_usage_pkey")
        ),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("user_sessions_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("user_sessions_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("user_sessions_token_hash_key")),
    )
    op.create_index(
        op.f("user_sessions_expires_at_idx"), "user_sessions", ["expires_at"], unique=False
    )
    op.create_index(op.f("user_sessions_user_id_idx"), "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "variants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("options", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("tax_category", sa.Text(), server_default="standard", nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("variants_product_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("variants_pkey")),
        sa.UniqueConstraint("barcode", name=op.f("variants_barcode_key")),
        sa.UniqueConstraint("sku", name=op.f("variants_sku_key")),
    )
    op.create_index("variants_product_idx", "variants", ["product_id", "position"], unique=False)
    op.create_table(
        "carts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sales_channel", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "type <> 'pickup' OR location_id IS NOT NULL", name=op.f("carts_pickup_location_check")
        ),
        sa.CheckConstraint("type IS NULL OR type IN ('pickup')", name=op.f("carts_type_check")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["api_clients.id"], name=op.f("carts_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("carts_location_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("carts_pkey")),
    )
    op.create_index(
        "carts_contact_idx",
        "carts",
        ["contact_id"],
        unique=False,
        postgresql_where="contact_id IS NOT NULL",
    )
    op.create_index(
        "carts_idle_idx",
        "carts",
        ["last_activity_at"],
        unique=False,
        postgresql_where="order_id IS NULL",
    )
    op.create_index(
        "carts_merged_idx",
        "carts",
        ["merged_into_id"],
        unique=False,
        postgresql_where="merged_into_id IS NOT NULL",
    )
    op.create_index(
        "carts_open_idx",
        "carts",
        ["customer_id", "currency"],
        unique=True,
        postgresql_where="customer_id IS NOT NULL AND order_id IS NULL AND merged_into_id IS NULL",
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("customer_group", sa.Text(), nullable=True),
        sa.Column(
            "tags",
            postgresql.JSONB(astext_type=Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("favourite_location_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("customers_merged_check")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("customers_contact_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["favourite_location_id"],
            ["locations.id"],
            name=op.f("customers_favourite_location_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["customers.id"], name=op.f("customers_merged_into_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("customers_pkey")),
    )
    op.create_index("customers_contact_idx", "customers", ["contact_id"], unique=False)
    op.create_index(
        op.f("customers_merged_into_id_idx"), "customers", ["merged_into_id"], unique=False
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("pairing_code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("pairing_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needs_staff", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("devices_location_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("devices_pkey")),
        sa.UniqueConstraint("pairing_code_hash", name=op.f("devices_pairing_code_hash_key")),
        sa.UniqueConstraint("token_hash", name=op.f("devices_token_hash_key")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (invoice_id IS NOT NULL)",
            name=op.f("documents_reference_check"),
        ),
        sa.CheckConstraint("kind IN ('invoice', 'credit_note')", name=op.f("documents_kind_check")),
        sa.CheckConstraint(
            "refund_id IS NULL OR kind = 'credit_note'", name=op.f("documents_refund_check")
        ),
        sa.CheckConstraint(
            "net + tax = total AND net >= 0 AND tax >= 0", name=op.f("documents_sums_check")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["documents.id"], name=op.f("documents_invoice_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"], ["legal_entities.id"], name=op.f("documents_legal_entity_id_fkey")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("documents_order_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("documents_pkey")),
        sa.UniqueConstraint(
            "legal_entity_id",
            "kind",
            "number",
            name=op.f("documents_legal_entity_id_kind_number_key"),
        ),
        sa.UniqueConstraint("refund_id", name=op.f("documents_refund_id_key")),
    )
    op.create_index("documents_entity_idx", "documents", ["legal_entity_id", "id"], unique=False)
    op.create_index("documents_issued_idx", "documents", ["issued_at"], unique=False)
    op.create_index(
        "documents_one_invoice_idx",
        "documents",
        ["order_id"],
        unique=True,
        postgresql_where="kind = 'invoice'",
    )
    op.create_index("documents_order_idx", "documents", ["order_id"], unique=False)
    op.create_table(
        "fulfilments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collect_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("collected_device_id", sa.Uuid(), nullable=True),
        sa.Column("received_by_contact_id", sa.Uuid(), nullable=True),
        sa.Column("restocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_number", sa.Integer(), nullable=False),
        sa.Column("code_attempts", sa.Integer(), nullable=False),
        sa.Column("code_attempts_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_attempts_total", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'open', 'picking', 'ready', 'expired', 'collected', 'cancelled')",
            name=op.f("fulfilments_status_check"),
        ),
        sa.CheckConstraint("type IN ('pickup')", name=op.f("fulfilments_type_check")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("fulfilments_location_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fulfilments_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_contact_id"],
            ["contacts.id"],
            name=op.f("fulfilments_received_by_contact_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fulfilments_pkey")),
    )
    op.create_index(
        "fulfilments_open_idx",
        "fulfilments",
        ["collect_by"],
        unique=False,
        postgresql_where="status IN ('open','picking','ready')",
    )
    op.create_index("fulfilments_order_idx", "fulfilments", ["order_id"], unique=False)
    op.create_index(
        "fulfilments_remind_idx",
        "fulfilments",
        ["remind_at"],
        unique=False,
        postgresql_where="status = 'ready'",
    )
    op.create_table(
        "order_billing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("vat_number", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("order_billing_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_billing_pkey")),
        sa.UniqueConstraint("order_id", name=op.f("order_billing_order_id_key")),
    )
    op.create_index("order_billing_created_idx", "order_billing", ["created_at"], unique=False)
    op.create_table(
        "price_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("customer_group", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(channel IS NULL AND location_id IS NULL) OR (reason <> '' AND approved_by <> '')",
            name=op.f("price_lists_difference_check"),
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("price_lists_location_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("price_lists_pkey")),
        sa.UniqueConstraint("code", name=op.f("price_lists_code_key")),
    )
    op.create_table(
        "promotion_redemptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("email_hash", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beyond_limit", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("promotion_redemptions_amount_check")),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("promotion_redemptions_coupon_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("promotion_redemptions_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotions.id"],
            name=op.f("promotion_redemptions_promotion_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_redemptions_pkey")),
        sa.UniqueConstraint(
            "order_id", "promotion_id", name=op.f("promotion_redemptions_order_id_promotion_id_key")
        ),
    )
    op.create_index(
        "promotion_redemptions_promotion_idx",
        "promotion_redemptions",
        ["promotion_id"],
        unique=False,
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'needs_review', 'done')", name=op.f("refunds_status_check")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("refunds_amount_check")),
        sa.CheckConstraint("credited BETWEEN 0 AND amount", name=op.f("refunds_credited_check")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("refunds_order_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("refunds_pkey")),
    )
    op.create_index("refunds_order_idx", "refunds", ["order_id"], unique=False)
    op.create_table(
        "staff_roles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('picker', 'cashier', 'manager')", name=op.f("staff_roles_role_check")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("staff_roles_location_id_fkey")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("staff_roles_staff_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_roles_pkey")),
        sa.UniqueConstraint(
            "staff_id", "location_id", name=op.f("staff_roles_staff_id_location_id_key")
        ),
    )
    op.create_table(
        "stock",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("safety_stock", sa.Integer(), nullable=False),
        sa.Column("has_movements", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= greatest(on_hand, 0)", name=op.f("stock_reserved_check")
        ),
        sa.CheckConstraint("safety_stock >= 0", name=op.f("stock_safety_stock_check")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("stock_location_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("stock_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("location_id", "variant_id", name=op.f("stock_pkey")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("stock_variant_idx", "stock", ["variant_id"], unique=False)
    op.create_table(
        "threads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_response_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('open', 'resolved')", name=op.f("threads_status_check")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("threads_contact_id_fkey")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("threads_order_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("threads_pkey")),
        sa.UniqueConstraint("order_id", "topic", name=op.f("threads_order_id_topic_key")),
    )
    op.create_index("threads_contact_idx", "threads", ["contact_id"], unique=False)
    op.create_table(
        "variant_costs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("variant_costs_amount_check")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("variant_costs_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("variant_costs_pkey")),
        sa.UniqueConstraint(
            "variant_id",
            "currency",
            "starts_at",
            name=op.f("variant_costs_variant_id_currency_starts_at_key"),
        ),
    )
    op.create_table(
        "account_challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("encrypted_address", sa.LargeBinary(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("code_length", sa.Integer(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IS NULL OR kind IN ('email', 'phone')", name=op.f("account_challenges_kind_check")
        ),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'reset', 'add_address', 'add_passkey', 'use_passkey', 'erase')",
            name=op.f("account_challenges_purpose_check"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("account_challenges_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_challenges_pkey")),
    )
    op.create_index(
        op.f("account_challenges_customer_id_idx"),
        "account_challenges",
        ["customer_id"],
        unique=False,
    )
    op.create_index(
        op.f("account_challenges_expires_at_idx"),
        "account_challenges",
        ["expires_at"],
        unique=False,
    )
    op.create_index(
        op.f("account_challenges_subject_idx"), "account_challenges", ["subject"], unique=False
    )
    op.create_table(
        "account_passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("account_passkeys_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_passkeys_pkey")),
        sa.UniqueConstraint("credential_id", name=op.f("account_passkeys_credential_id_key")),
    )
    op.create_index(
        op.f("account_passkeys_customer_id_idx"), "account_passkeys", ["customer_id"], unique=False
    )
    op.create_table(
        "account_passwords",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("account_passwords_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("account_passwords_pkey")),
    )
    op.create_table(
        "account_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sales_channel", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["api_clients.id"], name=op.f("account_sessions_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("account_sessions_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_sessions_pkey")),
    )
    op.create_index(
        op.f("account_sessions_customer_id_idx"), "account_sessions", ["customer_id"], unique=False
    )
    op.create_index(
        op.f("account_sessions_expires_at_idx"), "account_sessions", ["expires_at"], unique=False
    )
    op.create_table(
        "card_setups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("card_setups_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("card_setups_pkey")),
    )
    op.create_index(op.f("card_setups_created_at_idx"), "card_setups", ["created_at"], unique=False)
    op.create_index(
        op.f("card_setups_customer_id_idx"), "card_setups", ["customer_id"], unique=False
    )
    op.create_table(
        "cart_coupons",
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cart_id"], ["carts.id"], name=op.f("cart_coupons_cart_id_fkey")),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("cart_coupons_coupon_id_fkey")
        ),
        sa.PrimaryKeyConstraint("cart_id", "coupon_id", name=op.f("cart_coupons_pkey")),
    )
    op.create_table(
        "cart_lines",
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("cart_lines_quantity_check")),
        sa.ForeignKeyConstraint(["cart_id"], ["carts.id"], name=op.f("cart_lines_cart_id_fkey")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("cart_lines_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("cart_id", "variant_id", name=op.f("cart_lines_pkey")),
    )
    op.create_table(
        "customer_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('same_email', 'same_phone', 'same_loyalty_card', 'same_name_and_phone', 'same_name_and_postcode', 'confirmed')",
            name=op.f("customer_merges_reason_check"),
        ),
        sa.CheckConstraint("merged_id <> into_id", name=op.f("customer_merges_two_check")),
        sa.ForeignKeyConstraint(
            ["into_id"], ["customers.id"], name=op.f("customer_merges_into_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["customers.id"], name=op.f("customer_merges_merged_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["customer_merges.id"], name=op.f("customer_merges_undoes_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_merges_pkey")),
        sa.UniqueConstraint("undoes_id", name=op.f("customer_merges_undoes_id_key")),
    )
    op.create_index(
        op.f("customer_merges_into_id_idx"), "customer_merges", ["into_id"], unique=False
    )
    op.create_index("customer_merges_merged_idx", "customer_merges", ["merged_id"], unique=False)
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
    op.create_index(
        op.f("customer_notes_customer_id_idx"), "customer_notes", ["customer_id"], unique=False
    )
    op.create_table(
        "document_buyers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("vat_number", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("document_buyers_document_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_buyers_pkey")),
        sa.UniqueConstraint("document_id", name=op.f("document_buyers_document_id_key")),
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('email', 'phone', 'loyalty_card', 'app_device', 'provider_customer', 'social')",
            name=op.f("identities_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("identities_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("identities_pkey")),
    )
    op.create_index(op.f("identities_customer_id_idx"), "identities", ["customer_id"], unique=False)
    op.create_index(
        "identities_provider_customer_idx",
        "identities",
        ["customer_id"],
        unique=True,
        postgresql_where="kind = 'provider_customer' AND ended_at IS NULL",
    )
    op.create_index(
        "identities_value_idx",
        "identities",
        ["kind", "value"],
        unique=False,
        postgresql_where="ended_at IS NULL",
    )
    op.create_index(
        "identities_verified_idx",
        "identities",
        ["kind", "value"],
        unique=True,
        postgresql_where="verified_at IS NOT NULL AND ended_at IS NULL",
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("contact_channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("template_version", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "contact_channel IN ('email', 'sms', 'chat', 'whatsapp', 'messenger', 'telegram', 'phone', 'push', 'in_store')",
            name=op.f("messages_contact_channel_check"),
        ),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("messages_direction_check")),
        sa.CheckConstraint(
            "status IN ('queued', 'sent', 'failed', 'superseded')",
            name=op.f("messages_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("messages_thread_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("messages_pkey")),
        sa.UniqueConstraint(
            "contact_channel", "external_id", name=op.f("messages_contact_channel_external_id_key")
        ),
        sa.UniqueConstraint(
            "event_id",
            "template",
            "contact_channel",
            name=op.f("messages_event_id_template_contact_channel_key"),
        ),
    )
    op.create_index("messages_thread_idx", "messages", ["thread_id"], unique=False)
    op.create_index(
        "messages_with_body_idx",
        "messages",
        ["created_at"],
        unique=False,
        postgresql_where="body <> ''",
    )
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("fulfilment_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("'item'"), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("tax_category", sa.Text(), nullable=True),
        sa.Column("tax_rate", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column(
            "taxes",
            postgresql.JSONB(astext_type=Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('item', 'fee', 'manual')", name=op.f("order_lines_kind_check")
        ),
        sa.CheckConstraint(
            "fulfilment_id IS NULL OR variant_id IS NOT NULL", name=op.f("order_lines_goods_check")
        ),
        sa.CheckConstraint("net + tax = total", name=op.f("order_lines_sums_check")),
        sa.CheckConstraint(
            "quantity > 0 AND cancelled BETWEEN 0 AND quantity",
            name=op.f("order_lines_quantity_check"),
        ),
        sa.ForeignKeyConstraint(
            ["fulfilment_id"], ["fulfilments.id"], name=op.f("order_lines_fulfilment_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("order_lines_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("order_lines_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_lines_pkey")),
    )
    op.create_index("order_lines_order_idx", "order_lines", ["order_id", "position"], unique=True)
    op.create_table(
        "preferences",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('channel', 'category')", name=op.f("preferences_kind_check")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("preferences_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("customer_id", "kind", "value", name=op.f("preferences_pkey")),
    )
    op.create_table(
        "prices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("min_quantity", sa.Integer(), server_default="1", nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("compare_at", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "starts_at < '2100-01-01 00:00:00+00'", name=op.f("prices_starts_at_check")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("prices_amount_check")),
        sa.CheckConstraint("compare_at > amount", name=op.f("prices_compare_at_check")),
        sa.CheckConstraint(
            "list_id IS NOT NULL OR min_quantity > 1 OR amount IS NOT NULL",
            name=op.f("prices_ending_check"),
        ),
        sa.CheckConstraint("min_quantity >= 1", name=op.f("prices_min_quantity_check")),
        sa.ForeignKeyConstraint(["list_id"], ["price_lists.id"], name=op.f("prices_list_id_fkey")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("prices_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("prices_pkey")),
    )
    op.create_index(
        "prices_in_force_idx",
        "prices",
        ["variant_id", "currency", "min_quantity", "starts_at"],
        unique=True,
        postgresql_where="list_id IS NULL",
    )
    op.create_index(
        "prices_of_list_idx",
        "prices",
        ["list_id", "variant_id", "min_quantity", "starts_at"],
        unique=True,
        postgresql_where="list_id IS NOT NULL",
    )
    op.create_table(
        "saved_cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("last4", sa.Text(), nullable=False),
        sa.Column("exp_month", sa.Integer(), nullable=True),
        sa.Column("exp_year", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (exp_month IS NOT NULL)", name=op.f("saved_cards_expiry_check")
        ),
        sa.CheckConstraint(
            "detached_at IS NULL OR removed_at IS NOT NULL", name=op.f("saved_cards_detached_check")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("saved_cards_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("saved_cards_pkey")),
        sa.UniqueConstraint("provider_id", name=op.f("saved_cards_provider_id_key")),
    )
    op.create_index(
        op.f("saved_cards_customer_id_idx"), "saved_cards", ["customer_id"], unique=False
    )
    op.create_index(
        "saved_cards_to_detach_idx",
        "saved_cards",
        ["removed_at"],
        unique=False,
        postgresql_where="removed_at IS NOT NULL AND detached_at IS NULL",
    )
    op.create_table(
        "shifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("opening_float", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (counted IS NULL) = (expected IS NULL)",
            name=op.f("shifts_closed_check"),
        ),
        sa.CheckConstraint(
            "opening_float >= 0 AND counted >= 0", name=op.f("shifts_amounts_check")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("shifts_device_id_fkey")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("shifts_location_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("shifts_pkey")),
    )
    op.create_index("shifts_location_idx", "shifts", ["location_id", "opened_at"], unique=False)
    op.create_index(
        "shifts_open_idx",
        "shifts",
        ["device_id"],
        unique=True,
        postgresql_where="closed_at IS NULL",
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("staff_sessions_device_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("staff_sessions_staff_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_sessions_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("staff_sessions_token_hash_key")),
    )
    op.create_index(
        op.f("staff_sessions_expires_at_idx"), "staff_sessions", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("staff_sessions_staff_id_idx"), "staff_sessions", ["staff_id"], unique=False
    )
    op.create_table(
        "store_credit_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("store_credit_codes_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("store_credit_codes_pkey")),
        sa.UniqueConstraint("code_hash", name=op.f("store_credit_codes_code_hash_key")),
    )
    op.create_index(
        op.f("store_credit_codes_customer_id_idx"),
        "store_credit_codes",
        ["customer_id"],
        unique=False,
    )
    op.create_index(
        "store_credit_codes_expires_idx", "store_credit_codes", ["expires_at"], unique=False
    )
    op.create_table(
        "stored_value_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("last4", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("block_reason", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'gift_card') = (code_hash IS NOT NULL)",
            name=op.f("stored_value_accounts_gift_card_check"),
        ),
        sa.CheckConstraint(
            "(kind = 'store_credit') = (customer_id IS NOT NULL)",
            name=op.f("stored_value_accounts_store_credit_check"),
        ),
        sa.CheckConstraint(
            "block_reason IS NULL OR block_reason IN ('merchant', 'unpaid', 'disputed', 'written_off', 'refunded')",
            name=op.f("stored_value_accounts_block_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('gift_card', 'store_credit')", name=op.f("stored_value_accounts_kind_check")
        ),
        sa.CheckConstraint("balance >= 0", name=op.f("stored_value_accounts_balance_check")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("stored_value_accounts_customer_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("stored_value_accounts_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("stored_value_accounts_pkey")),
        sa.UniqueConstraint("code_hash", name=op.f("stored_value_accounts_code_hash_key")),
    )
    op.create_index(
        "stored_value_accounts_credit_idx",
        "stored_value_accounts",
        ["customer_id", "currency"],
        unique=True,
        postgresql_where="kind = 'store_credit'",
    )
    op.create_index(
        "stored_value_accounts_expiry_idx",
        "stored_value_accounts",
        ["expires_at"],
        unique=False,
        postgresql_where="balance > 0 AND expires_at IS NOT NULL",
    )
    op.create_index(
        "stored_value_accounts_last4_idx",
        "stored_value_accounts",
        ["last4"],
        unique=False,
        postgresql_where="last4 IS NOT NULL",
    )
    op.create_index(
        "stored_value_accounts_order_idx",
        "stored_value_accounts",
        ["order_id"],
        unique=False,
        postgresql_where="order_id IS NOT NULL",
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("fulfilment_id", sa.Uuid(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('pick', 'hand_over', 'restock', 'count', 'shortfall', 'payment_review')",
            name=op.f("tasks_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["fulfilment_id"], ["fulfilments.id"], name=op.f("tasks_fulfilment_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("tasks_location_id_fkey")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("tasks_order_id_fkey")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("tasks_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("tasks_pkey")),
    )
    op.create_index(
        "tasks_customer_idx",
        "tasks",
        ["customer_id"],
        unique=False,
        postgresql_where="customer_id IS NOT NULL",
    )
    op.create_index(
        "tasks_one_open_idx",
        "tasks",
        ["fulfilment_id", "kind"],
        unique=True,
        postgresql_where="finished_at IS NULL AND kind IN ('pick','hand_over','restock','payment_review')",
    )
    op.create_index(
        "tasks_open_idx",
        "tasks",
        ["location_id", "due_at", "id"],
        unique=False,
        postgresql_where="finished_at IS NULL",
    )
    op.create_index("tasks_order_idx", "tasks", ["order_id"], unique=False)
    op.create_table(
        "wishlist_items",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("wishlist_items_customer_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("wishlist_items_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("customer_id", "variant_id", name=op.f("wishlist_items_pkey")),
    )
    op.create_table(
        "drawer_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("drawer_entries_amount_check")),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shifts.id"], name=op.f("drawer_entries_shift_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("drawer_entries_pkey")),
    )
    op.create_index("drawer_entries_shift_idx", "drawer_entries", ["shift_id"], unique=False)
    op.create_table(
        "payment_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("page_id", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("provider_customer_id", sa.Text(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("saves_card", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(flow = 'page' AND card_id IS NULL) = (expires_at IS NOT NULL)",
            name=op.f("payment_sessions_expires_check"),
        ),
        sa.CheckConstraint(
            "(flow = 'reader') = (reader IS NOT NULL)", name=op.f("payment_sessions_reader_check")
        ),
        sa.CheckConstraint(
            "(status = 'open') = (ended_at IS NULL)", name=op.f("payment_sessions_ended_check")
        ),
        sa.CheckConstraint(
            "card_id IS NULL OR (flow <> 'reader' AND provider_customer_id IS NOT NULL AND NOT saves_card)",
            name=op.f("payment_sessions_card_check"),
        ),
        sa.CheckConstraint(
            "flow IN ('page', 'app', 'reader')", name=op.f("payment_sessions_flow_check")
        ),
        sa.CheckConstraint(
            "status <> 'failed' OR failure_code IS NOT NULL",
            name=op.f("payment_sessions_failure_check"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'expired', 'cancelled', 'failed', 'completed')",
            name=op.f("payment_sessions_status_check"),
        ),
        sa.CheckConstraint(
            "url IS NULL OR (status = 'open' AND page_id IS NOT NULL)",
            name=op.f("payment_sessions_url_check"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("payment_sessions_amount_check")),
        sa.ForeignKeyConstraint(
            ["card_id"], ["saved_cards.id"], name=op.f("payment_sessions_card_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("payment_sessions_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_sessions_pkey")),
        sa.UniqueConstraint("page_id", name=op.f("payment_sessions_page_id_key")),
        sa.UniqueConstraint("provider_id", name=op.f("payment_sessions_provider_id_key")),
    )
    op.create_index(
        "payment_sessions_created_idx", "payment_sessions", ["created_at"], unique=False
    )
    op.create_index(
        "payment_sessions_one_open_idx",
        "payment_sessions",
        ["order_id"],
        unique=True,
        postgresql_where="status = 'open'",
    )
    op.create_index(
        "payment_sessions_open_idx",
        "payment_sessions",
        ["created_at"],
        unique=False,
        postgresql_where="status = 'open'",
    )
    op.create_index("payment_sessions_order_idx", "payment_sessions", ["order_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("authorised", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunding", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("charged_back", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tendered", sa.BigInteger(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("capture_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stored_value_account_id", sa.Uuid(), nullable=True),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "method IN ('cash', 'card', 'gift_card', 'store_credit')",
            name=op.f("payments_method_check"),
        ),
        sa.CheckConstraint(
            "status IN ('authorised', 'captured', 'voided')", name=op.f("payments_status_check")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("payments_amount_check")),
        sa.CheckConstraint("authorised > 0", name=op.f("payments_money_check")),
        sa.CheckConstraint(
            "captured BETWEEN 0 AND authorised AND refunded >= 0 AND refunding >= 0 AND charged_back >= 0",
            name=op.f("payments_sums_check"),
        ),
        sa.CheckConstraint(
            "tendered IS NULL OR tendered > 0", name=op.f("payments_tendered_check")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("payments_order_id_fkey")),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("payments_shift_id_fkey")),
        sa.ForeignKeyConstraint(
            ["stored_value_account_id"],
            ["stored_value_accounts.id"],
            name=op.f("payments_stored_value_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payments_pkey")),
        sa.UniqueConstraint("provider_id", name=op.f("payments_provider_id_key")),
    )
    op.create_index(
        "payments_expiring_idx",
        "payments",
        ["capture_before"],
        unique=False,
        postgresql_where="status = 'authorised' AND capture_before IS NOT NULL",
    )
    op.create_index("payments_order_idx", "payments", ["order_id"], unique=False)
    op.create_table(
        "reservations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("picked", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'live' OR quantity > 0", name=op.f("reservations_live_check")
        ),
        sa.CheckConstraint(
            "status IN ('live', 'consumed', 'released')", name=op.f("reservations_status_check")
        ),
        sa.CheckConstraint(
            "picked = 0 OR expires_at IS NULL", name=op.f("reservations_picked_never_expires_check")
        ),
        sa.CheckConstraint(
            "quantity >= 0 AND picked BETWEEN 0 AND quantity",
            name=op.f("reservations_quantity_check"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("reservations_line_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("reservations_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("reservations_pkey")),
    )
    op.create_index(
        "reservations_expiry_idx",
        "reservations",
        ["expires_at"],
        unique=False,
        postgresql_where="status = 'live' AND expires_at IS NOT NULL",
    )
    op.create_index("reservations_order_idx", "reservations", ["order_id"], unique=False)
    op.create_index(
        "reservations_stock_idx",
        "reservations",
        ["location_id", "variant_id"],
        unique=False,
        postgresql_where="status = 'live'",
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answering_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'under_review', 'lost', 'won')", name=op.f("disputes_status_check")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("disputes_amount_check")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("disputes_order_id_fkey")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("disputes_payment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("disputes_pkey")),
        sa.UniqueConstraint("provider_id", name=op.f("disputes_provider_id_key")),
    )
    op.create_index(
        "disputes_answering_idx",
        "disputes",
        ["answering_at"],
        unique=False,
        postgresql_where="answering_at IS NOT NULL AND answered_at IS NULL",
    )
    op.create_index(
        "disputes_open_idx",
        "disputes",
        ["evidence_due_by"],
        unique=False,
        postgresql_where="status = 'open'",
    )
    op.create_index("disputes_payment_idx", "disputes", ["payment_id"], unique=False)
    op.create_table(
        "payment_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'refund') = (refund_id IS NOT NULL)",
            name=op.f("payment_attempts_refund_check"),
        ),
        sa.CheckConstraint(
            "(session_id IS NOT NULL) = (kind IN ('page', 'intent', 'reader', 'card', 'close'))",
            name=op.f("payment_attempts_kind_subject_check"),
        ),
        sa.CheckConstraint(
            "(status IN ('done', 'failed')) = (completed_at IS NOT NULL)",
            name=op.f("payment_attempts_completed_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('page', 'intent', 'reader', 'card', 'close', 'void', 'capture', 'refund')",
            name=op.f("payment_attempts_kind_check"),
        ),
        sa.CheckConstraint(
            "status IN ('live', 'unknown', 'done', 'failed')",
            name=op.f("payment_attempts_status_check"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(session_id, payment_id) = 1", name=op.f("payment_attempts_subject_check")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("payment_attempts_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("payment_attempts_payment_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("payment_attempts_refund_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["payment_sessions.id"], name=op.f("payment_attempts_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_attempts_pkey")),
    )
    op.create_index("payment_attempts_order_idx", "payment_attempts", ["order_id"], unique=False)
    op.create_index(
        "payment_attempts_payment_idx", "payment_attempts", ["payment_id"], unique=False
    )
    op.create_index(
        "payment_attempts_payment_live_idx",
        "payment_attempts",
        ["payment_id", "kind"],
        unique=True,
        postgresql_where="status IN ('live', 'unknown') AND kind <> 'refund'",
    )
    op.create_index(
        "payment_attempts_session_idx", "payment_attempts", ["session_id"], unique=False
    )
    op.create_index(
        "payment_attempts_session_live_idx",
        "payment_attempts",
        ["session_id", "kind"],
        unique=True,
        postgresql_where="status IN ('live', 'unknown')",
    )
    op.create_index(
        "payment_attempts_waiting_idx",
        "payment_attempts",
        ["last_called_at"],
        unique=False,
        postgresql_where="status IN ('live', 'unknown')",
    )
    op.create_table(
        "payment_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rounding", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("provider_reference", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.Column("refund_method", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('authorise', 'capture', 'void', 'refund', 'refund_reversed', 'chargeback', 'chargeback_reversed', 'fee')",
            name=op.f("payment_events_kind_check"),
        ),
        sa.CheckConstraint(
            "refund_method IS NULL OR kind = 'refund' AND refund_method IN ('cash', 'store_credit', 'bank')",
            name=op.f("payment_events_refund_method_check"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("payment_events_amount_check")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("payment_events_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("payment_events_payment_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("payment_events_refund_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shifts.id"], name=op.f("payment_events_shift_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_events_pkey")),
        sa.UniqueConstraint(
            "payment_id",
            "kind",
            "provider_reference",
            name=op.f("payment_events_payment_id_kind_provider_reference_key"),
        ),
    )
    op.create_index("payment_events_occurred_idx", "payment_events", ["occurred_at"], unique=False)
    op.create_index("payment_events_order_idx", "payment_events", ["order_id"], unique=False)
    op.create_index(
        "payment_events_refund_idx",
        "payment_events",
        ["refund_id"],
        unique=False,
        postgresql_where="refund_id IS NOT NULL",
    )
    op.create_table(
        "stored_value_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('issue', 'use', 'give_back', 'adjust', 'expire')",
            name=op.f("stored_value_entries_kind_check"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("stored_value_entries_amount_check")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["stored_value_accounts.id"],
            name=op.f("stored_value_entries_account_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("stored_value_entries_payment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("stored_value_entries_pkey")),
    )
    op.create_index(
        "stored_value_entries_account_idx", "stored_value_entries", ["account_id"], unique=False
    )
    op.create_index(
        "stored_value_entries_payment_idx",
        "stored_value_entries",
        ["payment_id"],
        unique=False,
        postgresql_where="payment_id IS NOT NULL",
    )


def _drop_tables() -> None:
    op.drop_index(
        "stored_value_entries_payment_idx",
        table_name="stored_value_entries",
        postgresql_where="payment_id IS NOT NULL",
    )
    op.drop_index("stored_value_entries_account_idx", table_name="stored_value_entries")
    op.drop_table("stored_value_entries")
    op.drop_index(
        "payment_events_refund_idx",
        table_name="payment_events",
        postgresql_where="refund_id IS NOT NULL",
    )
    op.drop_index("payment_events_order_idx", table_name="payment_events")
    op.drop_index("payment_events_occurred_idx", table_name="payment_events")
    op.drop_table("payment_events")
    op.drop_index(
        "payment_attempts_waiting_idx",
        table_name="payment_attempts",
        postgresql_where="status IN ('live', 'unknown')",
    )
    op.drop_index(
        "payment_attempts_session_live_idx",
        table_name="payment_attempts",
        postgresql_where="status IN ('live', 'unknown')",
    )
    op.drop_index("payment_attempts_session_idx", table_name="payment_attempts")
    op.drop_index(
        "payment_attempts_payment_live_idx",
        table_name="payment_attempts",
        postgresql_where="status IN ('live', 'unknown') AND kind <> 'refund'",
    )
    op.drop_index("payment_attempts_payment_idx", table_name="payment_attempts")
    op.drop_index("payment_attempts_order_idx", table_name="payment_attempts")
    op.drop_table("payment_attempts")
    op.drop_index("disputes_payment_idx", table_name="disputes")
    op.drop_index("disputes_open_idx", table_name="disputes", postgresql_where="status = 'open'")
    op.drop_index(
        "disputes_answering_idx",
        table_name="disputes",
        postgresql_where="answering_at IS NOT NULL AND answered_at IS NULL",
    )
    op.drop_table("disputes")
    op.drop_index(
        "reservations_stock_idx", table_name="reservations", postgresql_where="status = 'live'"
    )
    op.drop_index("reservations_order_idx", table_name="reservations")
    op.drop_index(
        "reservations_expiry_idx",
        table_name="reservations",
        postgresql_where="status = 'live' AND expires_at IS NOT NULL",
    )
    op.drop_table("reservations")
    op.drop_index("payments_order_idx", table_name="payments")
    op.drop_index(
        "payments_expiring_idx",
        table_name="payments",
        postgresql_where="status = 'authorised' AND capture_before IS NOT NULL",
    )
    op.drop_table("payments")
    op.drop_index("payment_sessions_order_idx", table_name="payment_sessions")
    op.drop_index(
        "payment_sessions_open_idx",
        table_name="payment_sessions",
        postgresql_where="status = 'open'",
    )
    op.drop_index(
        "payment_sessions_one_open_idx",
        table_name="payment_sessions",
        postgresql_where="status = 'open'",
    )
    op.drop_index("payment_sessions_created_idx", table_name="payment_sessions")
    op.drop_table("payment_sessions")
    op.drop_index("drawer_entries_shift_idx", table_name="drawer_entries")
    op.drop_table("drawer_entries")
    op.drop_table("wishlist_items")
    op.drop_index("tasks_order_idx", table_name="tasks")
    op.drop_index("tasks_open_idx", table_name="tasks", postgresql_where="finished_at IS NULL")
    op.drop_index(
        "tasks_one_open_idx",
        table_name="tasks",
        postgresql_where="finished_at IS NULL AND kind IN ('pick','hand_over','restock','payment_review')",
    )
    op.drop_index(
        "tasks_customer_idx", table_name="tasks", postgresql_where="customer_id IS NOT NULL"
    )
    op.drop_table("tasks")
    op.drop_index(
        "stored_value_accounts_order_idx",
        table_name="stored_value_accounts",
        postgresql_where="order_id IS NOT NULL",
    )
    op.drop_index(
        "stored_value_accounts_last4_idx",
        table_name="stored_value_accounts",
        postgresql_where="last4 IS NOT NULL",
    )
    op.drop_index(
        "stored_value_accounts_expiry_idx",
        table_name="stored_value_accounts",
        postgresql_where="balance > 0 AND expires_at IS NOT NULL",
    )
    op.drop_index(
        "stored_value_accounts_credit_idx",
        table_name="stored_value_accounts",
        postgresql_where="kind = 'store_credit'",
    )
    op.drop_table("stored_value_accounts")
    op.drop_index("store_credit_codes_expires_idx", table_name="store_credit_codes")
    op.drop_index(op.f("store_credit_codes_customer_id_idx"), table_name="store_credit_codes")
    op.drop_table("store_credit_codes")
    op.drop_index(op.f("staff_sessions_staff_id_idx"), table_name="staff_sessions")
    op.drop_index(op.f("staff_sessions_expires_at_idx"), table_name="staff_sessions")
    op.drop_table("staff_sessions")
    op.drop_index("shifts_open_idx", table_name="shifts", postgresql_where="closed_at IS NULL")
    op.drop_index("shifts_location_idx", table_name="shifts")
    op.drop_table("shifts")
    op.drop_index(
        "saved_cards_to_detach_idx",
        table_name="saved_cards",
        postgresql_where="removed_at IS NOT NULL AND detached_at IS NULL",
    )
    op.drop_index(op.f("saved_cards_customer_id_idx"), table_name="saved_cards")
    op.drop_table("saved_cards")
    op.drop_index("prices_of_list_idx", table_name="prices", postgresql_where="list_id IS NOT NULL")
    op.drop_index("prices_in_force_idx", table_name="prices", postgresql_where="list_id IS NULL")
    op.drop_table("prices")
    op.drop_table("preferences")
    op.drop_index("order_lines_order_idx", table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_index("messages_with_body_idx", table_name="messages", postgresql_where="body <> ''")
    op.drop_index("messages_thread_idx", table_name="messages")
    op.drop_table("messages")
    op.drop_index(
        "identities_verified_idx",
        table_name="identities",
        postgresql_where="verified_at IS NOT NULL AND ended_at IS NULL",
    )
    op.drop_index(
        "identities_value_idx", table_name="identities", postgresql_where="ended_at IS NULL"
    )
    op.drop_index(
        "identities_provider_customer_idx",
        table_name="identities",
        postgresql_where="kind = 'provider_customer' AND ended_at IS NULL",
    )
    op.drop_index(op.f("identities_customer_id_idx"), table_name="identities")
    op.drop_table("identities")
    op.drop_table("document_buyers")
    op.drop_index(op.f("customer_notes_customer_id_idx"), table_name="customer_notes")
    op.drop_table("customer_notes")
    op.drop_index("customer_merges_merged_idx", table_name="customer_merges")
    op.drop_index(op.f("customer_merges_into_id_idx"), table_name="customer_merges")
    op.drop_table("customer_merges")
    op.drop_table("cart_lines")
    op.drop_table("cart_coupons")
    op.drop_index(op.f("card_setups_customer_id_idx"), table_name="card_setups")
    op.drop_index(op.f("card_setups_created_at_idx"), table_name="card_setups")
    op.drop_table("card_setups")
    op.drop_index(op.f("account_sessions_expires_at_idx"), table_name="account_sessions")
    op.drop_index(op.f("account_sessions_customer_id_idx"), table_name="account_sessions")
    op.drop_table("account_sessions")
    op.drop_table("account_passwords")
    op.drop_index(op.f("account_passkeys_customer_id_idx"), table_name="account_passkeys")
    op.drop_table("account_passkeys")
    op.drop_index(op.f("account_challenges_subject_idx"), table_name="account_challenges")
    op.drop_index(op.f("account_challenges_expires_at_idx"), table_name="account_challenges")
    op.drop_index(op.f("account_challenges_customer_id_idx"), table_name="account_challenges")
    op.drop_table("account_challenges")
    op.drop_table("variant_costs")
    op.drop_index("threads_contact_idx", table_name="threads")
    op.drop_table("threads")
    op.drop_index("stock_variant_idx", table_name="stock")
    op.drop_table("stock")
    op.drop_table("staff_roles")
    op.drop_index("refunds_order_idx", table_name="refunds")
    op.drop_table("refunds")
    op.drop_index("promotion_redemptions_promotion_idx", table_name="promotion_redemptions")
    op.drop_table("promotion_redemptions")
    op.drop_table("price_lists")
    op.drop_index("order_billing_created_idx", table_name="order_billing")
    op.drop_table("order_billing")
    op.drop_index(
        "fulfilments_remind_idx", table_name="fulfilments", postgresql_where="status = 'ready'"
    )
    op.drop_index("fulfilments_order_idx", table_name="fulfilments")
    op.drop_index(
        "fulfilments_open_idx",
        table_name="fulfilments",
        postgresql_where="status IN ('open','picking','ready')",
    )
    op.drop_table("fulfilments")
    op.drop_index("documents_order_idx", table_name="documents")
    op.drop_index(
        "documents_one_invoice_idx", table_name="documents", postgresql_where="kind = 'invoice'"
    )
    op.drop_index("documents_issued_idx", table_name="documents")
    op.drop_index("documents_entity_idx", table_name="documents")
    op.drop_table("documents")
    op.drop_table("devices")
    op.drop_index(op.f("customers_merged_into_id_idx"), table_name="customers")
    op.drop_index("customers_contact_idx", table_name="customers")
    op.drop_table("customers")
    op.drop_index(
        "carts_open_idx",
        table_name="carts",
        postgresql_where="customer_id IS NOT NULL AND order_id IS NULL AND merged_into_id IS NULL",
    )
    op.drop_index(
        "carts_merged_idx", table_name="carts", postgresql_where="merged_into_id IS NOT NULL"
    )
    op.drop_index("carts_idle_idx", table_name="carts", postgresql_where="order_id IS NULL")
    op.drop_index(
        "carts_contact_idx", table_name="carts", postgresql_where="contact_id IS NOT NULL"
    )
    op.drop_table("carts")
    op.drop_index("variants_product_idx", table_name="variants")
    op.drop_table("variants")
    op.drop_index(op.f("user_sessions_user_id_idx"), table_name="user_sessions")
    op.drop_index(op.f("user_sessions_expires_at_idx"), table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_table("promotion_customer_usage")
    op.drop_index("postal_addresses_postcode_idx", table_name="postal_addresses")
    op.drop_index(op.f("postal_addresses_contact_id_idx"), table_name="postal_addresses")
    op.drop_table("postal_addresses")
    op.drop_index("orders_unpaid_idx", table_name="orders", postgresql_where="status = 'unpaid'")
    op.drop_index(
        "orders_review_idx", table_name="orders", postgresql_where="review_reason IS NOT NULL"
    )
    op.drop_index(
        "orders_placed_idx", table_name="orders", postgresql_where="customer_id IS NOT NULL"
    )
    op.drop_index(
        "orders_pickup_person_idx",
        table_name="orders",
        postgresql_where="pickup_person_contact_id IS NOT NULL",
    )
    op.drop_index("orders_guest_idx", table_name="orders")
    op.drop_table("orders")
    op.drop_table("locations")
    op.drop_table("document_numbers")
    op.drop_index("coupons_promotion_idx", table_name="coupons")
    op.drop_table("coupons")
    op.drop_index("consents_contact_idx", table_name="consents")
    op.drop_table("consents")
    op.drop_index(
        "webhook_events_waiting_idx",
        table_name="webhook_events",
        postgresql_where="processed_at IS NULL",
    )
    op.drop_index(
        "webhook_events_processed_idx",
        table_name="webhook_events",
        postgresql_where="processed_at IS NOT NULL",
    )
    op.drop_table("webhook_events")
    op.drop_table("users")
    op.drop_index("tax_rates_in_force_idx", table_name="tax_rates")
    op.drop_table("tax_rates")
    op.drop_index(
        "suppressions_in_force_idx", table_name="suppressions", postgresql_where="lifted_at IS NULL"
    )
    op.drop_table("suppressions")
    op.drop_index("stock_movements_stock_idx", table_name="stock_movements")
    op.drop_table("stock_movements")
    op.drop_table("staff")
    op.drop_index("signed_quotes_expiry_idx", table_name="signed_quotes")
    op.drop_table("signed_quotes")
    op.drop_index(
        "shortfalls_open_idx", table_name="shortfalls", postgresql_where="resolved_at IS NULL"
    )
    op.drop_table("shortfalls")
    op.drop_index(op.f("rate_limits_subject_idx"), table_name="rate_limits")
    op.drop_index(op.f("rate_limits_resets_at_idx"), table_name="rate_limits")
    op.drop_table("rate_limits")
    op.drop_table("promotions")
    op.drop_index("products_search_idx", table_name="products", postgresql_using="gin")
    op.drop_index(
        "products_listing_idx", table_name="products", postgresql_where="status = 'active'"
    )
    op.drop_index(
        "products_category_idx", table_name="products", postgresql_where="status = 'active'"
    )
    op.drop_table("products")
    op.drop_table("pricing_version")
    op.drop_table("markets")
    op.drop_table("legal_entities")
    op.drop_index(op.f("idempotency_keys_created_at_idx"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("events_transaction_idx", table_name="events")
    op.drop_index("events_order_idx", table_name="events")
    op.drop_index("events_kind_idx", table_name="events")
    op.drop_index(
        "events_customer_idx",
        table_name="events",
        postgresql_where="customer_id IS NOT NULL AND order_id IS NULL",
    )
    op.drop_index(
        "events_approved_idx", table_name="events", postgresql_where="approved_by IS NOT NULL"
    )
    op.drop_index("events_actor_idx", table_name="events", postgresql_where="actor_id IS NOT NULL")
    op.drop_table("events")
    op.drop_table("event_seals")
    op.drop_table("erasures")
    op.drop_index(
        "contacts_reachable_idx",
        table_name="contacts",
        postgresql_where="email IS NOT NULL OR phone IS NOT NULL",
    )
    op.drop_index("contacts_number_idx", table_name="contacts")
    op.drop_index("contacts_named_idx", table_name="contacts", postgresql_where="name IS NOT NULL")
    op.drop_index("contacts_email_idx", table_name="contacts")
    op.drop_table("contacts")
    op.drop_table("api_clients")

"""The tables of the first order: catalogue, stock, carts, orders, money, tasks, letters, events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import app.core.events

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("sales_channel", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=True),
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
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("contacts_pkey")),
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
        sa.Column("sales_channel", sa.Text(), nullable=True),
        sa.Column("contact_channel", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column(
            "transaction_id",
            app.core.events.TransactionId(),
            server_default=sa.text("pg_current_xact_id()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("events_pkey")),
    )
    op.create_index("events_order_idx", "events", ["order_id", "occurred_at"], unique=False)
    op.create_index("events_transaction_idx", "events", ["transaction_id"], unique=False)
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
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("hours", postgresql.JSONB(), nullable=False),
        sa.Column("holidays", postgresql.JSONB(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("locations_pkey")),
        sa.UniqueConstraint("code", name=op.f("locations_code_key")),
        sa.UniqueConstraint("name", name=op.f("locations_name_key")),
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
        "seal",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "sealed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("seal_pkey")),
        sa.UniqueConstraint("row_id", name=op.f("seal_row_id_key")),
    )
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
        "stored_answers",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "route", "key", name=op.f("stored_answers_pkey")),
    )
    op.create_index(
        op.f("stored_answers_created_at_idx"), "stored_answers", ["created_at"], unique=False
    )
    op.create_table(
        "carts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sales_channel", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "method <> 'pickup' OR location_id IS NOT NULL",
            name=op.f("carts_pickup_location_check"),
        ),
        sa.CheckConstraint(
            "method IS NULL OR method IN ('pickup')", name=op.f("carts_method_check")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["api_clients.id"], name=op.f("carts_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("carts_location_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("carts_pkey")),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("devices_location_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("devices_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("devices_token_hash_key")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("quote", postgresql.JSONB(), nullable=False),
        sa.Column("quote_hash", sa.Text(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("proxy_contact_id", sa.Uuid(), nullable=True),
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
        sa.CheckConstraint(
            "state IN ('placed', 'picking', 'ready', 'expired', 'collected', 'cancelled')",
            name=op.f("orders_state_check"),
        ),
        sa.CheckConstraint(
            "cancelled BETWEEN 0 AND total AND added >= 0 AND paid >= 0",
            name=op.f("orders_money_check"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["api_clients.id"], name=op.f("orders_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("orders_contact_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["proxy_contact_id"], ["contacts.id"], name=op.f("orders_proxy_contact_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("orders_pkey")),
        sa.UniqueConstraint("number", name=op.f("orders_number_key")),
    )
    op.create_table(
        "variants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("variants_product_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("variants_pkey")),
        sa.UniqueConstraint("barcode", name=op.f("variants_barcode_key")),
        sa.UniqueConstraint("sku", name=op.f("variants_sku_key")),
    )
    op.create_index("variants_product_idx", "variants", ["product_id", "position"], unique=False)
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
        "fulfilments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collect_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("collected_device_id", sa.Uuid(), nullable=True),
        sa.Column("received_by_contact_id", sa.Uuid(), nullable=True),
        sa.Column("put_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_number", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("code_tries_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries_total", sa.Integer(), nullable=False),
        sa.CheckConstraint("method IN ('pickup')", name=op.f("fulfilments_method_check")),
        sa.CheckConstraint(
            "state IN ('open', 'picking', 'ready', 'expired', 'collected', 'cancelled')",
            name=op.f("fulfilments_state_check"),
        ),
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
        postgresql_where="state IN ('open','picking','ready')",
    )
    op.create_index("fulfilments_order_idx", "fulfilments", ["order_id"], unique=False)
    op.create_index(
        "fulfilments_remind_idx",
        "fulfilments",
        ["remind_at"],
        unique=False,
        postgresql_where="state = 'ready'",
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tendered", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("method IN ('cash')", name=op.f("payments_method_check")),
        sa.CheckConstraint("amount > 0", name=op.f("payments_amount_check")),
        sa.CheckConstraint(
            "tendered IS NULL OR tendered >= amount", name=op.f("payments_tendered_check")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("payments_order_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("payments_pkey")),
    )
    op.create_index("payments_order_idx", "payments", ["order_id"], unique=False)
    op.create_table(
        "prices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("prices_amount_check")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("prices_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("prices_pkey")),
    )
    op.create_index(
        "prices_in_force_idx", "prices", ["variant_id", "currency", "starts_at"], unique=True
    )
    op.create_table(
        "stock",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("safety", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= greatest(on_hand, 0)", name=op.f("stock_reserved_check")
        ),
        sa.CheckConstraint("safety >= 0", name=op.f("stock_safety_check")),
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
            "status IN ('queued', 'sent', 'failed')", name=op.f("messages_status_check")
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
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("fulfilment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
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
        "payment_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('capture', 'refund')", name=op.f("payment_events_kind_check")),
        sa.CheckConstraint("amount > 0", name=op.f("payment_events_amount_check")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("payment_events_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("payment_events_payment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_events_pkey")),
    )
    op.create_index("payment_events_order_idx", "payment_events", ["order_id"], unique=False)
    op.create_index("payment_events_payment_idx", "payment_events", ["payment_id"], unique=False)
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
            "kind IN ('pick', 'hand_over', 'put_back', 'count', 'shortfall')",
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
        "tasks_one_open_idx",
        "tasks",
        ["fulfilment_id", "kind"],
        unique=True,
        postgresql_where="finished_at IS NULL AND kind IN ('pick','hand_over','put_back')",
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
        "reservations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("picked", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'live' OR quantity > 0", name=op.f("reservations_live_check")),
        sa.CheckConstraint(
            "state IN ('live', 'consumed', 'released')", name=op.f("reservations_state_check")
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
        postgresql_where="state = 'live' AND expires_at IS NOT NULL",
    )
    op.create_index("reservations_order_idx", "reservations", ["order_id"], unique=False)
    op.create_index(
        "reservations_stock_idx",
        "reservations",
        ["location_id", "variant_id"],
        unique=False,
        postgresql_where="state = 'live'",
    )


def downgrade() -> None:
    op.drop_index(
        "reservations_stock_idx", table_name="reservations", postgresql_where="state = 'live'"
    )
    op.drop_index("reservations_order_idx", table_name="reservations")
    op.drop_index(
        "reservations_expiry_idx",
        table_name="reservations",
        postgresql_where="state = 'live' AND expires_at IS NOT NULL",
    )
    op.drop_table("reservations")
    op.drop_index("tasks_order_idx", table_name="tasks")
    op.drop_index("tasks_open_idx", table_name="tasks", postgresql_where="finished_at IS NULL")
    op.drop_index(
        "tasks_one_open_idx",
        table_name="tasks",
        postgresql_where="finished_at IS NULL AND kind IN ('pick','hand_over','put_back')",
    )
    op.drop_table("tasks")
    op.drop_index("payment_events_payment_idx", table_name="payment_events")
    op.drop_index("payment_events_order_idx", table_name="payment_events")
    op.drop_table("payment_events")
    op.drop_index("order_lines_order_idx", table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_index("messages_thread_idx", table_name="messages")
    op.drop_table("messages")
    op.drop_table("variant_costs")
    op.drop_table("threads")
    op.drop_index("stock_variant_idx", table_name="stock")
    op.drop_table("stock")
    op.drop_index("prices_in_force_idx", table_name="prices")
    op.drop_table("prices")
    op.drop_index("payments_order_idx", table_name="payments")
    op.drop_table("payments")
    op.drop_index(
        "fulfilments_remind_idx", table_name="fulfilments", postgresql_where="state = 'ready'"
    )
    op.drop_index("fulfilments_order_idx", table_name="fulfilments")
    op.drop_index(
        "fulfilments_open_idx",
        table_name="fulfilments",
        postgresql_where="state IN ('open','picking','ready')",
    )
    op.drop_table("fulfilments")
    op.drop_table("cart_lines")
    op.drop_index("variants_product_idx", table_name="variants")
    op.drop_table("variants")
    op.drop_table("orders")
    op.drop_table("devices")
    op.drop_table("carts")
    op.drop_index(op.f("stored_answers_created_at_idx"), table_name="stored_answers")
    op.drop_table("stored_answers")
    op.drop_index("stock_movements_stock_idx", table_name="stock_movements")
    op.drop_table("stock_movements")
    op.drop_index(
        "shortfalls_open_idx", table_name="shortfalls", postgresql_where="resolved_at IS NULL"
    )
    op.drop_table("shortfalls")
    op.drop_table("seal")
    op.drop_index("products_search_idx", table_name="products", postgresql_using="gin")
    op.drop_index(
        "products_listing_idx", table_name="products", postgresql_where="status = 'active'"
    )
    op.drop_index(
        "products_category_idx", table_name="products", postgresql_where="status = 'active'"
    )
    op.drop_table("products")
    op.drop_table("locations")
    op.drop_index("events_transaction_idx", table_name="events")
    op.drop_index("events_order_idx", table_name="events")
    op.drop_table("events")
    op.drop_table("contacts")
    op.drop_table("api_clients")

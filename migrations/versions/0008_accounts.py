"""Accounts: passwords, codes, passkeys, sessions, wishes, preferences; carts that are merged."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    op.create_table(
        "account_challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=True),
        sa.Column("digits", sa.Integer(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IS NULL OR kind IN ('email', 'phone')", name=op.f("account_challenges_kind_check")
        ),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'reset', 'add_address', 'add_passkey', 'use_passkey')",
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
        "wishes",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("wishes_customer_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("wishes_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("customer_id", "variant_id", name=op.f("wishes_pkey")),
    )
    op.add_column("carts", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_index(
        "carts_open_idx",
        "carts",
        ["customer_id", "currency"],
        unique=True,
        postgresql_where="customer_id IS NOT NULL AND order_id IS NULL AND merged_into_id IS NULL",
    )
    op.create_index(
        "carts_guests_idx",
        "carts",
        ["created_at"],
        unique=False,
        postgresql_where="customer_id IS NULL AND order_id IS NULL",
    )
    op.create_index(
        "contacts_number_idx",
        "contacts",
        [sa.literal_column("regexp_replace(phone, '[^0-9+]', '', 'g')")],
        unique=False,
    )
    op.create_index(
        op.f("customers_merged_into_id_idx"), "customers", ["merged_into_id"], unique=False
    )
    op.create_index("orders_guest_idx", "orders", ["contact_id"], unique=False)
    op.create_index(
        "orders_placed_idx",
        "orders",
        ["customer_id", "placed_at"],
        unique=False,
        postgresql_where="customer_id IS NOT NULL",
    )
    op.create_index(op.f("budgets_renews_at_idx"), "budgets", ["renews_at"], unique=False)


def downgrade() -> None:
    op.drop_index("budgets_renews_at_idx", table_name="budgets")
    op.drop_index("orders_placed_idx", table_name="orders")
    op.drop_index("orders_guest_idx", table_name="orders")
    op.drop_index("customers_merged_into_id_idx", table_name="customers")
    op.drop_index("contacts_number_idx", table_name="contacts")
    op.drop_index("carts_guests_idx", table_name="carts")
    op.drop_index("carts_open_idx", table_name="carts")
    op.drop_column("carts", "merged_into_id")
    for table in (
        "wishes", "preferences", "account_sessions", "account_passwords", "account_passkeys",
        "account_challenges", "postal_addresses",
    ):  # fmt: skip
        op.drop_table(table)

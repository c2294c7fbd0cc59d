"""Customers with what they are known by; budgets of tries."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("renews_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "subject", name=op.f("budgets_pkey")),
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("customer_group", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("favourite_location_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
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
    op.create_table(
        "identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
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


def downgrade() -> None:
    for table in ("identities", "customers", "budgets"):
        op.drop_table(table)

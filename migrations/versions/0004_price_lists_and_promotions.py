"""Price lists, tiers and reductions; tax rates and markets; promotions and coupons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "markets",
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("tax_included", sa.Boolean(), nullable=False),
        sa.Column("tax_by", sa.Text(), nullable=False),
        sa.Column("rounding", sa.Text(), nullable=False),
        sa.Column("rounded", sa.Text(), nullable=False),
        sa.CheckConstraint("rounded IN ('tax', 'net')", name=op.f("markets_rounded_check")),
        sa.CheckConstraint(
            "rounding IN ('half_up', 'half_even')", name=op.f("markets_rounding_check")
        ),
        sa.CheckConstraint("tax_by IN ('line', 'unit')", name=op.f("markets_tax_by_check")),
        sa.PrimaryKeyConstraint("country", name=op.f("markets_pkey")),
    )
    op.create_table(
        "price_rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("price_rules_one_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("price_rules_pkey")),
    )
    op.create_table(
        "promotions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("gift_sku", sa.Text(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("uses_limit", sa.Integer(), nullable=True),
        sa.Column("per_person", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("per_person > 0", name=op.f("promotions_per_person_check")),
        sa.CheckConstraint("uses >= 0 AND uses <= uses_limit", name=op.f("promotions_uses_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("promotions_pkey")),
        sa.UniqueConstraint("code", name=op.f("promotions_code_key")),
    )
    op.create_table(
        "tax_rates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name=op.f("tax_rates_rate_check")),
        sa.CheckConstraint(
            "starts_at < '2100-01-01 00:00:00+00'", name=op.f("tax_rates_starts_at_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("tax_rates_pkey")),
    )
    op.create_index(
        "tax_rates_in_force_idx",
        "tax_rates",
        ["country", "region", "category", "starts_at"],
        unique=True,
    )
    op.create_table(
        "coupons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("uses_limit", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("uses >= 0 AND uses <= uses_limit", name=op.f("coupons_uses_check")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("coupons_promotion_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("coupons_pkey")),
        sa.UniqueConstraint("folded", name=op.f("coupons_folded_key")),
    )
    op.create_index("coupons_promotion_idx", "coupons", ["promotion_id"], unique=False)
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
        "signed_quotes",
        sa.Column("quote_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("promotions", postgresql.JSONB(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("quote_hash", "expires_at", name=op.f("signed_quotes_pkey")),
    )
    op.create_index("signed_quotes_expiry_idx", "signed_quotes", ["expires_at"])
    op.create_table(
        "promotion_people",
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.CheckConstraint("uses >= 0", name=op.f("promotion_people_uses_check")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("promotion_people_promotion_id_fkey")
        ),
        sa.PrimaryKeyConstraint("promotion_id", "person", name=op.f("promotion_people_pkey")),
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
        "promotion_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beyond_limit", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("promotion_uses_amount_check")),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("promotion_uses_coupon_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("promotion_uses_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("promotion_uses_promotion_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_uses_pkey")),
        sa.UniqueConstraint(
            "order_id", "promotion_id", name=op.f("promotion_uses_order_id_promotion_id_key")
        ),
    )
    op.create_index(
        "promotion_uses_promotion_idx", "promotion_uses", ["promotion_id"], unique=False
    )
    op.create_index("contacts_email_idx", "contacts", [sa.text("lower(email)")], unique=False)
    op.add_column("locations", sa.Column("region", sa.Text(), server_default="", nullable=False))
    # All orders until now were taxed at the United Kingdom's standard rate. The default stays until a later
    # migration: the release before goes on to place orders while this one is put in.
    op.add_column(
        "order_lines", sa.Column("tax_rate", sa.Integer(), server_default="2000", nullable=False)
    )
    op.add_column("prices", sa.Column("list_id", sa.Uuid(), nullable=True))
    op.add_column(
        "prices", sa.Column("min_quantity", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column("prices", sa.Column("compare_at", sa.BigInteger(), nullable=True))
    op.alter_column("prices", "amount", existing_type=sa.BIGINT(), nullable=True)
    op.drop_index("prices_in_force_idx", table_name="prices")
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
    op.create_foreign_key(op.f("prices_list_id_fkey"), "prices", "price_lists", ["list_id"], ["id"])
    op.add_column(
        "variants", sa.Column("tax_category", sa.Text(), server_default="standard", nullable=False)
    )
    op.create_check_constraint(op.f("prices_compare_at_check"), "prices", "compare_at > amount")
    op.create_check_constraint(op.f("prices_min_quantity_check"), "prices", "min_quantity >= 1")
    op.create_check_constraint(
        op.f("prices_starts_at_check"), "prices", "starts_at < '2100-01-01 00:00:00+00'"
    )
    op.create_check_constraint(
        op.f("prices_ending_check"),
        "prices",
        "list_id IS NOT NULL OR min_quantity > 1 OR amount IS NOT NULL",
    )
    op.execute(
        "CREATE TRIGGER tax_rates_append_only BEFORE UPDATE OR DELETE ON tax_rates "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
    )
    op.execute(
        "CREATE TRIGGER tax_rates_no_truncate BEFORE TRUNCATE ON tax_rates "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
    )


def downgrade() -> None:
    """What only the new tables can say is lost: prices of lists and tiers, promotions and their uses."""
    op.execute("ALTER TABLE prices DISABLE TRIGGER prices_append_only")
    op.execute("DELETE FROM prices WHERE list_id IS NOT NULL OR min_quantity > 1")
    op.execute("ALTER TABLE prices ENABLE TRIGGER prices_append_only")
    op.drop_index("prices_of_list_idx", table_name="prices")
    op.drop_index("prices_in_force_idx", table_name="prices")
    for column in ("list_id", "min_quantity", "compare_at"):
        op.drop_column("prices", column)
    op.drop_constraint(op.f("prices_starts_at_check"), "prices")
    op.alter_column("prices", "amount", nullable=False)
    op.create_index(
        "prices_in_force_idx", "prices", ["variant_id", "currency", "starts_at"], unique=True
    )
    op.drop_column("variants", "tax_category")
    op.drop_column("order_lines", "tax_rate")
    op.drop_column("locations", "region")
    op.drop_index("contacts_email_idx", table_name="contacts")
    for table in (
        "promotion_uses", "promotion_people", "cart_coupons", "coupons", "promotions", "price_lists", "tax_rates",
        "price_rules", "markets", "signed_quotes",
    ):  # fmt: skip
        op.drop_table(table)

"""Cards that shoppers keep: who they are at the payment provider, what we know of their cards, payments with them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = "kind IN ('page', 'intent', 'reader', {}'close', 'void', 'capture', 'refund')"


def upgrade() -> None:
    op.create_table(
        "saved_cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("last_four", sa.Text(), nullable=False),
        sa.Column("exp_month", sa.Integer(), nullable=True),
        sa.Column("exp_year", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "detached_at IS NULL OR removed_at IS NOT NULL", name=op.f("saved_cards_detached_check")
        ),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (exp_month IS NOT NULL)", name=op.f("saved_cards_expiry_check")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("saved_cards_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("saved_cards_pkey")),
        sa.UniqueConstraint("provider_id", name=op.f("saved_cards_provider_id_key")),
    )
    op.create_index(op.f("saved_cards_customer_id_idx"), "saved_cards", ["customer_id"])
    op.create_index(
        "saved_cards_to_detach_idx", "saved_cards", ["removed_at"],
        postgresql_where="removed_at IS NOT NULL AND detached_at IS NULL",
    )  # fmt: skip
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
    op.create_index(op.f("card_setups_customer_id_idx"), "card_setups", ["customer_id"])
    op.create_index(op.f("card_setups_created_at_idx"), "card_setups", ["created_at"])
    op.create_index(
        "identities_payer_idx", "identities", ["customer_id"], unique=True,
        postgresql_where="kind = 'provider_customer' AND ended_at IS NULL",
    )  # fmt: skip
    looked = sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("identities", looked)
    op.add_column("provider_notices", sa.Column("customer", sa.Text(), nullable=True))
    op.add_column("payments", sa.Column("payer", sa.Text(), nullable=True))
    op.add_column("payments", sa.Column("card_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("payments_card_id_fkey"), "payments", "saved_cards", ["card_id"], ["id"]
    )
    saves: sa.Column[bool] = sa.Column(
        "saves_card", sa.Boolean(), nullable=False, server_default="false"
    )
    op.add_column("payments", saves)
    _allow("'card', ")


def downgrade() -> None:
    op.execute("UPDATE payment_attempts SET kind = 'intent' WHERE kind = 'card'")
    _allow("")
    for column in ("saves_card", "card_id", "payer"):
        op.drop_column("payments", column)
    op.drop_column("provider_notices", "customer")
    op.drop_column("identities", "looked_at")
    op.drop_index("identities_payer_idx", "identities")
    op.drop_table("card_setups")
    op.drop_table("saved_cards")


def _allow(card: str) -> None:
    """That attempts are of the kind card, too."""
    name = op.f("payment_attempts_kind_check")
    op.drop_constraint(name, "payment_attempts", type_="check")
    op.create_check_constraint(name, "payment_attempts", KINDS.format(card))

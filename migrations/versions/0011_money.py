"""Money: tenders of all kinds with their sums, attempts, refunds, disputes; gift cards, store credit, drawers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LEDGERS = ("prepaid_entries", "drawer_entries")
METHODS = "'cash', 'card', 'gift_card', 'store_credit'"
EVENTS = "'authorise', 'capture', 'void', 'refund', 'refund_reversed', 'chargeback', 'chargeback_reversed', 'fee'"
ORDER = "'unpaid', 'placed', 'picking', 'ready', 'expired', 'collected', 'cancelled', 'imported'"
FULFILMENT = "'waiting', 'open', 'picking', 'ready', 'expired', 'collected', 'cancelled'"
TASKS = "'pick', 'hand_over', 'put_back', 'count', 'shortfall', 'money'"
ONE_OPEN = "finished_at IS NULL AND kind IN ({})"


def upgrade() -> None:
    _balances_and_drawers()
    _refunds_and_attempts()
    _payments()
    _orders()
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
    op.drop_index("tasks_one_open_idx", "tasks")
    op.create_index(
        "tasks_one_open_idx", "tasks", ["fulfilment_id", "kind"], unique=True,
        postgresql_where=ONE_OPEN.format("'pick','hand_over','put_back'"),
    )  # fmt: skip
    _check("tasks", "kind", "kind IN ('pick', 'hand_over', 'put_back', 'count', 'shortfall')")
    _check("fulfilments", "state", f"state IN ({FULFILMENT[11:]})")
    _check("orders", "state", f"state IN ({ORDER[10:]})")
    _check(
        "orders", "money",
        "added >= 0 AND paid >= 0 AND (cancelled BETWEEN 0 AND total OR state = 'imported' AND cancelled = 0)",
    )  # fmt: skip
    op.drop_index("orders_attention_idx", "orders")
    op.drop_index("orders_unpaid_idx", "orders")
    for column in ("credited", "pay_by", "attention"):
        op.drop_column("orders", column)
    _check("payment_events", "kind", "kind IN ('capture', 'refund')")
    op.drop_constraint(op.f("payment_events_payment_id_kind_source_key"), "payment_events")
    op.create_index("payment_events_payment_idx", "payment_events", ["payment_id"])
    op.drop_index("payment_events_occurred_idx", "payment_events")
    for column in ("rounding", "source", "refund_id", "shift_id"):
        op.drop_column("payment_events", column)
    for name in ("sums", "state", "via"):
        op.drop_constraint(op.f(f"payments_{name}_check"), "payments")
    _check("payments", "method", "method IN ('cash')")
    _check("payments", "tendered", "tendered IS NULL OR tendered >= amount")
    op.drop_index("payments_one_open_idx", "payments")
    op.drop_index("payments_lapsing_idx", "payments")
    for column in (
        "state", "via", "authorised", "captured", "refunded", "refunding", "charged_back", "provider_id",
        "page_id", "capture_before", "prepaid_id", "shift_id",
    ):  # fmt: skip
        op.drop_column("payments", column)
    for table in (
        "prepaid_entries", "provider_notices", "disputes", "payment_attempts", "refunds", "drawer_entries",
        "shifts", "prepaids",
    ):  # fmt: skip
        op.drop_table(table)


def _check(table: str, name: str, condition: str) -> None:
    """The same check, now with this condition. It is true of all rows, or the migration could not be run."""
    op.drop_constraint(op.f(f"{table}_{name}_check"), table)
    op.create_check_constraint(op.f(f"{table}_{name}_check"), table, condition)


def _balances_and_drawers() -> None:
    op.create_table(
        "prepaids",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("last_four", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'gift_card') = (code_hash IS NOT NULL)", name=op.f("prepaids_gift_card_check")
        ),
        sa.CheckConstraint(
            "(kind = 'store_credit') = (customer_id IS NOT NULL)",
            name=op.f("prepaids_store_credit_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('gift_card', 'store_credit')", name=op.f("prepaids_kind_check")
        ),
        sa.CheckConstraint("balance >= 0", name=op.f("prepaids_balance_check")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("prepaids_customer_id_fkey")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("prepaids_order_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("prepaids_pkey")),
        sa.UniqueConstraint("code_hash", name=op.f("prepaids_code_hash_key")),
    )
    op.create_index(
        "prepaids_credit_idx",
        "prepaids",
        ["customer_id", "currency"],
        unique=True,
        postgresql_where="kind = 'store_credit'",
    )
    op.create_index(
        "prepaids_expiry_idx",
        "prepaids",
        ["expires_at"],
        unique=False,
        postgresql_where="balance > 0 AND expires_at IS NOT NULL",
    )
    op.create_index(
        "prepaids_order_idx",
        "prepaids",
        ["order_id"],
        unique=False,
        postgresql_where="order_id IS NOT NULL",
    )
    op.create_table(
        "shifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("float", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (counted IS NULL) = (expected IS NULL)",
            name=op.f("shifts_closed_check"),
        ),
        sa.CheckConstraint("float >= 0 AND counted >= 0", name=op.f("shifts_amounts_check")),
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


def _refunds_and_attempts() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'done', 'attention')", name=op.f("refunds_state_check")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("refunds_amount_check")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("refunds_order_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("refunds_pkey")),
    )
    op.create_index("refunds_order_idx", "refunds", ["order_id"], unique=False)
    op.create_table(
        "payment_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'refund') = (refund_id IS NOT NULL)",
            name=op.f("payment_attempts_refund_check"),
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (settled_at IS NOT NULL)",
            name=op.f("payment_attempts_settled_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('page', 'intent', 'reader', 'close', 'void', 'capture', 'refund')",
            name=op.f("payment_attempts_kind_check"),
        ),
        sa.CheckConstraint(
            "state IN ('live', 'unknown', 'done', 'failed')",
            name=op.f("payment_attempts_state_check"),
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
        sa.PrimaryKeyConstraint("id", name=op.f("payment_attempts_pkey")),
    )
    op.create_index(
        "payment_attempts_one_live_idx",
        "payment_attempts",
        ["payment_id", "kind"],
        unique=True,
        postgresql_where="state IN ('live', 'unknown') AND kind NOT IN ('refund')",
    )
    op.create_index(
        "payment_attempts_payment_idx", "payment_attempts", ["payment_id"], unique=False
    )
    op.create_index(
        "payment_attempts_waiting_idx",
        "payment_attempts",
        ["asked_at"],
        unique=False,
        postgresql_where="state IN ('live', 'unknown')",
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
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'under_review', 'won', 'lost')", name=op.f("disputes_state_check")
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
        "disputes_open_idx",
        "disputes",
        ["evidence_due_by"],
        unique=False,
        postgresql_where="state = 'open'",
    )
    op.create_index("disputes_payment_idx", "disputes", ["payment_id"], unique=False)
    op.create_table(
        "provider_notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("provider_notices_pkey")),
    )
    op.create_index(
        "provider_notices_waiting_idx",
        "provider_notices",
        ["received_at"],
        unique=False,
        postgresql_where="heeded_at IS NULL",
    )
    op.create_table(
        "prepaid_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prepaid_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('issue', 'use', 'give_back', 'adjust', 'expire')",
            name=op.f("prepaid_entries_kind_check"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("prepaid_entries_amount_check")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("prepaid_entries_payment_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["prepaid_id"], ["prepaids.id"], name=op.f("prepaid_entries_prepaid_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("prepaid_entries_pkey")),
    )
    op.create_index(
        "prepaid_entries_payment_idx",
        "prepaid_entries",
        ["payment_id"],
        unique=False,
        postgresql_where="payment_id IS NOT NULL",
    )
    op.create_index("prepaid_entries_prepaid_idx", "prepaid_entries", ["prepaid_id"], unique=False)


def _payments() -> None:
    """Cash was all there was: its sums are its amount. The defaults are for the release before, which knows no
    sums and serves while this one is put in."""
    op.add_column(
        "payment_events", sa.Column("rounding", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "payment_events",
        sa.Column("source", sa.Text(), server_default=sa.text("''"), nullable=False),
    )
    op.add_column("payment_events", sa.Column("refund_id", sa.Uuid(), nullable=True))
    op.add_column("payment_events", sa.Column("shift_id", sa.Uuid(), nullable=True))
    op.drop_index(op.f("payment_events_payment_idx"), table_name="payment_events")
    op.create_index("payment_events_occurred_idx", "payment_events", ["occurred_at"], unique=False)
    op.create_unique_constraint(
        op.f("payment_events_payment_id_kind_source_key"),
        "payment_events",
        ["payment_id", "kind", "source"],
    )
    op.create_index(
        "payment_events_refund_idx",
        "payment_events",
        ["refund_id"],
        unique=False,
        postgresql_where="refund_id IS NOT NULL",
    )
    op.create_foreign_key(
        op.f("payment_events_refund_id_fkey"), "payment_events", "refunds", ["refund_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("payment_events_shift_id_fkey"), "payment_events", "shifts", ["shift_id"], ["id"]
    )
    op.add_column(
        "payments",
        sa.Column("state", sa.Text(), server_default=sa.text("'captured'"), nullable=False),
    )
    op.add_column("payments", sa.Column("via", sa.Text(), nullable=True))
    op.add_column(
        "payments", sa.Column("authorised", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "payments", sa.Column("captured", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "payments", sa.Column("refunded", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "payments", sa.Column("refunding", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "payments", sa.Column("charged_back", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("payments", sa.Column("provider_id", sa.Text(), nullable=True))
    op.add_column("payments", sa.Column("page_id", sa.Text(), nullable=True))
    op.add_column(
        "payments", sa.Column("capture_before", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("payments", sa.Column("prepaid_id", sa.Uuid(), nullable=True))
    op.add_column("payments", sa.Column("shift_id", sa.Uuid(), nullable=True))
    op.create_index(
        "payments_lapsing_idx",
        "payments",
        ["capture_before"],
        unique=False,
        postgresql_where="state = 'authorised' AND capture_before IS NOT NULL",
    )
    op.create_index(
        "payments_one_open_idx",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where="state = 'open' AND method = 'card'",
    )
    op.create_unique_constraint(op.f("payments_page_id_key"), "payments", ["page_id"])
    op.create_unique_constraint(op.f("payments_provider_id_key"), "payments", ["provider_id"])
    op.create_foreign_key(
        op.f("payments_prepaid_id_fkey"), "payments", "prepaids", ["prepaid_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("payments_shift_id_fkey"), "payments", "shifts", ["shift_id"], ["id"]
    )
    op.execute("UPDATE payments SET authorised = amount, captured = amount")
    _check("payments", "method", f"method IN ({METHODS})")
    _check("payments", "tendered", "tendered IS NULL OR tendered > 0")
    op.create_check_constraint(
        op.f("payments_state_check"),
        "payments",
        "state IN ('open', 'authorised', 'captured', 'voided')",
    )
    op.create_check_constraint(
        op.f("payments_via_check"), "payments", "via IS NULL OR via IN ('page', 'app', 'reader')"
    )
    op.create_check_constraint(
        op.f("payments_sums_check"),
        "payments",
        "captured BETWEEN 0 AND authorised AND refunded BETWEEN 0 AND captured "
        "AND refunding >= 0 AND charged_back BETWEEN 0 AND captured",
    )
    _check("payment_events", "kind", f"kind IN ({EVENTS})")


def _orders() -> None:
    op.add_column(
        "orders", sa.Column("credited", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("orders", sa.Column("pay_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("attention", sa.Text(), nullable=True))
    op.create_index(
        "orders_attention_idx",
        "orders",
        ["placed_at"],
        unique=False,
        postgresql_where="attention IS NOT NULL",
    )
    op.create_index(
        "orders_unpaid_idx", "orders", ["pay_by"], unique=False, postgresql_where="state = 'unpaid'"
    )
    _check("orders", "state", f"state IN ({ORDER})")
    _check(
        "orders", "money",
        "added >= 0 AND credited >= 0 "
        "AND (cancelled BETWEEN 0 AND total OR state = 'imported' AND cancelled = 0)",
    )  # fmt: skip
    _check("fulfilments", "state", f"state IN ({FULFILMENT})")
    _check("tasks", "kind", f"kind IN ({TASKS})")
    op.drop_index("tasks_one_open_idx", "tasks")
    op.create_index(
        "tasks_one_open_idx", "tasks", ["fulfilment_id", "kind"], unique=True,
        postgresql_where=ONE_OPEN.format("'pick','hand_over','put_back','money'"),
    )  # fmt: skip

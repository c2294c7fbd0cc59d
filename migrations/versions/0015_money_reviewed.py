"""A bank may take back more than was captured; what no tender takes back is given otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CAPTURED = "captured BETWEEN 0 AND authorised AND "
WAYS = "way IS NULL OR kind = 'refund' AND way IN ('cash', 'store_credit', 'bank')"


def upgrade() -> None:
    _check("payments", "sums", CAPTURED + "refunded >= 0 AND refunding >= 0 AND charged_back >= 0")
    op.add_column("payment_events", sa.Column("way", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("payment_events_way_check"), "payment_events", WAYS)
    op.create_index(
        "provider_notices_heeded_idx", "provider_notices", ["received_at"],
        postgresql_where="heeded_at IS NOT NULL",
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("provider_notices_heeded_idx", "provider_notices")
    op.drop_constraint(op.f("payment_events_way_check"), "payment_events")
    op.drop_column("payment_events", "way")
    _check(
        "payments",
        "sums",
        CAPTURED + "refunded BETWEEN 0 AND captured AND refunding >= 0 "
        "AND charged_back BETWEEN 0 AND captured",
    )


def _check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"{table}_{name}_check"), table)
    op.create_check_constraint(op.f(f"{table}_{name}_check"), table, condition)

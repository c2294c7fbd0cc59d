"""Orders of before can be imported: without goods of ours, with amounts as they were invoiced."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = "'placed', 'picking', 'ready', 'expired', 'collected', 'cancelled'"
MONEY = "cancelled BETWEEN 0 AND total AND added >= 0 AND paid >= 0"
IMPORTED_MONEY = "added >= 0 AND paid >= 0 AND (cancelled BETWEEN 0 AND total OR state = 'imported' AND cancelled = 0)"


def upgrade() -> None:
    _check("orders", "state", f"state IN ({STATES}, 'imported')", replaces=True)
    _check("orders", "money", IMPORTED_MONEY, replaces=True)
    _check("orders", "imported", "(state = 'imported') = (import_source IS NOT NULL)")
    op.create_unique_constraint(op.f("orders_import_source_key"), "orders", ["import_source"])
    op.add_column("contacts", sa.Column("import_source", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("contacts_import_source_key"), "contacts", ["import_source"])
    op.add_column(
        "order_lines",
        sa.Column("kind", sa.Text(), server_default=sa.text("'item'"), nullable=False),
    )
    _check("order_lines", "kind", "kind IN ('item', 'fee', 'manual')")
    op.alter_column("order_lines", "fulfilment_id", nullable=True)
    op.alter_column("order_lines", "variant_id", nullable=True)
    _check("order_lines", "goods", "fulfilment_id IS NULL OR variant_id IS NOT NULL")


def downgrade() -> None:
    """Refused by the constraints where orders were imported: they have no place in what was before."""
    op.drop_constraint(op.f("order_lines_goods_check"), "order_lines")
    op.alter_column("order_lines", "variant_id", nullable=False)
    op.alter_column("order_lines", "fulfilment_id", nullable=False)
    op.drop_constraint(op.f("order_lines_kind_check"), "order_lines")
    op.drop_column("order_lines", "kind")
    op.drop_constraint(op.f("contacts_import_source_key"), "contacts")
    op.drop_column("contacts", "import_source")
    op.drop_constraint(op.f("orders_import_source_key"), "orders")
    op.drop_constraint(op.f("orders_imported_check"), "orders")
    _check("orders", "money", MONEY, replaces=True)
    _check("orders", "state", f"state IN ({STATES})", replaces=True)


def _check(table: str, name: str, condition: str, *, replaces: bool = False) -> None:
    if replaces:
        op.drop_constraint(op.f(f"{table}_{name}_check"), table)
    op.create_check_constraint(op.f(f"{table}_{name}_check"), table, condition)

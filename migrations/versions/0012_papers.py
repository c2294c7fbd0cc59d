"""Invoices and credit notes: who sells, numbers without gaps, and documents that nothing can rewrite."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = "kind IN ('invoice', 'credit_note')"


def upgrade() -> None:
    _entities()
    _documents()
    op.execute(
        "CREATE TRIGGER documents_append_only BEFORE UPDATE OR DELETE ON documents "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
    )
    op.execute(
        "CREATE TRIGGER documents_no_truncate BEFORE TRUNCATE ON documents "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
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
    op.create_index("order_billing_created_idx", "order_billing", ["created_at"])
    op.add_column("locations", sa.Column("legal_entity_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("locations_legal_entity_id_fkey"),
        "locations",
        "legal_entities",
        ["legal_entity_id"],
        ["id"],
    )
    op.add_column(
        "refunds", sa.Column("credited", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_check_constraint(
        op.f("refunds_credited_check"), "refunds", "credited BETWEEN 0 AND amount"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("refunds_credited_check"), "refunds")
    op.drop_column("refunds", "credited")
    op.drop_column("locations", "legal_entity_id")
    for table in (
        "order_billing",
        "document_buyers",
        "documents",
        "document_numbers",
        "legal_entities",
    ):
        op.drop_table(table)


def _entities() -> None:
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
        "document_numbers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("document_numbers_kind_check")),
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


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("documents_kind_check")),
        sa.CheckConstraint(
            "net + tax = total AND net >= 0 AND tax >= 0", name=op.f("documents_sums_check")
        ),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (invoice_id IS NOT NULL)",
            name=op.f("documents_reference_check"),
        ),
        sa.CheckConstraint(
            "refund_id IS NULL OR kind = 'credit_note'", name=op.f("documents_refund_check")
        ),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"], ["legal_entities.id"], name=op.f("documents_legal_entity_id_fkey")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("documents_order_id_fkey")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["documents.id"], name=op.f("documents_invoice_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("documents_pkey")),
        sa.UniqueConstraint("refund_id", name=op.f("documents_refund_id_key")),
        sa.UniqueConstraint(
            "legal_entity_id",
            "kind",
            "number",
            name=op.f("documents_legal_entity_id_kind_number_key"),
        ),
    )
    op.create_index(
        "documents_one_invoice_idx",
        "documents",
        ["order_id"],
        unique=True,
        postgresql_where="kind = 'invoice'",
    )
    op.create_index("documents_order_idx", "documents", ["order_id"])
    op.create_index("documents_entity_idx", "documents", ["legal_entity_id", "id"])
    op.create_index("documents_issued_idx", "documents", ["issued_at"])
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

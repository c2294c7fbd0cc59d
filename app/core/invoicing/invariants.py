"""What always holds for invoices and credit notes."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.consistency import Invariant, by_query
from app.core.invoicing.content import Buyer
from app.core.invoicing.models import Document, DocumentBuyer


def altered_documents(session: Session) -> Iterator[str]:
    """Yield the numbers of documents whose content differs from its hash, its figures or its buyer."""
    for row in session.execute(_DOCUMENTS.execution_options(yield_per=500)):
        content = row.content
        figures = (
            content["kind"],
            content["number"],
            content["currency"],
            content["net"],
            content["tax"],
            content["total"],
        )
        if (
            digest(content) != row.content_hash
            or figures != (row.kind, row.document_number, row.currency, row.net, row.tax, row.total)
            or any(
                sum(line[name] for line in content["lines"]) != content[name]
                for name in ("net", "tax")
            )
            or any(
                sum(tax["amount"] for tax in line["taxes"]) != line["tax"]
                for line in content["lines"]
                if "taxes" in line
            )
        ):
            yield row.document_number
        elif row.salt is not None:
            buyer = Buyer(row.name, row.address, row.country, row.vat_number)
            if buyer.digest(row.salt) != content["buyer"]:
                yield row.document_number


_DOCUMENTS = (
    select(
        Document.kind, Document.document_number, Document.currency, Document.net, Document.tax, Document.total,
        Document.content, Document.content_hash, DocumentBuyer.salt, DocumentBuyer.name,
        DocumentBuyer.address, DocumentBuyer.country, DocumentBuyer.vat_number,
    )
    .outerjoin(DocumentBuyer, DocumentBuyer.document_id == Document.id)
    .order_by(Document.id)
)  # fmt: skip

INVARIANTS = (
    by_query(
        "I24",
        "the numbers of a legal entity's invoices and of its credit notes are 1 to n without a gap",
        """
        SELECT e.code || ' ' || k.kind
        FROM legal_entities e CROSS JOIN (VALUES ('invoice'), ('credit_note')) k(kind)
        LEFT JOIN document_numbers n ON n.legal_entity_id = e.id AND n.kind = k.kind
        LEFT JOIN (
            SELECT legal_entity_id, kind, count(*) AS issued, max(number) AS last, min(number) AS first
            FROM documents GROUP BY legal_entity_id, kind
        ) d ON d.legal_entity_id = e.id AND d.kind = k.kind
        WHERE n.last IS NULL OR (n.last, n.last, least(n.last, 1)) IS DISTINCT FROM
            (coalesce(d.issued, 0), coalesce(d.last, 0), coalesce(d.first, 0))
        """,
    ),
    by_query(
        "I24",
        "an order has at most one invoice, for the goods that were collected",
        """
        SELECT o.number FROM documents d JOIN orders o ON o.id = d.order_id WHERE d.kind = 'invoice'
        GROUP BY o.id HAVING count(*) > 1 OR o.status <> 'collected'
        UNION ALL
        SELECT o.number FROM documents d JOIN orders o ON o.id = d.order_id
        WHERE d.kind = 'invoice' AND d.total NOT BETWEEN o.total - o.cancelled AND o.total
        """,
    ),
    by_query(
        "I24",
        "the credit notes of an invoice do not exceed it, in net and tax of each rate",
        """
        WITH figures AS (
            SELECT coalesce(d.invoice_id, d.id) AS invoice_id, t->>'name' AS name, CAST(t->>'rate' AS int) AS rate,
                CASE d.kind WHEN 'invoice' THEN 1 ELSE -1 END * CAST(t->>'net' AS bigint) AS net,
                CASE d.kind WHEN 'invoice' THEN 1 ELSE -1 END * CAST(t->>'tax' AS bigint) AS tax
            FROM documents d CROSS JOIN LATERAL jsonb_array_elements(d.content->'taxes') t
        ), exceeded AS (
            SELECT DISTINCT invoice_id FROM (
                SELECT invoice_id FROM figures GROUP BY invoice_id, name, rate
                HAVING sum(net) < 0 OR sum(tax) < 0) f
        )
        SELECT d.document_number FROM exceeded b JOIN documents d ON d.id = b.invoice_id
        UNION ALL
        SELECT n.document_number FROM documents n JOIN documents i ON i.id = n.invoice_id
        WHERE i.kind <> 'invoice' OR (i.order_id, i.legal_entity_id) <> (n.order_id, n.legal_entity_id)
        """,
    ),
    by_query(
        "I24",
        "a credit note for a refund belongs to the same order and does not exceed the credited amount",
        """
        SELECT d.document_number FROM documents d
        LEFT JOIN refunds r ON r.id = d.refund_id AND r.order_id = d.order_id
        WHERE d.refund_id IS NOT NULL AND (r.id IS NULL OR d.total > r.credited)
        """,
    ),
    Invariant("I24", "documents are unchanged since they were issued", altered_documents),
)

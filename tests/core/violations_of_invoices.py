"""Rows that a bug would leave about invoices and credit notes; see `violations.py`. The collected order has one
of each."""

from tests.core.violations import Violation, number


def copied(kind: str, numbers: str) -> str:
    """Issue the document of that kind again, with other numbers."""
    return f"""
        INSERT INTO documents SELECT (jsonb_populate_record(NULL::documents, to_jsonb(d) || jsonb_build_object(
            'id', gen_random_uuid(), 'number', n, 'refund_id', NULL))).*
        FROM documents d, generate_series({numbers}) n WHERE d.kind = '{kind}' AND d.number = 1;
        UPDATE document_numbers SET last = (SELECT max(number) FROM documents WHERE kind = '{kind}')
        WHERE kind = '{kind}'"""


def label(kind: str) -> str:
    return f"SELECT document_number FROM documents WHERE kind = '{kind}' AND number = 1"


INVOICES = [
    Violation(
        "I24", "the numbers of a legal entity", "a number was taken and no document written",
        "UPDATE document_numbers SET last = last + 1 WHERE kind = 'invoice'", "SELECT 'main invoice'",
    ),
    Violation(
        "I24", "the numbers of a legal entity", "a number was left out",
        "UPDATE documents SET number = 2 WHERE kind = 'credit_note';"
        "UPDATE document_numbers SET last = 2 WHERE kind = 'credit_note'",
        "SELECT 'main credit_note'",
    ),
    Violation(
        "I24", "the numbers of a legal entity", "an entity cannot number its documents",
        "DELETE FROM document_numbers WHERE kind = 'credit_note'", "SELECT 'main credit_note'",
    ),
    Violation(
        "I24", "an order has at most one invoice", "an order was invoiced twice",
        f"DROP INDEX documents_one_invoice_idx; {copied('invoice', '2, 2')}", number("collected"),
    ),
    Violation(
        "I24", "the credit notes of an invoice", "more was credited than invoiced",
        copied("credit_note", "2, 99"), label("invoice"),
    ),
    Violation(
        "I24", "a credit note for a refund", "more was credited than the order came to less by",
        "UPDATE refunds SET credited = credited - 1 WHERE credited > 0", label("credit_note"),
    ),
    Violation(
        "I24", "documents are unchanged", "the seller of an invoice was changed",
        """UPDATE documents SET content = jsonb_set(content, '{seller,name}', '"x"') WHERE kind = 'invoice'""",
        label("invoice"),
    ),
    Violation(
        "I24", "documents are unchanged", "the buyer of an invoice was changed",
        "UPDATE document_buyers SET name = 'Eve' WHERE document_id = "
        "(SELECT id FROM documents WHERE kind = 'invoice')",
        label("invoice"),
    ),
    Violation(
        "I24", "documents are unchanged", "a figure beside the content was changed",
        "UPDATE documents SET total = total - 1, net = net - 1 WHERE kind = 'credit_note'",
        label("credit_note"),
    ),
]  # fmt: skip

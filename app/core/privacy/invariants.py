"""What always holds of what is known about people."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.audit import Invariant, by_query
from app.core.privacy.tables import TABLES

LEFT = {
    "contacts": "email IS NOT NULL OR phone IS NOT NULL OR import_source IS NOT NULL",
    "customers": "customer_group IS NOT NULL OR locale IS NOT NULL OR tags <> '[]' OR erased_at IS NULL",
    "identities": "value <> '' OR ended_at IS NULL",
    "customer_notes": "body <> ''",
    "threads": "subject <> ''",
    "messages": "body <> ''",
}
"""What an erased person's rows must not have any more, by table."""


def not_forgotten(session: Session) -> Iterator[str]:
    """Rows of erased people that still say something about them."""
    for table, left in LEFT.items():
        yield from session.scalars(text(_query(table, left)))


def _query(table: str, left: str) -> str:
    """By the declaration in `tables`, whose parameters are here those who were erased."""
    whose = TABLES[table].whose
    for name, ids in (("customers", "customer_ids"), ("contacts", "contact_ids")):
        erased = f"SELECT CAST(jsonb_array_elements_text({ids}) AS uuid) FROM erasures"  # noqa: S608
        whose = whose.replace(f"ANY(:{name})", f"ANY({erased})")
    return f"SELECT '{table} ' || id FROM {table} WHERE ({whose}) AND ({left})"  # noqa: S608 - literals


INVARIANTS = (
    Invariant("I21", "nothing is left of who was erased but what law keeps", not_forgotten),
    by_query(
        "I21",
        "who was erased allows nothing any more",
        """
        SELECT 'consent ' || newest.id FROM (
            SELECT DISTINCT ON (contact_id, purpose, contact_channel) * FROM consents
            WHERE contact_id IN (SELECT CAST(jsonb_array_elements_text(contact_ids) AS uuid) FROM erasures)
            ORDER BY contact_id, purpose, contact_channel, at DESC, id DESC
        ) newest WHERE state = 'given'
        """,
    ),
)

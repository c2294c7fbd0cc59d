"""What always holds for personal data."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.consistency import Invariant, by_query
from app.core.privacy.data_map import CONTACT, CUSTOMER, TABLES

PERSONAL_DATA_LEFT = {
    "contacts": "email IS NOT NULL OR phone IS NOT NULL OR import_source IS NOT NULL",
    "customers": "customer_group IS NOT NULL OR locale IS NOT NULL OR tags <> '[]' OR erased_at IS NULL",
    "identities": "value <> '' OR ended_at IS NULL",
    "account_sessions": "name <> '' OR device IS NOT NULL OR ended_at IS NULL",
    "customer_notes": "body <> ''",
    "saved_cards": "brand <> '' OR last4 <> '' OR removed_at IS NULL",
    "threads": "subject <> ''",
    "messages": "body <> ''",
}
"""The condition for a row of an erased person that still has personal data, by table."""
OWNER_COLUMNS = {CUSTOMER: "customer_id", CONTACT: "contact_id"}
"""The column that identifies a row which must be deleted, by its row filter."""


def incomplete_erasures(session: Session) -> Iterator[str]:
    """Yield the rows of erased people that still have personal data or were not deleted."""
    for name, left in PERSONAL_DATA_LEFT.items():
        yield from session.scalars(text(_query(name, "id", left)))
    for name, table in TABLES.items():
        if table.deleted and table.row_filter in OWNER_COLUMNS:
            yield from session.scalars(text(_query(name, OWNER_COLUMNS[table.row_filter], "true")))


def _query(table: str, id_column: str, left: str) -> str:
    """Return the query for rows of all erased people, by the row filter of the data map."""
    row_filter = TABLES[table].row_filter
    for name, ids in (("customers", "customer_ids"), ("contacts", "contact_ids")):
        erased = f"SELECT CAST(jsonb_array_elements_text({ids}) AS uuid) FROM erasures"  # noqa: S608
        row_filter = row_filter.replace(f"ANY(:{name})", f"ANY({erased})")
    return f"SELECT '{table} ' || {id_column} FROM {table} WHERE ({row_filter}) AND ({left})"  # noqa: S608 - literals


INVARIANTS = (
    Invariant(
        "I21", "an erased person has no personal data but what the law keeps", incomplete_erasures
    ),
    by_query(
        "I21",
        "an erased person has no consent in force",
        """
        SELECT 'consent ' || newest.id FROM (
            SELECT DISTINCT ON (contact_id, purpose, contact_channel) * FROM consents
            WHERE contact_id IN (SELECT CAST(jsonb_array_elements_text(contact_ids) AS uuid) FROM erasures)
            ORDER BY contact_id, purpose, contact_channel, at DESC, id DESC
        ) newest WHERE status = 'given'
        """,
    ),
)

"""What always holds of what is known about people."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.consistency import Invariant, by_query
from app.core.privacy.data_map import CONTACT, CUSTOMER, TABLES

LEFT = {
    "contacts": "email IS NOT NULL OR phone IS NOT NULL OR import_source IS NOT NULL",
    "customers": "customer_group IS NOT NULL OR locale IS NOT NULL OR tags <> '[]' OR erased_at IS NULL",
    "identities": "value <> '' OR ended_at IS NULL",
    "account_sessions": "name <> '' OR device IS NOT NULL OR ended_at IS NULL",
    "customer_notes": "body <> ''",
    "saved_cards": "brand <> '' OR last_four <> '' OR removed_at IS NULL",
    "threads": "subject <> ''",
    "messages": "body <> ''",
}
"""What an erased person's rows must not have any more, by table."""
OWNERS = {CUSTOMER: "customer_id", CONTACT: "contact_id"}
"""By what rows that are deleted are told, by whose they are."""


def not_forgotten(session: Session) -> Iterator[str]:
    """Rows of erased people that still say something about them, or are still there."""
    for name, left in LEFT.items():
        yield from session.scalars(text(_query(name, "id", left)))
    for name, table in TABLES.items():
        if table.deleted and table.whose in OWNERS:
            yield from session.scalars(text(_query(name, OWNERS[table.whose], "true")))


def _query(table: str, named: str, left: str) -> str:
    """By the declaration in `tables`, whose parameters are here those who were erased."""
    whose = TABLES[table].whose
    for name, ids in (("customers", "customer_ids"), ("contacts", "contact_ids")):
        erased = f"SELECT CAST(jsonb_array_elements_text({ids}) AS uuid) FROM erasures"  # noqa: S608
        whose = whose.replace(f"ANY(:{name})", f"ANY({erased})")
    return f"SELECT '{table} ' || {named} FROM {table} WHERE ({whose}) AND ({left})"  # noqa: S608 - literals


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

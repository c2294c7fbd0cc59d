"""Customers who may be one person, by rules that staff can read."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.customers.merged_customers import Reader

STRENGTHS = {
    "same_email": "strong",
    "same_loyalty_card": "strong",
    "same_name_and_phone": "strong",
    "same_phone": "weak",
    "same_name_and_postcode": "weak",
}
"""How strongly each rule suggests one person. A family shares a phone number, but hardly ever a name with it. A
postcode is that of a whole street, and father and son may share a name there."""

MAX_DUPLICATES = 100


class Duplicate(NamedTuple):
    a: UUID
    b: UUID
    reasons: Sequence[str]
    """Some of STRENGTHS."""
    strength: str


def list_duplicates(
    reader: Reader, after: tuple[UUID, UUID] | None, limit: int
) -> Sequence[Duplicate]:
    """Return pairs of people who share something, by their ids. This is a report: it reads all customers."""
    first, second = after or (None, None)
    rows = reader.execute(_ALL, {"first": first, "second": second, "limit": limit})
    return [_duplicate(row.a, row.b, row.reasons) for row in rows]


def duplicates_of(reader: Reader, customer_id: UUID) -> Sequence[Duplicate]:
    """Return the people who share something with one person. Indexes find them."""
    rows = reader.execute(_OF_ONE, {"customer_id": customer_id, "most": MAX_DUPLICATES})
    return [_duplicate(customer_id, row.b, row.reasons) for row in rows]


def _duplicate(a: UUID, b: UUID, rules: Iterable[str | None]) -> Duplicate:
    reasons = sorted(rule for rule in rules if rule in STRENGTHS)
    strong = any(STRENGTHS[rule] == "strong" for rule in reasons)
    return Duplicate(a, b, reasons, "strong" if strong else "weak")


# Two spellings of a name that differ in capitals or spaces only are the same.
_NAME = r"lower(regexp_replace(btrim(n.name), '\s+', ' ', 'g'))"
_POSTCODE = r"upper(regexp_replace(a.postcode, '\s', '', 'g'))"
"""The expression of `postal_addresses_postcode_idx`."""
# Pairs are made of whole people: parts of one person are no duplicates of one another.
_ALL = text(f"""
    WITH RECURSIVE tree AS (
        SELECT id, id AS root, contact_id FROM customers WHERE merged_into_id IS NULL AND erased_at IS NULL
        UNION ALL SELECT c.id, t.root, c.contact_id FROM customers c JOIN tree t ON c.merged_into_id = t.id
    ), known AS (
        SELECT DISTINCT t.root, 'same_' || i.kind AS rule, i.value
        FROM identities i JOIN tree t ON t.id = i.customer_id
        WHERE i.ended_at IS NULL AND i.kind IN ('email', 'phone', 'loyalty_card')
        UNION SELECT t.root, 'same_name_and_phone', lower(n.name) || ' ' || i.value
        FROM tree t JOIN contacts n ON n.id = t.contact_id JOIN identities i ON i.customer_id = t.id
        WHERE i.kind = 'phone' AND i.ended_at IS NULL AND n.name <> ''
        UNION SELECT t.root, 'same_name_and_postcode', {_NAME} || ' ' || {_POSTCODE}
        FROM tree t JOIN contacts n ON n.id = t.contact_id JOIN postal_addresses a ON a.contact_id = n.id
        WHERE n.name <> '' AND a.postcode <> ''
    )
    SELECT a.root AS a, b.root AS b, array_agg(DISTINCT a.rule) AS reasons
    FROM known a JOIN known b ON b.rule = a.rule AND b.value = a.value AND a.root < b.root
    WHERE CAST(:first AS uuid) IS NULL OR (a.root, b.root) > (CAST(:first AS uuid), CAST(:second AS uuid))
    GROUP BY a.root, b.root ORDER BY a.root, b.root LIMIT :limit
""")  # noqa: S608 - constants
_OF_ONE = text(f"""
    WITH RECURSIVE person AS (SELECT id FROM customer_ids(:customer_id)), known AS (
        SELECT DISTINCT i.kind, i.value, lower(n.name) AS name
        FROM person p JOIN identities i ON i.customer_id = p.id AND i.ended_at IS NULL
            JOIN customers c ON c.id = p.id JOIN contacts n ON n.id = c.contact_id
        WHERE i.kind IN ('email', 'phone', 'loyalty_card')
    ), homes AS (
        SELECT DISTINCT {_NAME} AS name, {_POSTCODE} AS postcode
        FROM person p JOIN customers c ON c.id = p.id JOIN contacts n ON n.id = c.contact_id
            JOIN postal_addresses a ON a.contact_id = n.id
        WHERE n.name <> '' AND a.postcode <> ''
    ), shared AS (
        SELECT DISTINCT i.customer_id, 'same_' || k.kind AS rule, k.kind, k.name
        FROM known k JOIN identities i ON i.kind = k.kind AND i.value = k.value AND i.ended_at IS NULL
        WHERE i.customer_id NOT IN (SELECT id FROM person)
        UNION SELECT c.id, 'same_name_and_postcode', NULL, NULL
        FROM homes h JOIN postal_addresses a ON {_POSTCODE} = h.postcode
            JOIN contacts n ON n.id = a.contact_id AND {_NAME} = h.name JOIN customers c ON c.contact_id = n.id
        WHERE c.id NOT IN (SELECT id FROM person)
    ), up AS (
        SELECT s.customer_id, c.id, c.merged_into_id FROM shared s JOIN customers c ON c.id = s.customer_id
        UNION
        SELECT u.customer_id, c.id, c.merged_into_id FROM up u JOIN customers c ON c.id = u.merged_into_id
    )
    SELECT u.id AS b, array_agg(DISTINCT s.rule) || array_agg(DISTINCT CASE
        WHEN s.kind = 'phone' AND s.name = lower(n.name) AND s.name <> '' THEN 'same_name_and_phone'
        END) AS reasons
    FROM shared s JOIN up u ON u.customer_id = s.customer_id AND u.merged_into_id IS NULL
        JOIN customers c ON c.id = s.customer_id JOIN contacts n ON n.id = c.contact_id
    GROUP BY u.id ORDER BY u.id LIMIT :most
""")  # noqa: S608 - constants

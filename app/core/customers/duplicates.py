"""Who may be one and the same, by rules that a person can read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.customers.merged_customers import Reader

RULES = {
    "same_email": "strong",
    "same_loyalty_card": "strong",
    "same_name_and_phone": "strong",
    "same_phone": "weak",
    "same_name_and_postcode": "weak",
}
"""How much each says, the most first: a family shares a number, hardly ever a name with it; and a postcode is that
of a whole street, where a father and his son may have one name."""

MAX_DUPLICATES = 100


def list_duplicates(
    reader: Reader, after: tuple[UUID, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Pairs of people who share something, [{a, b, because, strength}], by their ids. A report: it goes through
    all customers."""
    first, second = after or (None, None)
    rows = reader.execute(_ALL, {"first": first, "second": second, "limit": limit})
    return [_suggestion(row.a, row.b, row.because) for row in rows]


def duplicates_of(reader: Reader, customer_id: UUID) -> list[dict[str, Any]]:
    """Those who share something with one person, found by indexes."""
    rows = reader.execute(_OF_ONE, {"customer_id": customer_id, "most": MAX_DUPLICATES})
    return [_suggestion(customer_id, row.b, row.because) for row in rows]


def _suggestion(a: UUID, b: UUID, because: Sequence[str]) -> dict[str, Any]:
    told = sorted(rule for rule in because if rule in RULES)
    strong = any(RULES[rule] == "strong" for rule in told)
    return {"a": a, "b": b, "because": told, "strength": "strong" if strong else "weak"}


# Neither capitals nor gaps tell two people apart.
_NAME = r"lower(regexp_replace(btrim(n.name), '\s+', ' ', 'g'))"
_POSTCODE = r"upper(regexp_replace(a.postcode, '\s', '', 'g'))"
"""As `postal_addresses_postcode_idx` has it."""
# By the root of each family: parts of one person are no duplicates of one another.
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
    SELECT a.root AS a, b.root AS b, array_agg(DISTINCT a.rule) AS because
    FROM known a JOIN known b ON b.rule = a.rule AND b.value = a.value AND a.root < b.root
    WHERE CAST(:first AS uuid) IS NULL OR (a.root, b.root) > (CAST(:first AS uuid), CAST(:second AS uuid))
    GROUP BY a.root, b.root ORDER BY a.root, b.root LIMIT :limit
""")  # noqa: S608 - constants
_OF_ONE = text(f"""
    WITH RECURSIVE person AS (SELECT id FROM customer_ids(:customer_id)), known AS (
        SELECT DISTINCT i.kind, i.value, lower(n.name) AS name
        FROM person f JOIN identities i ON i.customer_id = f.id AND i.ended_at IS NULL
            JOIN customers c ON c.id = f.id JOIN contacts n ON n.id = c.contact_id
        WHERE i.kind IN ('email', 'phone', 'loyalty_card')
    ), homes AS (
        SELECT DISTINCT {_NAME} AS name, {_POSTCODE} AS postcode
        FROM person f JOIN customers c ON c.id = f.id JOIN contacts n ON n.id = c.contact_id
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
    ), climbing AS (
        SELECT s.customer_id, c.id, c.merged_into_id FROM shared s JOIN customers c ON c.id = s.customer_id
        UNION
        SELECT u.customer_id, c.id, c.merged_into_id FROM climbing u JOIN customers c ON c.id = u.merged_into_id
    )
    SELECT u.id AS b, array_agg(DISTINCT s.rule) || array_agg(DISTINCT CASE
        WHEN s.kind = 'phone' AND s.name = lower(n.name) AND s.name <> '' THEN 'same_name_and_phone'
        END) AS because
    FROM shared s JOIN climbing u ON u.customer_id = s.customer_id AND u.merged_into_id IS NULL
        JOIN customers c ON c.id = s.customer_id JOIN contacts n ON n.id = c.contact_id
    GROUP BY u.id ORDER BY u.id LIMIT :most
""")  # noqa: S608 - constants

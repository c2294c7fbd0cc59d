"""Reads of customers: a person with all that was merged into her, and whom two rows may both mean."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from app.core.customers.merged_customers import Reader, not_found
from app.core.model import AnyRow


def get_customer(reader: Reader, customer_id: UUID) -> dict[str, Any]:
    """A person as she is taken now, in one statement. Raises NotFound."""
    return combine(reader.execute(_PERSON, {"customer_id": customer_id}).mappings().all())


def combine(rows: Sequence[RowMapping]) -> dict[str, Any]:
    """What the rows of `PERSON` say together. What is one (name, group, store) is of who stayed, or else of the
    first of the others who has it; what are many (tags, identities, notes) is all of it. Raises NotFound."""
    if not rows:
        raise not_found()
    return {
        "id": rows[0]["id"],
        **{name: _first(row[name] for row in rows) for name in SINGLE},
        "tags": sorted({tag for row in rows for tag in row["tags"]}),
        **{name: [one for row in rows for one in row[name] or ()] for name in MANY},
        "created_at": min(row["created_at"] for row in rows),
        "erased_at": rows[0]["erased_at"],
        "members": [
            {name: row[name] for name in ("id", "customer_group", "tags", "created_at")}
            for row in rows
        ],
    }


def _first(values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def list_merges(reader: Reader, customer_id: UUID) -> Sequence[AnyRow]:
    """The merges into a person or any part of her, the newest first: id, merged, into, because, created_at,
    undone_at."""
    return reader.execute(_MERGES, {"customer_id": customer_id}).all()


def list_customers(reader: Reader, after: UUID | None, limit: int) -> Sequence[AnyRow]:
    """Customers who were merged into nobody, the newest first: id, group, tags, created_at. Names stay behind."""
    return reader.execute(_PAGE, {"after": after, "limit": limit}).all()


SINGLE = ("name", "email", "phone", "customer_group", "locale", "favourite_store")
MANY = ("identities", "notes")
PERSON = """SELECT c.id, c.customer_group, c.tags, c.locale, c.created_at, c.erased_at, n.name, n.email, n.phone,
        l.code AS favourite_store,
        (SELECT json_agg(json_build_object('kind', i.kind, 'value', i.value, 'verified', i.verified_at IS NOT NULL)
            ORDER BY i.created_at, i.id)
         FROM identities i WHERE i.customer_id = c.id AND i.ended_at IS NULL) AS identities,
        (SELECT json_agg(json_build_object('body', t.body, 'by', t.actor_kind, 'created_at', t.created_at)
            ORDER BY t.created_at, t.id)
         FROM customer_notes t WHERE t.customer_id = c.id AND t.body <> '') AS notes
    FROM customer_ids(:customer_id) person JOIN customers c ON c.id = person.id
        JOIN contacts n ON n.id = c.contact_id
        LEFT JOIN locations l ON l.id = c.favourite_location_id
    ORDER BY c.merged_into_id IS NOT NULL, c.created_at, c.id
"""
_PERSON = text(PERSON)
_MERGES = text("""
    SELECT m.id, m.merged_id, m.into_id, m.because, m.created_at, u.created_at AS undone_at
    FROM customer_ids(:customer_id) person JOIN customer_merges m ON m.into_id = person.id
        LEFT JOIN customer_merges u ON u.undoes_id = m.id
    WHERE m.undoes_id IS NULL ORDER BY m.created_at DESC, m.id DESC
""")
_PAGE = text("""
    SELECT id, customer_group, tags, created_at FROM customers
    WHERE merged_into_id IS NULL AND erased_at IS NULL
      AND (CAST(:after AS uuid) IS NULL OR id < CAST(:after AS uuid))
    ORDER BY id DESC LIMIT :limit
""")

"""The one resolver of merged customers: of any id, all that are the same person.

A merge ties one customer to another by `merged_into_id` and rewrites no id anywhere. So whoever reads what belongs
to a person reads it for all ids of her family, and an undone merge leaves nothing behind.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound

Reader = Session | Connection

FAMILY = """
    up AS (
        SELECT id, merged_into_id FROM customers WHERE id = :customer_id
        UNION SELECT c.id, c.merged_into_id FROM customers c JOIN up ON c.id = up.merged_into_id
    ), family AS (
        SELECT id FROM up WHERE merged_into_id IS NULL
        UNION SELECT c.id FROM customers c JOIN family ON c.merged_into_id = family.id
    )
"""
"""Common table expressions for a statement with `WITH RECURSIVE` and :customer_id: `family` has the ids."""


def members(reader: Reader, customer_id: UUID) -> list[UUID]:
    """All ids of a person, the one that the others were merged into first. Raises NotFound."""
    found = list(reader.execute(_MEMBERS, {"customer_id": customer_id}).scalars())
    if not found:
        raise not_found()
    return found


def hold(session: Session, customer_id: UUID) -> None:
    """Keep an erasure waiting until the transaction ends, so that nothing of hers is written behind its back.
    Raises NotFound for who was erased."""
    if session.execute(_HOLD, {"customer_id": customer_id}).first() is None:
        raise not_found()


def survivor(customer_id: str) -> str:
    """SQL of who a customer stands for today, by an expression of her id: a scalar subquery, NULL for who was
    erased."""
    return f"""(
        WITH RECURSIVE {_of(customer_id)}
        SELECT c.id FROM up JOIN customers c ON c.id = up.id
        WHERE c.merged_into_id IS NULL AND c.erased_at IS NULL)"""  # noqa: S608 - an expression of the code


def all_of(customer_id: str) -> str:
    """SQL of all ids of a person, by an expression of any of them: a subquery for IN."""
    return f"(WITH RECURSIVE {_of(customer_id)} SELECT id FROM family)"  # noqa: S608 - as above


def group_of(customer_id: str) -> str:
    """SQL of the group whose prices hold for a customer: of who stayed, else of the first of those merged into her
    who has one. As `queries.person` tells it."""
    return f"""(
        WITH RECURSIVE {_of(customer_id)}
        SELECT c.customer_group FROM family f JOIN customers c ON c.id = f.id WHERE c.customer_group IS NOT NULL
        ORDER BY c.merged_into_id IS NOT NULL, c.created_at, c.id LIMIT 1)"""  # noqa: S608 - as above


def _of(customer_id: str) -> str:
    return FAMILY.replace(":customer_id", f"CAST({customer_id} AS uuid)")


def not_found() -> NotFound:
    return NotFound("There is no such customer: find her by what she is known by.")


_HOLD = text("""
    SELECT 1 FROM customers WHERE id = :customer_id AND erased_at IS NULL FOR KEY SHARE
""")
_MEMBERS = text(f"""
    WITH RECURSIVE {FAMILY}
    SELECT f.id FROM family f JOIN customers c ON c.id = f.id ORDER BY c.merged_into_id IS NOT NULL, c.id
""")  # noqa: S608 - constants of this file

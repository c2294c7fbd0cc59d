from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.customers import merged_customers
from app.core.errors import Invalid, NotFound
from app.core.transaction import Transaction

MAX_WISHES = 500


@dataclass(frozen=True)
class SetWish:
    customer_id: UUID
    sku: str
    wished: bool = True
    """False takes it from the list."""


def set_wish(tx: Transaction, command: SetWish) -> UUID:
    """Put a variant on the wish list, or take it off; again changes nothing. Whose list it is.

    Raises NotFound for what is not on sale, Invalid for too many.
    """
    values = {"customer": command.customer_id, "sku": command.sku, "now": tx.now}
    if not command.wished:
        tx.session.execute(_TAKE_OFF, values)
        return command.customer_id
    merged_customers.lock(tx.session, command.customer_id)
    if tx.session.execute(_PUT, values).first() is None:
        raise NotFound(f"There is nothing on sale with the SKU {command.sku}.")
    if (tx.session.execute(_COUNT, values).scalar() or 0) > MAX_WISHES:
        raise Invalid(f"A wish list holds {MAX_WISHES} items at most: take one off first.")
    return command.customer_id


_PUT = text("""
    INSERT INTO wishes (customer_id, variant_id, created_at)
    SELECT :customer, v.id, :now FROM variants v JOIN products p ON p.id = v.product_id
    WHERE v.sku = :sku AND v.active AND p.status = 'active'
    ON CONFLICT (customer_id, variant_id) DO UPDATE SET created_at = wishes.created_at
    RETURNING variant_id
""")
_TAKE_OFF = text("""
    DELETE FROM wishes WHERE customer_id IN (SELECT id FROM customer_ids(:customer))
    AND variant_id = (SELECT id FROM variants WHERE sku = :sku)
""")
_COUNT = text("SELECT count(*) FROM wishes WHERE customer_id = :customer")

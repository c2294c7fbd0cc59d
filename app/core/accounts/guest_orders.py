"""What she ordered as a guest becomes hers once she has shown that the address in it is hers."""

from uuid import UUID

from sqlalchemy import text

from app.core.customers.one_person import all_of
from app.core.transaction import Transaction


def claim(tx: Transaction, customer_id: UUID) -> int:
    """Claim the orders that nobody has claimed and that bear one of her verified addresses; how many.

    An order belongs to whom its letters go to. A phone number counts only where there is no e-mail address:
    nothing was ever sent to it, and one wrong digit in it must not show an order to a stranger.

    It is one conditional UPDATE, so that two sign-ins at once claim each order once.
    """
    claimed = tx.session.execute(_CLAIM, {"customer": customer_id}).scalars().all()
    for order_id in claimed:
        tx.record("order.claimed", {}, order_id=order_id)
    return len(claimed)


# The numbers in orders are as guests typed them: what is no digit is left out when they are compared.
_CLAIM = text(f"""
    WITH hers AS (
        SELECT kind, value FROM identities
        WHERE customer_id IN {all_of(":customer")} AND verified_at IS NOT NULL AND ended_at IS NULL
    )
    UPDATE orders SET customer_id = :customer
    WHERE customer_id IS NULL AND contact_id IN (
        SELECT c.id FROM hers JOIN contacts c ON lower(c.email) = hers.value WHERE hers.kind = 'email'
        UNION ALL
        SELECT c.id FROM hers JOIN contacts c ON regexp_replace(c.phone, '[^0-9+]', '', 'g') = hers.value
        WHERE hers.kind = 'phone' AND c.email IS NULL
    )
    RETURNING id
""")  # noqa: S608 - nothing of it comes from a request

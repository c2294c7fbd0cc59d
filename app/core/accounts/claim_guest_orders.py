"""What she ordered as a guest becomes hers once she has shown that the address in it is hers."""

from uuid import UUID

from sqlalchemy import text

from app.core.transaction import Transaction


def claim(tx: Transaction, customer_id: UUID) -> int:
    """Claim the orders that nobody has claimed and that bear one of her verified addresses; how many. Each goes
    to whichever of her customers the address is of, and with it, should a merge be undone.

    An order belongs to whom its letters go to. A phone number counts only where there is no e-mail address:
    nothing was ever sent to it, and one wrong digit in it must not show an order to a stranger.

    It is one conditional UPDATE, so that two sign-ins at once claim each order once.
    """
    claimed = tx.session.execute(_CLAIM, {"customer": customer_id}).scalars().all()
    for order_id in claimed:
        tx.record("order.claimed", {}, order_id=order_id)
    return len(claimed)


# The numbers in orders are as guests typed them: what is no digit is left out when they are compared.
_CLAIM = text("""
    WITH hers AS (
        SELECT customer_id, kind, value FROM identities
        WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) AND verified_at IS NOT NULL
            AND ended_at IS NULL
    ), reached AS (
        SELECT c.id, hers.customer_id FROM hers JOIN contacts c ON lower(c.email) = hers.value
        WHERE hers.kind = 'email'
        UNION ALL
        SELECT c.id, hers.customer_id FROM hers
            JOIN contacts c ON regexp_replace(c.phone, '[^0-9+]', '', 'g') = hers.value
        WHERE hers.kind = 'phone' AND c.email IS NULL
    )
    UPDATE orders o SET customer_id = reached.customer_id FROM reached
    WHERE o.contact_id = reached.id AND o.customer_id IS NULL
    RETURNING o.id
""")

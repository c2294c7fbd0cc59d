"""Give a customer the orders that they placed as a guest, after they have verified the address in them."""

from uuid import UUID

from sqlalchemy import text

from app.core.accounts.events import ORDER_CLAIMED
from app.core.transaction import Transaction


def claim(tx: Transaction, customer_id: UUID) -> int:
    """Claim the unclaimed orders that carry one of the customer's verified addresses; return how many.

    Each order goes to the merged customer who verified the address, and moves with that customer if the merge is
    undone. An order belongs to the person who gets its messages. So a phone number counts only if the order has no
    email address: no message ever went to the number, and one wrong digit must not show an order to a stranger.

    It is one conditional UPDATE, so two concurrent sign-ins claim each order once.
    """
    claimed = tx.session.execute(_CLAIM, {"customer": customer_id}).scalars().all()
    for order_id in claimed:
        tx.record(ORDER_CLAIMED, {}, order_id=order_id)
    return len(claimed)


# Orders hold unreadable phone numbers as guests typed them. The comparison drops all but digits and +.
_CLAIM = text("""
    WITH verified AS (
        SELECT customer_id, kind, value FROM identities
        WHERE customer_id IN (SELECT id FROM customer_ids(:customer))
            AND verified_at IS NOT NULL AND ended_at IS NULL
    ), matching AS (
        SELECT c.id, v.customer_id FROM verified v JOIN contacts c ON lower(c.email) = v.value
        WHERE v.kind = 'email'
        UNION ALL
        SELECT c.id, v.customer_id FROM verified v
            JOIN contacts c ON regexp_replace(c.phone, '[^0-9+]', '', 'g') = v.value
        WHERE v.kind = 'phone' AND c.email IS NULL
    )
    UPDATE orders o SET customer_id = matching.customer_id FROM matching
    WHERE o.contact_id = matching.id AND o.customer_id IS NULL
    RETURNING o.id
""")

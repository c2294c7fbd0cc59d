"""Guest orders that carry a verified address of a customer: list them, and claim those that the customer names.

Nothing is claimed without the customer: a stranger can place an order with their address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.accounts.events import ORDER_CLAIMED
from app.core.customers import merged_customers
from app.core.transaction import Transaction

Reader = Session | Connection


class ClaimableOrder(NamedTuple):
    number: str
    placed_at: datetime
    status: str
    currency: str
    total: int
    """Minor units."""


@dataclass(frozen=True)
class ClaimOrders:
    customer_id: UUID
    numbers: Sequence[str]


def claimable_orders(reader: Reader, customer_id: UUID) -> list[ClaimableOrder]:
    """Return the guest orders that the customer may claim, newest first.

    An order belongs to the person who gets its messages. So a phone number counts only if the order has no email
    address: no message ever went to the number, and one wrong digit must not show an order to a stranger.
    """
    return [ClaimableOrder(*row) for row in reader.execute(_CLAIMABLE, {"customer": customer_id})]


def claim_orders(tx: Transaction, command: ClaimOrders) -> list[str]:
    """Claim the named orders among the claimable ones; return their numbers. Raises NotFound if erased.

    Each order goes to the merged customer who verified the address, and moves with that customer if the merge is
    undone. It is one conditional UPDATE, so of two concurrent claims one gets the order. A claimed order gives no
    right over store credit or saved cards.
    """
    merged_customers.lock(tx.session, command.customer_id)
    values = {"customer": command.customer_id, "numbers": list(command.numbers)}
    claimed = tx.session.execute(_CLAIM, values).all()
    for order_id, _ in claimed:
        tx.record(ORDER_CLAIMED, {}, order_id=order_id)
    return sorted(number for _, number in claimed)


# Orders hold unreadable phone numbers as guests typed them. The comparison drops all but digits and +.
_MATCHING = """
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
"""
_CLAIMABLE = text(f"""
    {_MATCHING}
    SELECT o.number, o.placed_at, o.status, o.currency, o.total
    FROM orders o JOIN matching m ON m.id = o.contact_id
    WHERE o.customer_id IS NULL ORDER BY o.placed_at DESC, o.id
""")  # noqa: S608 - a constant of this file
_CLAIM = text(f"""
    {_MATCHING}
    UPDATE orders o SET customer_id = matching.customer_id FROM matching
    WHERE o.contact_id = matching.id AND o.customer_id IS NULL AND o.number = ANY(:numbers)
    RETURNING o.id, o.number
""")  # noqa: S608 - a constant of this file

"""The one open cart of an account, the same on every device, and how a guest's goes into it."""

from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.carts.cart_view import MAX_LINES
from app.core.orders.pickup import cart_token
from app.core.transaction import Transaction


@dataclass(frozen=True)
class GuestCart:
    """A guest's cart, and that it is hers."""

    id: UUID
    token: str = field(repr=False)


def find(reader: Session | Connection, customer_id: UUID) -> UUID | None:
    """Her open cart. Customers who were merged may each have left one: the last one used counts."""
    found: UUID | None = reader.execute(_FIND, {"customer": customer_id}).scalar()
    return found


def owns_cart(reader: Connection, cart_id: UUID, customer_id: UUID) -> bool:
    """Whether a cart, open or ordered, is hers."""
    return bool(reader.execute(_IS_HERS, {"cart": cart_id, "customer": customer_id}).scalar())


def find_or_create(tx: Transaction, customer_id: UUID, currency: str) -> UUID:
    """Her open cart, a new one if she has none.

    Of two devices that open one at once the later collides on `carts_open_idx`, is repeated, and finds the
    other's.
    """
    found = find(tx.session, customer_id)
    if found is not None:
        return found
    return tx.insert(
        "carts",
        client_id=tx.actor.client_id, sales_channel=tx.actor.sales_channel, customer_id=customer_id,
        currency=currency, created_at=tx.now, last_activity_at=tx.now,
    )  # fmt: skip


def merge_guest_cart(tx: Transaction, customer_id: UUID, guest: GuestCart | None) -> UUID | None:
    """Put a guest's cart into hers; her open cart, if she has one then.

    Her cart is another than the guest's, since whoever used the same browser before knows the guest's token. Of
    what is in both she gets the larger quantity, not the sum: it is the same wish, made on two devices, or once
    more after an answer was lost.

    1. Close the guest's cart, by a conditional UPDATE: one merge at most, and none of what is being ordered.
    2. Take over lines, coupons and, where she has chosen none, the store.
    """
    if guest is None or not _is_known(tx, guest):
        return find(tx.session, customer_id)
    closing: dict[str, Any] = {"guest": guest.id, "now": tx.now}
    row = tx.session.execute(_LOCK_GUEST, closing).first()
    if row is None:
        return find(tx.session, customer_id)
    own = find_or_create(tx, customer_id, row.currency)
    tx.write()
    for statement in (_LINES, _COUPONS, _STORE, _CLOSE):
        tx.session.execute(statement, closing | {"own": own, "most": MAX_LINES})
    payload = {"from": str(guest.id), "to": str(own)}
    tx.record("cart.merged", payload, customer_id=customer_id)
    return own


def _is_known(tx: Transaction, guest: GuestCart) -> bool:
    right = cart_token(tx.ports.secrets, guest.id)
    return compare_digest(guest.token.encode(), right.encode())


_FIND = text("""
    SELECT id FROM carts
    WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) AND order_id IS NULL AND merged_into_id IS NULL
    ORDER BY last_activity_at DESC, id LIMIT 1
""")
_IS_HERS = text("""
    SELECT EXISTS (SELECT FROM carts WHERE id = :cart AND customer_id IN (SELECT id FROM customer_ids(:customer)))
""")
_LOCK_GUEST = text("""
    SELECT currency FROM carts
    WHERE id = :guest AND customer_id IS NULL AND order_id IS NULL AND merged_into_id IS NULL FOR UPDATE
""")
# As many as a cart holds: those that she has already change their quantity only.
_LINES = text("""
    INSERT INTO cart_lines AS own (cart_id, variant_id, quantity)
    SELECT :own, guest.variant_id, guest.quantity FROM cart_lines guest WHERE guest.cart_id = :guest
    ORDER BY NOT EXISTS (SELECT FROM cart_lines o WHERE o.cart_id = :own AND o.variant_id = guest.variant_id),
        guest.variant_id
    LIMIT :most - (
        SELECT count(*) FROM cart_lines o WHERE o.cart_id = :own AND NOT EXISTS (
            SELECT FROM cart_lines g WHERE g.cart_id = :guest AND g.variant_id = o.variant_id
        )
    )
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = GREATEST(own.quantity, excluded.quantity)
""")
_COUPONS = text("""
    INSERT INTO cart_coupons (cart_id, coupon_id)
    SELECT :own, coupon_id FROM cart_coupons WHERE cart_id = :guest ON CONFLICT DO NOTHING
""")
_STORE = text("""
    UPDATE carts own SET method = guest.method, location_id = guest.location_id, last_activity_at = :now
    FROM carts guest WHERE own.id = :own AND guest.id = :guest AND own.location_id IS NULL
""")
_CLOSE = text("UPDATE carts SET merged_into_id = :own, last_activity_at = :now WHERE id = :guest")

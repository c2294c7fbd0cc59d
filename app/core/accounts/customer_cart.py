"""A customer's one open cart, the same on every device, and the merge of a guest's cart into it."""

from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.accounts.events import CART_MERGED
from app.core.carts import cart_view
from app.core.carts.cart import MAX_LINES
from app.core.carts.cart_view import CartView
from app.core.carts.models import Cart
from app.core.customers import merged_customers
from app.core.orders.pickup import cart_token
from app.core.transaction import Transaction


@dataclass(frozen=True)
class GuestCart:
    """A guest's cart, with the token that proves the caller has it."""

    id: UUID
    token: str = field(repr=False)


@dataclass(frozen=True)
class OpenCart:
    customer_id: UUID
    currency: str
    guest_cart: GuestCart | None
    """A guest's cart to merge into it."""


def open_cart(tx: Transaction, command: OpenCart) -> CartView:
    """Return the customer's open cart; create it if they have none. Repeating it changes nothing."""
    cart_id = merge_guest_cart(tx, command.customer_id, command.guest_cart) or find_or_create(
        tx, command.customer_id, command.currency
    )
    tx.write()
    return cart_view.view(tx.session, cart_id, tx.now)


def find(reader: Session | Connection, customer_id: UUID) -> UUID | None:
    """Return the customer's open cart. If merged customers left several, the last used one counts."""
    query = (
        select(Cart.id)
        .where(
            _belongs_to(customer_id),
            Cart.order_id.is_(None),
            Cart.merged_into_id.is_(None),
        )
        .order_by(Cart.last_activity_at.desc(), Cart.id)
        .limit(1)
    )
    return reader.execute(query).scalar()


def owns_cart(reader: Connection, cart_id: UUID, customer_id: UUID) -> bool:
    """Return whether a cart, open or ordered, is the customer's."""
    query = select(Cart.id).where(Cart.id == cart_id, _belongs_to(customer_id))
    return reader.execute(query).first() is not None


def find_or_create(tx: Transaction, customer_id: UUID, currency: str) -> UUID:
    """Return the customer's open cart; create it if they have none.

    If two devices create one at the same time, the later transaction collides on `carts_open_idx`, is repeated and
    finds the other's cart.
    """
    existing = find(tx.session, customer_id)
    if existing is not None:
        return existing
    return tx.insert(
        Cart,
        client_id=tx.actor.client_id,
        sales_channel=tx.actor.sales_channel,
        customer_id=customer_id,
        currency=currency,
        created_at=tx.now,
        last_activity_at=tx.now,
    )


def merge_guest_cart(
    tx: Transaction, customer_id: UUID, guest_cart: GuestCart | None
) -> UUID | None:
    """Merge a guest's cart into the customer's; return the customer's open cart, if there is one then.

    The customer's cart is another row than the guest's, because an earlier user of the same browser knows the
    guest's token. A variant in both carts gets the larger quantity, not the sum: the shopper added it on two
    devices, or again after a lost answer.

    1. Lock the guest's cart if it is open, so it merges once at most, and never while it is being ordered.
    2. Copy lines, coupons and, if the customer's cart has no store, the store.
    3. Close the guest's cart.
    """
    if guest_cart is None or not _has_token(tx, guest_cart):
        return find(tx.session, customer_id)
    values: dict[str, Any] = {"guest": guest_cart.id, "now": tx.now}
    row = tx.session.execute(_LOCK_GUEST, values).first()
    if row is None:
        return find(tx.session, customer_id)
    own = find_or_create(tx, customer_id, row.currency)
    tx.write()
    for statement in (_COPY_LINES, _COPY_COUPONS, _COPY_STORE, _CLOSE_GUEST):
        tx.session.execute(statement, values | {"own": own, "max_lines": MAX_LINES})
    payload = {"from": str(guest_cart.id), "to": str(own)}
    tx.record(CART_MERGED, payload, customer_id=customer_id)
    return own


def _belongs_to(customer_id: UUID) -> ColumnElement[bool]:
    return Cart.customer_id.in_(merged_customers.select_ids(literal(customer_id)))


def _has_token(tx: Transaction, guest_cart: GuestCart) -> bool:
    expected = cart_token(tx.ports.secrets, guest_cart.id)
    return compare_digest(guest_cart.token.encode(), expected.encode())


_LOCK_GUEST = text("""
    SELECT currency FROM carts
    WHERE id = :guest AND customer_id IS NULL AND order_id IS NULL AND merged_into_id IS NULL FOR UPDATE
""")
# Never more lines than a cart may hold. Lines that the customer's cart already has only change their quantity.
_COPY_LINES = text("""
    INSERT INTO cart_lines AS own (cart_id, variant_id, quantity)
    SELECT :own, guest.variant_id, guest.quantity FROM cart_lines guest WHERE guest.cart_id = :guest
    ORDER BY NOT EXISTS (SELECT FROM cart_lines o WHERE o.cart_id = :own AND o.variant_id = guest.variant_id),
        guest.variant_id
    LIMIT :max_lines - (
        SELECT count(*) FROM cart_lines o WHERE o.cart_id = :own AND NOT EXISTS (
            SELECT FROM cart_lines g WHERE g.cart_id = :guest AND g.variant_id = o.variant_id
        )
    )
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = GREATEST(own.quantity, excluded.quantity)
""")
_COPY_COUPONS = text("""
    INSERT INTO cart_coupons (cart_id, coupon_id)
    SELECT :own, coupon_id FROM cart_coupons WHERE cart_id = :guest ON CONFLICT DO NOTHING
""")
_COPY_STORE = text("""
    UPDATE carts own SET type = guest.type, location_id = guest.location_id, last_activity_at = :now
    FROM carts guest WHERE own.id = :own AND guest.id = :guest AND own.location_id IS NULL
""")
_CLOSE_GUEST = text(
    "UPDATE carts SET merged_into_id = :own, last_activity_at = :now WHERE id = :guest"
)

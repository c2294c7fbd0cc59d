from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.carts import cart_view
from app.core.carts.cart_view import CartView
from app.core.errors import CouponNotFound, Invalid
from app.core.pricing.promotions import coupon_code
from app.core.transaction import CommittedRefusal, Transaction

MAX_COUPONS = 10


@dataclass(frozen=True)
class SetCoupon:
    cart_id: UUID
    code: str
    """As the shopper types it: case, spaces, hyphens and look-alike letters do not matter."""
    used: bool = True
    """False takes it out."""


def set_coupon(tx: Transaction, command: SetCoupon) -> CartView | CommittedRefusal[CartView]:
    """Put a coupon into a cart, or take it out; again changes nothing. It is counted when the order is placed.

    CouponNotFound is returned, so that the try counts: whoever guesses codes has only so many with a cart.
    Raises NotFound, TooManyAttempts, Invalid for too many.
    """
    cart_view.touch(tx.session, command.cart_id, tx.now)
    values = {"cart_id": command.cart_id, "folded": coupon_code.fold(command.code)}
    if not command.used:
        tx.session.execute(_TAKE_OUT, values)
    elif not _put(tx, values):
        unknown = "There is no such coupon, or it no longer holds: check the code."
        return CommittedRefusal(CouponNotFound(unknown))
    view = cart_view.view(tx.session, command.cart_id, tx.now)
    if len(view.coupons) > MAX_COUPONS:
        raise Invalid(f"A cart takes {MAX_COUPONS} coupons at most: take one out first.")
    return view


def _put(tx: Transaction, values: dict[str, Any]) -> bool:
    """False for a coupon that is not there or cannot be used; a try is spent before we know."""
    cart_view.spend_try(tx.session, values["cart_id"], "coupon", tx.now)
    return tx.session.execute(_PUT, values).first() is not None


_PUT = text("""
    INSERT INTO cart_coupons (cart_id, coupon_id)
    SELECT :cart_id, c.id FROM coupons c JOIN promotions p ON p.id = c.promotion_id
    WHERE c.folded = :folded AND c.active AND p.ended_at IS NULL
        AND (c.uses_limit IS NULL OR c.uses < c.uses_limit)
        AND (p.uses_limit IS NULL OR p.uses < p.uses_limit)
    ON CONFLICT (cart_id, coupon_id) DO UPDATE SET cart_id = excluded.cart_id RETURNING coupon_id
""")
_TAKE_OUT = text("""
    DELETE FROM cart_coupons WHERE cart_id = :cart_id
    AND coupon_id = (SELECT id FROM coupons WHERE folded = :folded)
""")

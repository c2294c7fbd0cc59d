"""The coupons of a cart."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select, text

from app.core.carts import cart, cart_view
from app.core.carts.cart_view import CartView
from app.core.carts.models import CartCoupon
from app.core.errors import CouponNotFound, Invalid
from app.core.pricing.models import Coupon
from app.core.pricing.promotions import coupon_code
from app.core.transaction import CommittedRefusal, Transaction

MAX_COUPONS = 10


@dataclass(frozen=True)
class SetCoupon:
    cart_id: UUID
    code: str
    """As the shopper types it: case, spaces, hyphens and look-alike letters do not matter."""
    active: bool = True
    """False removes the coupon from the cart."""


def set_coupon(tx: Transaction, command: SetCoupon) -> CartView | CommittedRefusal[CartView]:
    """Add a coupon to a cart, or remove it. A repeated call changes nothing. The order counts the redemption.

    CouponNotFound is returned and committed, so that the attempt counts: guesses per cart are limited.
    Raises NotFound, TooManyAttempts, Invalid for too many coupons.
    """
    cart.touch(tx.session, command.cart_id, tx.now)
    code = coupon_code.normalise(command.code)
    if not command.active:
        _remove(tx, command.cart_id, code)
    elif not _add(tx, command.cart_id, code):
        return CommittedRefusal(
            CouponNotFound("There is no such coupon, or it is no longer valid: check the code.")
        )
    view = cart_view.view(tx.session, command.cart_id, tx.now)
    if len(view.coupons) > MAX_COUPONS:
        raise Invalid(f"A cart takes at most {MAX_COUPONS} coupons: remove one first.")
    return view


def _add(tx: Transaction, cart_id: UUID, code: str) -> bool:
    """Return False for an unknown or unusable coupon. Consume an attempt before the look-up."""
    cart.consume_attempt(tx.session, cart_id, "coupon", tx.now)
    return tx.session.execute(_ADD, {"cart_id": cart_id, "code": code}).first() is not None


def _remove(tx: Transaction, cart_id: UUID, code: str) -> None:
    coupon_id = select(Coupon.id).where(Coupon.normalised_code == code).scalar_subquery()
    tx.session.execute(
        delete(CartCoupon).where(CartCoupon.cart_id == cart_id, CartCoupon.coupon_id == coupon_id)
    )


_ADD = text("""
    INSERT INTO cart_coupons (cart_id, coupon_id)
    SELECT :cart_id, c.id FROM coupons c JOIN promotions p ON p.id = c.promotion_id
    WHERE c.normalised_code = :code AND c.active AND p.deactivated_at IS NULL
        AND (c.uses_limit IS NULL OR c.redemption_count < c.uses_limit)
        AND (p.uses_limit IS NULL OR p.redemption_count < p.uses_limit)
    ON CONFLICT (cart_id, coupon_id) DO UPDATE SET cart_id = excluded.cart_id RETURNING coupon_id
""")

from dataclasses import dataclass

from sqlalchemy import text

from app.core.errors import NotFound
from app.core.pricing.events import COUPON_DEACTIVATED
from app.core.pricing.promotions import coupon_code
from app.core.transaction import Transaction


@dataclass(frozen=True)
class DeactivateCoupon:
    promotion: str
    """Its code."""
    coupon: str
    """As it is printed, or anything that a shopper could not tell from it."""


def deactivate_coupon(tx: Transaction, command: DeactivateCoupon) -> str:
    """Let a coupon open its promotion no more, as one that leaked; its folded code. Again changes nothing.

    Carts that hold it are priced without it from now on; quotes that were signed keep their minutes.
    Raises NotFound.
    """
    folded = coupon_code.normalise(command.coupon)
    ended = tx.session.execute(_END, {"promotion": command.promotion, "folded": folded}).first()
    if ended is None:
        raise NotFound(
            f"Promotion {command.promotion} has no coupon {command.coupon}: look for it in its coupons."
        )
    if ended.is_new:
        tx.record(COUPON_DEACTIVATED, {"promotion": command.promotion, "coupon": ended.code})
    return folded


_END = text("""
    UPDATE coupons SET active = false
    FROM (
        SELECT c.id, c.active AS is_new FROM coupons c JOIN promotions p ON p.id = c.promotion_id
        WHERE c.folded = :folded AND p.code = :promotion FOR NO KEY UPDATE OF c
    ) AS before
    WHERE coupons.id = before.id RETURNING coupons.code, before.is_new
""")

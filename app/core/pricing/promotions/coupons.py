"""Coupons, as merchants add and deactivate them."""

import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import text

from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.pricing.events import COUPON_DEACTIVATED, COUPONS_CREATED
from app.core.pricing.promotions import coupon_code
from app.core.transaction import Transaction

MAX_COUPONS = 10_000
"""In one call."""


@dataclass(frozen=True)
class AddCoupons:
    promotion: str
    """Its code."""
    codes: tuple[str, ...] = ()
    """As they are printed. If empty, `count` new codes are made."""
    count: int = 0
    uses_limit: int | None = None
    """Of each coupon."""


@dataclass(frozen=True)
class DeactivateCoupon:
    promotion: str
    """Its code."""
    coupon: str
    """Its code as it is printed, or any form that shoppers cannot tell from it."""


def add_coupons(tx: Transaction, command: AddCoupons) -> list[str]:
    """Add coupons that open a promotion, and return their codes.

    Two codes that differ only in case, spaces, hyphens or look-alike letters (O and 0, I, L and 1) are one code,
    because shoppers cannot tell them apart. Raises Invalid, NotFound, Conflict (coupon_code_taken).
    """
    promotion_id = tx.session.scalar(_PROMOTION, {"code": command.promotion})
    if promotion_id is None:
        raise NotFound(
            f"There is no active promotion {command.promotion} with the condition coupon: create it first."
        )
    codes = command.codes or tuple(coupon_code.new_code() for _ in range(command.count))
    _validate(codes)
    event_id = tx.record(
        COUPONS_CREATED, {"promotion": command.promotion, "count": len(codes), "uses_limit": command.uses_limit}
    )  # fmt: skip
    rows = [
        {
            "id": str(new_id()), "promotion_id": str(promotion_id), "code": code,
            "normalised_code": coupon_code.normalise(code), "redemption_count": 0,
            "uses_limit": command.uses_limit, "active": True, "created_at": tx.now.isoformat(),
        }
        for code in codes
    ]  # fmt: skip
    added = set(tx.session.scalars(_ADD, {"rows": json.dumps(rows)}))
    if taken := [code for code in codes if code not in added]:
        raise Conflict(
            f"There are coupons that look like {', '.join(taken[:10])}: choose other codes.",
            code="coupon_code_taken",
            event=str(event_id),
        )
    return list(codes)


def deactivate_coupon(tx: Transaction, command: DeactivateCoupon) -> str:
    """Stop a coupon, such as one that leaked, and return its normalised code. A repeated call changes nothing.

    Carts that hold it are priced without it from now on. Signed quotes bind until they expire. Raises NotFound.
    """
    code = coupon_code.normalise(command.coupon)
    row = tx.session.execute(_DEACTIVATE, {"promotion": command.promotion, "code": code}).first()
    if row is None:
        raise NotFound(
            f"Promotion {command.promotion} has no coupon {command.coupon}: see its coupons."
        )
    if row.was_active:
        tx.record(COUPON_DEACTIVATED, {"promotion": command.promotion, "coupon": row.code})
    return code


def _validate(codes: tuple[str, ...]) -> None:
    """Raises Invalid."""
    if not codes or len(codes) > MAX_COUPONS:
        raise Invalid(f"Send codes, or a count, from 1 to {MAX_COUPONS}.", codes=["How many?"])
    if wrong := [code for code in codes if not coupon_code.is_code(code)]:
        form = "A code has 3 to 40 letters A–Z and digits; spaces and - may part them."
        raise Invalid(form, codes=wrong[:10])
    counts = Counter(coupon_code.normalise(code) for code in codes)
    if alike := [code for code in codes if counts[coupon_code.normalise(code)] > 1]:
        raise Invalid(
            f"These look alike to a shopper: {', '.join(alike[:10])}. Send one of them.",
            codes=alike[:10],
        )


_PROMOTION = text("""
    SELECT id FROM promotions
    WHERE code = :code AND deactivated_at IS NULL AND (conditions ->> 'coupon')::boolean
""")
_ADD = text("""
    INSERT INTO coupons (id, promotion_id, code, normalised_code, redemption_count, uses_limit, active, created_at)
    SELECT id, promotion_id, code, normalised_code, redemption_count, uses_limit, active, created_at
    FROM json_populate_recordset(NULL::coupons, CAST(:rows AS json)) ORDER BY normalised_code
    ON CONFLICT (normalised_code) DO NOTHING RETURNING code
""")
_DEACTIVATE = text("""
    UPDATE coupons SET active = false
    FROM (
        SELECT c.id, c.active AS was_active FROM coupons c JOIN promotions p ON p.id = c.promotion_id
        WHERE c.normalised_code = :code AND p.code = :promotion FOR NO KEY UPDATE OF c
    ) AS before
    WHERE coupons.id = before.id RETURNING coupons.code, before.was_active
""")

"""Redemptions of promotions and coupons, counted in the transaction of the order that redeems them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import secret_labels
from app.core.errors import Conflict
from app.core.ports import Secrets
from app.core.pricing.models import PromotionRedemption
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Redemption:
    promotion_id: UUID
    coupon_id: UUID | None
    code: str
    """The promotion's code."""
    title: str
    amount: int
    """Minor units that the order saved."""
    first_order: bool = False
    """Whether the promotion is only for a customer's first order."""

    @property
    def facts(self) -> dict[str, Any]:
        """As a signed quote stores it, in JSON. The keys stay when a field gets another name."""
        return {
            "promotion_id": str(self.promotion_id),
            "coupon_id": str(self.coupon_id) if self.coupon_id else None,
            "code": self.code, "title": self.title, "amount": self.amount, "first_order": self.first_order,
        }  # fmt: skip

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Redemption":
        coupon = facts["coupon_id"]
        return cls(
            promotion_id=UUID(facts["promotion_id"]), coupon_id=UUID(coupon) if coupon else None,
            code=facts["code"], title=facts["title"], amount=facts["amount"], first_order=facts["first_order"],
        )  # fmt: skip


def insert(
    tx: Transaction,
    order_id: UUID,
    customer_id: UUID | None,
    email_hash: str,
    redemptions: Sequence[Redemption],
) -> None:
    """Collect a row for each redemption."""
    for one in redemptions:
        tx.insert(
            PromotionRedemption,
            promotion_id=one.promotion_id, coupon_id=one.coupon_id, order_id=order_id,
            customer_id=customer_id, email_hash=email_hash, amount=one.amount, created_at=tx.now,
        )  # fmt: skip


def redeem(session: Session, email_hash: str, redemptions: Sequence[Redemption]) -> None:
    """Count each redemption once.

    1. Count promotions and coupons that have a limit by a conditional UPDATE, locked in the order of their ids: of
       two orders that want the last redemption, one gets it. Do not count those without a limit, because all
       orders would wait for one row.
    2. Count a customer's redemptions in a row of their own. The same customer's other order waits for it.
    3. Always lock after the stock: promotions, coupons, customers, each by id. `release` and `redeem_again` lock
       in the same order, so two orders never wait for each other.

    Raises Conflict (promotion_limit_reached) if another order was faster. The price was agreed a moment ago, when
    all promotions had redemptions left.
    """
    if not redemptions:
        return
    refused = session.scalars(_REDEEM, _keys(email_hash, redemptions)).all()
    if refused:
        titles = ", ".join(one.title for one in redemptions if one.promotion_id in refused)
        raise Conflict(
            f"Another order took the last redemption of {titles} at this moment. "
            "Send the order again to see the price without it.",
            code="promotion_limit_reached",
        )


def limit_reached(
    session: Session, email_hash: str, redemptions: Sequence[Redemption]
) -> Collection[UUID]:
    """Return the promotions that have no redemption left: in all, for their coupon or for this customer."""
    return set(session.scalars(_LIMIT_REACHED, _keys(email_hash, redemptions)))


def lock_customer(session: Session, email_hash: str) -> None:
    """Wait until no other transaction holds this lock for the customer, and hold it until this one ends."""
    session.execute(_LOCK, {"name": f"promotions of {email_hash}"})


def email_hash(secrets: Secrets, address: str) -> str:
    """Return the keyed hash that identifies a customer by their address. Limits outlive the address."""
    return secrets.token(secret_labels.PROMOTION_PERSON, address.strip().lower())


def release(session: Session, order_id: UUID, now: datetime) -> None:
    """Release the redemptions of an order that ended without a sale. A repeated call changes nothing."""
    session.execute(_RELEASE, {"order_id": order_id, "now": now})


def redeem_again(session: Session, order_id: UUID) -> None:
    """Redeem again what a reinstated order had released.

    The order keeps its price, because it was promised and the customer is at the counter. If other orders took the
    last redemption meanwhile, record this one as beyond the limit instead of counting it.
    """
    session.execute(_REDEEM_AGAIN, {"order_id": order_id})


def _keys(email_hash: str, redemptions: Sequence[Redemption]) -> dict[str, Any]:
    return {
        "promotions": [one.promotion_id for one in redemptions],
        "coupons": [one.coupon_id for one in redemptions if one.coupon_id],
        "email_hash": email_hash,
    }


_REDEEM = text("""
    WITH limited_promotion AS MATERIALIZED (
        SELECT id FROM promotions WHERE id = ANY(:promotions) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), promotion AS (
        UPDATE promotions p SET redemption_count = p.redemption_count + 1 FROM limited_promotion l
        WHERE p.id = l.id AND p.redemption_count < p.uses_limit RETURNING p.id
    ), limited_coupon AS MATERIALIZED (
        SELECT id, promotion_id FROM coupons WHERE id = ANY(:coupons) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), coupon AS (
        UPDATE coupons c SET redemption_count = c.redemption_count + 1 FROM limited_coupon l
        WHERE c.id = l.id AND c.redemption_count < c.uses_limit RETURNING c.id
    ), by_customer AS (
        SELECT id, limit_per_customer FROM promotions
        WHERE id = ANY(:promotions) AND limit_per_customer IS NOT NULL
    ), customer AS (
        INSERT INTO promotion_customer_usage AS known (promotion_id, email_hash, redemption_count)
        SELECT id, :email_hash, 1 FROM by_customer ORDER BY id
        ON CONFLICT (promotion_id, email_hash) DO UPDATE SET redemption_count = known.redemption_count + 1
        WHERE known.redemption_count < (SELECT limit_per_customer FROM by_customer WHERE id = known.promotion_id)
        RETURNING promotion_id
    )
    SELECT id FROM limited_promotion WHERE id NOT IN (SELECT id FROM promotion)
    UNION ALL
    SELECT promotion_id FROM limited_coupon WHERE id NOT IN (SELECT id FROM coupon)
    UNION ALL
    SELECT id FROM by_customer WHERE id NOT IN (SELECT promotion_id FROM customer)
""")
_LIMIT_REACHED = text("""
    SELECT p.id FROM promotions p
    LEFT JOIN promotion_customer_usage n ON n.promotion_id = p.id AND n.email_hash = :email_hash
    WHERE p.id = ANY(:promotions)
        AND (p.redemption_count >= p.uses_limit OR n.redemption_count >= p.limit_per_customer)
    UNION ALL
    SELECT promotion_id FROM coupons WHERE id = ANY(:coupons) AND redemption_count >= uses_limit
""")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
# PostgreSQL runs the parts of these statements in the order in which the last SELECT reads them.
_RELEASE = text("""
    WITH released AS (
        UPDATE promotion_redemptions SET released_at = :now WHERE order_id = :order_id AND released_at IS NULL
        RETURNING promotion_id, coupon_id, email_hash, NOT beyond_limit AS counted
    ), limited_promotion AS MATERIALIZED (
        SELECT id FROM promotions
        WHERE id IN (SELECT promotion_id FROM released WHERE counted) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), promotion AS (
        UPDATE promotions p SET redemption_count = p.redemption_count - 1
        FROM limited_promotion l WHERE p.id = l.id RETURNING p.id
    ), limited_coupon AS MATERIALIZED (
        SELECT id FROM coupons
        WHERE id IN (SELECT coupon_id FROM released WHERE counted) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), coupon AS (
        UPDATE coupons c SET redemption_count = c.redemption_count - 1
        FROM limited_coupon l WHERE c.id = l.id RETURNING c.id
    ), by_customer AS MATERIALIZED (
        SELECT n.promotion_id, n.email_hash FROM promotion_customer_usage n
        JOIN released r ON r.promotion_id = n.promotion_id AND r.email_hash = n.email_hash AND r.counted
        ORDER BY n.promotion_id FOR NO KEY UPDATE OF n
    ), customer AS (
        UPDATE promotion_customer_usage n SET redemption_count = n.redemption_count - 1 FROM by_customer b
        WHERE n.promotion_id = b.promotion_id AND n.email_hash = b.email_hash RETURNING n.promotion_id
    )
    SELECT (SELECT count(*) FROM promotion), (SELECT count(*) FROM coupon), (SELECT count(*) FROM customer)
""")
_REDEEM_AGAIN = text("""
    WITH released AS MATERIALIZED (
        SELECT id, promotion_id, coupon_id, email_hash FROM promotion_redemptions
        WHERE order_id = :order_id AND released_at IS NOT NULL FOR UPDATE
    ), promotion AS MATERIALIZED (
        SELECT id, redemption_count, uses_limit, limit_per_customer FROM promotions
        WHERE id IN (SELECT promotion_id FROM released) ORDER BY id FOR NO KEY UPDATE
    ), coupon AS MATERIALIZED (
        SELECT id, redemption_count, uses_limit FROM coupons
        WHERE id IN (SELECT coupon_id FROM released) ORDER BY id FOR NO KEY UPDATE
    ), by_customer AS MATERIALIZED (
        SELECT n.promotion_id, n.redemption_count FROM promotion_customer_usage n
        JOIN released r ON r.promotion_id = n.promotion_id AND r.email_hash = n.email_hash
        ORDER BY n.promotion_id FOR NO KEY UPDATE OF n
    ), limit_reached AS MATERIALIZED (
        SELECT id FROM promotion WHERE redemption_count >= uses_limit
        UNION ALL
        SELECT promotion_id FROM released
        WHERE coupon_id IN (SELECT id FROM coupon WHERE redemption_count >= uses_limit)
        UNION ALL
        SELECT b.promotion_id FROM by_customer b JOIN promotion p ON p.id = b.promotion_id
        WHERE b.redemption_count >= p.limit_per_customer
    ), redeemed AS (
        UPDATE promotion_redemptions u
        SET released_at = NULL, beyond_limit = u.promotion_id IN (SELECT id FROM limit_reached)
        FROM released r WHERE u.id = r.id
        RETURNING u.promotion_id, u.coupon_id, u.email_hash, NOT u.beyond_limit AS counted
    ), promotion_counted AS (
        UPDATE promotions p SET redemption_count = p.redemption_count + 1 FROM redeemed r
        WHERE r.counted AND p.id = r.promotion_id AND p.uses_limit IS NOT NULL RETURNING p.id
    ), coupon_counted AS (
        UPDATE coupons c SET redemption_count = c.redemption_count + 1 FROM redeemed r
        WHERE r.counted AND c.id = r.coupon_id AND c.uses_limit IS NOT NULL RETURNING c.id
    ), customer_counted AS (
        UPDATE promotion_customer_usage n SET redemption_count = n.redemption_count + 1 FROM redeemed r
        WHERE r.counted AND n.promotion_id = r.promotion_id AND n.email_hash = r.email_hash
        RETURNING n.promotion_id
    )
    SELECT (SELECT count(*) FROM promotion_counted), (SELECT count(*) FROM coupon_counted),
        (SELECT count(*) FROM customer_counted)
""")

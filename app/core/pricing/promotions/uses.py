"""Counting how often promotions and coupons are used, in the transaction of the order that uses them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.ports import Secrets
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Use:
    promotion_id: UUID
    coupon_id: UUID | None
    code: str
    """The promotion's."""
    title: str
    amount: int
    """Minor units that it saved."""
    first_order: bool = False
    """Whether it is for a person's first order only."""


def insert(tx: Transaction, order_id: UUID, person: str, uses: Sequence[Use]) -> None:
    """Collect a row for each."""
    for one in uses:
        tx.insert(
            "promotion_uses",
            promotion_id=one.promotion_id, coupon_id=one.coupon_id, order_id=order_id, person=person,
            amount=one.amount, created_at=tx.now,
        )  # fmt: skip


def count(session: Session, person: str, uses: Sequence[Use]) -> None:
    """Count each once, or raise Conflict (promotion_used_up).

    1. Those with a limit are counted by a conditional UPDATE, locked in the order of their ids: of two that
       want the last use, one gets it. Those without are not, or all orders would wait for one row.
    2. A person's uses are a row of their own, which waits for the same person's other order.
    3. Always after the stock, here and in giving back, so that two orders never wait for each other.
    """
    if not uses:
        return
    counted = session.scalar(
        _COUNT,
        {
            "promotions": [one.promotion_id for one in uses],
            "coupons": [one.coupon_id for one in uses if one.coupon_id],
            "person": person,
        },
    )
    if not counted:
        titles = ", ".join(one.title for one in uses)
        raise Conflict(
            f"{titles}: this has been used as often as it may be. Take the coupon out of the cart.",
            code="promotion_used_up",
        )


def person(secrets: Secrets, email: str) -> str:
    """Who uses it, told by the address and not telling it: limits outlive the address."""
    return secrets.token("promotion person", email.strip().lower())


def give_back(session: Session, order_id: UUID, now: datetime) -> None:
    """Let an order that ended without a sale give back what it used. Again changes nothing."""
    session.execute(_GIVE_BACK, {"order_id": order_id, "now": now})


_COUNT = text("""
    WITH wanted AS MATERIALIZED (
        SELECT id FROM promotions WHERE id = ANY(:promotions) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), promotion AS (
        UPDATE promotions p SET uses = p.uses + 1 FROM wanted
        WHERE p.id = wanted.id AND p.uses < p.uses_limit RETURNING p.id
    ), wanted_coupon AS MATERIALIZED (
        SELECT id FROM coupons WHERE id = ANY(:coupons) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), coupon AS (
        UPDATE coupons c SET uses = c.uses + 1 FROM wanted_coupon w
        WHERE c.id = w.id AND c.uses < c.uses_limit RETURNING c.id
    ), by_person AS (
        SELECT id, per_person FROM promotions WHERE id = ANY(:promotions) AND per_person IS NOT NULL
    ), person AS (
        INSERT INTO promotion_people AS known (promotion_id, person, uses)
        SELECT id, :person, 1 FROM by_person ORDER BY id
        ON CONFLICT (promotion_id, person) DO UPDATE SET uses = known.uses + 1
        WHERE known.uses < (SELECT per_person FROM by_person WHERE id = known.promotion_id)
        RETURNING promotion_id
    )
    SELECT (SELECT count(*) FROM wanted) = (SELECT count(*) FROM promotion)
        AND (SELECT count(*) FROM wanted_coupon) = (SELECT count(*) FROM coupon)
        AND (SELECT count(*) FROM by_person) = (SELECT count(*) FROM person)
""")
_GIVE_BACK = text("""
    WITH given AS (
        UPDATE promotion_uses SET given_back_at = :now WHERE order_id = :order_id AND given_back_at IS NULL
        RETURNING promotion_id, coupon_id, person
    ), promotion AS (
        UPDATE promotions SET uses = uses - 1
        WHERE id IN (SELECT promotion_id FROM given) AND uses_limit IS NOT NULL
    ), coupon AS (
        UPDATE coupons SET uses = uses - 1
        WHERE id IN (SELECT coupon_id FROM given) AND uses_limit IS NOT NULL
    )
    UPDATE promotion_people p SET uses = p.uses - 1 FROM given
    WHERE p.promotion_id = given.promotion_id AND p.person = given.person
""")

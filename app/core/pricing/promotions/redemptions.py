"""Counting how often promotions and coupons are used, in the transaction of the order that uses them."""

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
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Redemption:
    promotion_id: UUID
    coupon_id: UUID | None
    code: str
    """The promotion's."""
    title: str
    amount: int
    """Minor units that it saved."""
    first_order: bool = False
    """Whether it is for a person's first order only."""

    @property
    def facts(self) -> dict[str, Any]:
        """As a signed quote keeps it, in JSON. The keys stay when a field gets another name."""
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
    tx: Transaction, order_id: UUID, customer_id: UUID | None, person: str, uses: Sequence[Redemption]
) -> None:
    """Collect a row for each."""
    for one in uses:
        tx.insert(
            "promotion_uses",
            promotion_id=one.promotion_id, coupon_id=one.coupon_id, order_id=order_id,
            customer_id=customer_id, person=person, amount=one.amount, created_at=tx.now,
        )  # fmt: skip


def redeem(session: Session, person: str, uses: Sequence[Redemption]) -> None:
    """Count each once, or raise Conflict (promotion_limit_reached) where another order was faster: the price was
    agreed a moment ago, when all could be used.

    1. Those with a limit are counted by a conditional UPDATE, locked in the order of their ids: of two that want
       the last use, one gets it. Those without are not, or all orders would wait for one row.
    2. A person's uses are a row of their own, which waits for the same person's other order.
    3. Always after the stock; promotions, coupons, people, each by id. Giving back and taking again lock in the
       same order, so that two orders never wait for each other.
    """
    if not uses:
        return
    refused = session.scalars(_COUNT, _wanted(person, uses)).all()
    if refused:
        titles = ", ".join(one.title for one in uses if one.promotion_id in refused)
        raise Conflict(
            f"{titles}: this was used up in this very moment. Send the order again to see the price without it.",
            code="promotion_limit_reached",
        )


def limit_reached(session: Session, person: str, uses: Sequence[Redemption]) -> Collection[UUID]:
    """The promotions among these that are used up, in all, by their coupon or by this person."""
    return set(session.scalars(_USED_UP, _wanted(person, uses)))


def lock_customer(session: Session, person: str) -> None:
    """Until no other transaction that called this for her is open."""
    session.execute(_WAIT, {"name": f"promotions of {person}"})


def email_hash(secrets: Secrets, address: str) -> str:
    """Who uses it, told by the address and not telling it: limits outlive the address."""
    return secrets.token(secret_labels.PROMOTION_PERSON, address.strip().lower())


def release(session: Session, order_id: UUID, now: datetime) -> None:
    """Let an order that ended without a sale give back what it used. Again changes nothing."""
    session.execute(_GIVE_BACK, {"order_id": order_id, "now": now})


def redeem_again(session: Session, order_id: UUID) -> None:
    """Let an order that lives again hold what it gave back.

    It was promised its price, and its shopper stands at the counter: where others have used the last meanwhile,
    she keeps it, and the use is noted as beyond the limit instead of being counted.
    """
    session.execute(_TAKE_AGAIN, {"order_id": order_id})


def _wanted(person: str, uses: Sequence[Redemption]) -> dict[str, Any]:
    return {
        "promotions": [one.promotion_id for one in uses],
        "coupons": [one.coupon_id for one in uses if one.coupon_id],
        "person": person,
    }


_COUNT = text("""
    WITH wanted AS MATERIALIZED (
        SELECT id FROM promotions WHERE id = ANY(:promotions) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), promotion AS (
        UPDATE promotions p SET uses = p.uses + 1 FROM wanted
        WHERE p.id = wanted.id AND p.uses < p.uses_limit RETURNING p.id
    ), wanted_coupon AS MATERIALIZED (
        SELECT id, promotion_id FROM coupons WHERE id = ANY(:coupons) AND uses_limit IS NOT NULL
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
    SELECT id FROM wanted WHERE id NOT IN (SELECT id FROM promotion)
    UNION ALL
    SELECT promotion_id FROM wanted_coupon WHERE id NOT IN (SELECT id FROM coupon)
    UNION ALL
    SELECT id FROM by_person WHERE id NOT IN (SELECT promotion_id FROM person)
""")
_USED_UP = text("""
    SELECT p.id FROM promotions p LEFT JOIN promotion_people n ON n.promotion_id = p.id AND n.person = :person
    WHERE p.id = ANY(:promotions) AND (p.uses >= p.uses_limit OR n.uses >= p.per_person)
    UNION ALL
    SELECT promotion_id FROM coupons WHERE id = ANY(:coupons) AND uses >= uses_limit
""")
_WAIT = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
# The parts of these run in the order in which the last SELECT asks for them.
_GIVE_BACK = text("""
    WITH given AS (
        UPDATE promotion_uses SET given_back_at = :now WHERE order_id = :order_id AND given_back_at IS NULL
        RETURNING promotion_id, coupon_id, person, NOT beyond_limit AS counted
    ), wanted AS MATERIALIZED (
        SELECT id FROM promotions
        WHERE id IN (SELECT promotion_id FROM given WHERE counted) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), promotion AS (
        UPDATE promotions p SET uses = p.uses - 1 FROM wanted WHERE p.id = wanted.id RETURNING p.id
    ), wanted_coupon AS MATERIALIZED (
        SELECT id FROM coupons
        WHERE id IN (SELECT coupon_id FROM given WHERE counted) AND uses_limit IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    ), coupon AS (
        UPDATE coupons c SET uses = c.uses - 1 FROM wanted_coupon w WHERE c.id = w.id RETURNING c.id
    ), wanted_person AS MATERIALIZED (
        SELECT n.promotion_id, n.person FROM promotion_people n
        JOIN given ON given.promotion_id = n.promotion_id AND given.person = n.person AND given.counted
        ORDER BY n.promotion_id FOR NO KEY UPDATE OF n
    ), person AS (
        UPDATE promotion_people n SET uses = n.uses - 1 FROM wanted_person w
        WHERE n.promotion_id = w.promotion_id AND n.person = w.person RETURNING n.promotion_id
    )
    SELECT (SELECT count(*) FROM promotion), (SELECT count(*) FROM coupon), (SELECT count(*) FROM person)
""")
_TAKE_AGAIN = text("""
    WITH again AS MATERIALIZED (
        SELECT id, promotion_id, coupon_id, person FROM promotion_uses
        WHERE order_id = :order_id AND given_back_at IS NOT NULL FOR UPDATE
    ), promotion AS MATERIALIZED (
        SELECT id, uses, uses_limit, per_person FROM promotions WHERE id IN (SELECT promotion_id FROM again)
        ORDER BY id FOR NO KEY UPDATE
    ), coupon AS MATERIALIZED (
        SELECT id, uses, uses_limit FROM coupons WHERE id IN (SELECT coupon_id FROM again)
        ORDER BY id FOR NO KEY UPDATE
    ), known AS MATERIALIZED (
        SELECT n.promotion_id, n.uses FROM promotion_people n
        JOIN again ON again.promotion_id = n.promotion_id AND again.person = n.person
        ORDER BY n.promotion_id FOR NO KEY UPDATE OF n
    ), used_up AS MATERIALIZED (
        SELECT id FROM promotion WHERE uses >= uses_limit
        UNION ALL
        SELECT promotion_id FROM again WHERE coupon_id IN (SELECT id FROM coupon WHERE uses >= uses_limit)
        UNION ALL
        SELECT k.promotion_id FROM known k JOIN promotion p ON p.id = k.promotion_id WHERE k.uses >= p.per_person
    ), taken AS (
        UPDATE promotion_uses u
        SET given_back_at = NULL, beyond_limit = u.promotion_id IN (SELECT id FROM used_up)
        FROM again WHERE u.id = again.id
        RETURNING u.promotion_id, u.coupon_id, u.person, NOT u.beyond_limit AS counted
    ), promotion_counted AS (
        UPDATE promotions p SET uses = p.uses + 1 FROM taken t
        WHERE t.counted AND p.id = t.promotion_id AND p.uses_limit IS NOT NULL RETURNING p.id
    ), coupon_counted AS (
        UPDATE coupons c SET uses = c.uses + 1 FROM taken t
        WHERE t.counted AND c.id = t.coupon_id AND c.uses_limit IS NOT NULL RETURNING c.id
    ), person_counted AS (
        UPDATE promotion_people n SET uses = n.uses + 1 FROM taken t
        WHERE t.counted AND n.promotion_id = t.promotion_id AND n.person = t.person RETURNING n.promotion_id
    )
    SELECT (SELECT count(*) FROM promotion_counted), (SELECT count(*) FROM coupon_counted),
        (SELECT count(*) FROM person_counted)
""")

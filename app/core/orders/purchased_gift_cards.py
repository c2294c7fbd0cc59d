"""Gift cards that are bought like goods: the hand-over issues one for each unit of such a line.

A card that pays for anything is a multi-purpose voucher. There is no VAT on its sale, only on what is bought with
it (Directive (EU) 2016/1065; Directive 2006/112/EC, article 30b (1); VATA 1994, schedule 10B).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location
from app.core.errors import Invalid
from app.core.inventory.models import Reservation
from app.core.money import format_minor
from app.core.orders import notify
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment, Line
from app.core.payments.stored_value import gift_card_code
from app.core.payments.stored_value.gift_cards import IssueGiftCard, issue_gift_card
from app.core.payments.stored_value.models import StoredValueEntry
from app.core.pricing.tax_categories import VOUCHER
from app.core.transaction import Transaction


class SoldCards(NamedTuple):
    unit_price: int
    location_id: UUID
    units: int


def sold_cards(open_order: OpenOrder, fulfilments: Sequence[Fulfilment]) -> list[SoldCards]:
    """Return the gift cards among the goods that are about to be handed over."""
    rows = open_order.tx.session.execute(
        _LINES.join(Reservation, Reservation.line_id == Line.id)
        .where(Line.order_id == open_order.order.id, Reservation.status == "live")
        .where(Line.fulfilment_id.in_([one.id for one in fulfilments]))
        .with_only_columns(Line.unit_price, Reservation.location_id, Reservation.quantity)
    )
    return [SoldCards(*row) for row in rows]


def issue(open_order: OpenOrder, sold: Sequence[SoldCards], event_id: UUID, is_paid: bool) -> None:
    """Issue the cards that were handed over, and notify the customer of codes and PINs.

    Until the order is paid they pay nothing: a card that is captured after the hand-over may still be declined.
    """
    tx, order = open_order.tx, open_order.order
    reason = None if is_paid else "unpaid"
    for line in sold:
        country = tx.session.get_one(Location, line.location_id).country
        card = IssueGiftCard(line.unit_price, order.currency, country, "sold", order.id, reason)
        for _ in range(line.units):
            issue_gift_card(tx, card)
    if sold:
        notify.notify_customer(tx, order.id, event_id, "gift_cards")


def follow_payment(open_order: OpenOrder) -> None:
    """Block the cards of an order while its money is not here or disputed, and unblock them once it is.

    A block by the merchant, a refund or a write-off stays.
    """
    tx, figures = open_order.tx, open_order.balance()
    tx.write()  # a dispute may have been inserted just now
    values = {"order": open_order.order.id, "unpaid": figures.amount_due + figures.refunding > 0}
    tx.session.execute(_FOLLOW_PAYMENT, values)


def check_refund(open_order: OpenOrder, credited: int) -> None:
    """Raise Invalid if a refund would return the price of gift cards that were spent.

    `credited` is the amount by which the order's value falls. The other goods of the order are refunded first.
    """
    _withdrawals(open_order, credited, is_strict=True)


def withdraw_refunded(
    open_order: OpenOrder, credited: int, event_id: UUID, is_strict: bool = True
) -> None:
    """Debit the sold cards by the part of a refund that returns their price. An emptied card is blocked.

    Raises Invalid if they hold too little. A refund that was made elsewhere is not refused (`is_strict`).
    """
    tx = open_order.tx
    for card_id, amount in _withdrawals(open_order, credited, is_strict):
        tx.session.execute(_WITHDRAW, {"id": card_id, "amount": amount})
        tx.insert(
            StoredValueEntry,
            account_id=card_id, kind="adjust", amount=-amount, payment_id=None, event_id=event_id,
            occurred_at=tx.now,
        )  # fmt: skip


def _withdrawals(open_order: OpenOrder, credited: int, is_strict: bool) -> list[tuple[UUID, int]]:
    """Return the amount to debit by card; the unspent cards come first."""
    order = open_order.order
    if order.status != "collected":
        return []  # no card was issued yet
    cards = open_order.tx.session.execute(_SOLD, {"order": order.id}).all()
    value = order.total - order.cancelled - order.credited
    left = credited - max(value - sum(card.price for card in cards), 0)
    withdrawals = []
    for card in cards:
        if amount := max(min(card.balance, left), 0):
            withdrawals.append((card.id, amount))
            left -= amount
    if cards and left > 0 and is_strict:
        raise Invalid(
            f"The order's gift cards were spent: at most {format_minor(credited - left, order.currency)} "
            "can go back.",
            amount=[f"at most {credited - left}"],
        )
    return withdrawals


def keep_blocked(tx: Transaction, order_id: UUID) -> None:
    """Keep the unpaid cards of an order blocked for good, because its amount due is written off."""
    tx.session.execute(_KEEP_BLOCKED, {"order": order_id})


def positions(session: Session, order_id: UUID) -> set[int]:
    """Return the positions of the order's lines that are gift cards."""
    lines = _LINES.where(Line.order_id == order_id)
    return set(session.scalars(lines.with_only_columns(Line.position)))


class _IssuedCard(NamedTuple):
    id: UUID
    currency: str
    expires_at: datetime | None
    issued: int


def in_words(tx: Transaction, order_id: UUID) -> str:
    """Return the cards of an order for its message, a paragraph each. Codes and PINs are secrets and are derived
    again each time."""
    rows = tx.session.execute(_CARDS, {"order": order_id})
    return "\n\n".join(_words(tx, _IssuedCard(*row)) for row in rows)


def _words(tx: Transaction, card: _IssuedCard) -> str:
    amount = format_minor(card.issued, card.currency)
    code = gift_card_code.code(tx.ports.secrets, card.id)
    pin = gift_card_code.pin(tx.ports.secrets, card.id)
    return f"{amount}: code {code}, PIN {pin}{_until(card.expires_at)}"


def _until(expires_at: datetime | None) -> str:
    return f", until {expires_at:%d.%m.%Y}" if expires_at else ""


_LINES = (
    select(Line)
    .where(Line.tax_category == VOUCHER, Line.tax_rate == 0, Line.unit_price > 0)
    .order_by(Line.position)
)
_FOLLOW_PAYMENT = text("""
    UPDATE stored_value_accounts SET block_reason = wanted.reason
    FROM (SELECT CASE
        WHEN EXISTS (SELECT 1 FROM disputes WHERE order_id = :order AND status IN ('open', 'under_review'))
            THEN 'disputed'
        WHEN :unpaid THEN 'unpaid' END AS reason) wanted
    WHERE order_id = :order AND coalesce(block_reason, 'unpaid') IN ('unpaid', 'disputed')
        AND block_reason IS DISTINCT FROM wanted.reason
""")
_KEEP_BLOCKED = text("""
    UPDATE stored_value_accounts SET block_reason = 'written_off'
    WHERE order_id = :order AND block_reason IN ('unpaid', 'disputed')
""")
_SOLD = text("""
    SELECT a.id, a.balance, (
        SELECT sum(amount) FROM stored_value_entries e WHERE e.account_id = a.id AND e.kind IN ('issue', 'adjust')
    ) AS price
    FROM stored_value_accounts a WHERE a.order_id = :order ORDER BY a.balance DESC, a.id FOR UPDATE
""")
"""The cards of an order, each with the part of its price that was not refunded yet."""
_WITHDRAW = text("""
    UPDATE stored_value_accounts SET balance = balance - :amount,
        block_reason = CASE WHEN balance = :amount THEN 'refunded' ELSE block_reason END
    WHERE id = :id
""")
_CARDS = text("""
    SELECT p.id, p.currency, p.expires_at, e.amount AS issued
    FROM stored_value_accounts p JOIN stored_value_entries e ON e.account_id = p.id AND e.kind = 'issue'
    WHERE p.order_id = :order ORDER BY p.id
""")

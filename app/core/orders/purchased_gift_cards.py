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

from app.core.catalogue.models import Location, Variant
from app.core.inventory.models import Reservation
from app.core.money import format_minor
from app.core.orders import notify
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment, Line
from app.core.payments.stored_value import gift_card_code
from app.core.payments.stored_value.gift_cards import IssueGiftCard, issue_gift_card
from app.core.pricing.tax_categories import VOUCHER
from app.core.transaction import Transaction


def issue(open_order: OpenOrder, fulfilments: Sequence[Fulfilment], event_id: UUID) -> None:
    """Issue the cards of what is about to be handed over, and notify the customer of codes and PINs."""
    tx, order = open_order.tx, open_order.order
    sold = tx.session.execute(
        _LINES.join(Reservation, Reservation.line_id == Line.id)
        .where(Line.order_id == order.id, Reservation.status == "live")
        .where(Line.fulfilment_id.in_([one.id for one in fulfilments]))
        .with_only_columns(Line.unit_price, Line.fulfilment_id, Reservation.quantity)
    ).all()
    for unit_price, fulfilment_id, units in sold:
        location_id = open_order.fulfilment(fulfilment_id).location_id
        country = tx.session.get_one(Location, location_id).country
        for _ in range(units):
            card = IssueGiftCard(unit_price, order.currency, country, "sold", order.id)
            issue_gift_card(tx, card)
    if sold:
        notify.notify_customer(tx, order.id, event_id, "gift_cards")


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
    .join(Variant, Variant.id == Line.variant_id)
    .where(Variant.tax_category == VOUCHER, Line.tax_rate == 0, Line.unit_price > 0)
    .order_by(Line.position)
)
_CARDS = text("""
    SELECT p.id, p.currency, p.expires_at, e.amount AS issued
    FROM stored_value_accounts p JOIN stored_value_entries e ON e.account_id = p.id AND e.kind = 'issue'
    WHERE p.order_id = :order ORDER BY p.id
""")

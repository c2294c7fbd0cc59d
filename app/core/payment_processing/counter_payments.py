"""Which balance a gift card or a shopper's store credit at the counter is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.customers import merged_customers
from app.core.errors import DomainError, Invalid
from app.core.orders.models import Order
from app.core.payments.counter_tenders import CashPayment, StoredValuePayment, Tender
from app.core.payments.stored_value.models import StoredValueAccount
from app.core.payments.stored_value.verify_gift_card import GiftCardCredentials, verify_gift_card
from app.core.transaction import Transaction


@dataclass(frozen=True)
class GiftCardPayment:
    card: GiftCardCredentials
    amount: int
    """Minor units."""


@dataclass(frozen=True)
class CreditPayment:
    """Of the store credit of the order's customer."""

    amount: int


Offered = CashPayment | GiftCardPayment | CreditPayment


def recognise(
    tx: Transaction, order: Order, offered: Sequence[Offered]
) -> Sequence[Tender] | DomainError:
    """What is offered, as tenders; or the refusal of a wrong PIN, to be committed. Raises Invalid."""
    known: list[Tender] = []
    for one in offered:
        if isinstance(one, CashPayment):
            known.append(one)
        elif isinstance(one, CreditPayment):
            known.append(StoredValuePayment("store_credit", _credit_of(tx, order), one.amount))
        else:
            card = verify_gift_card(tx, one.card)
            if isinstance(card, DomainError):
                return card
            if card.currency != order.currency:
                raise Invalid(
                    f"This gift card holds {card.currency}: the order is in {order.currency}."
                )
            known.append(StoredValuePayment("gift_card", card.id, one.amount))
    return known


def _credit_of(tx: Transaction, order: Order) -> UUID:
    """The fullest of the customer's and of those merged into her."""
    own = merged_customers.ids_of(tx.session, order.customer_id) if order.customer_id else []
    found = (
        select(StoredValueAccount.id)
        .where(
            StoredValueAccount.customer_id.in_(own),
            StoredValueAccount.kind == "store_credit",
            StoredValueAccount.currency == order.currency,
        )
        .order_by(StoredValueAccount.balance.desc())
        .limit(1)
    )
    credit_id = tx.session.scalar(found)
    if credit_id is None:
        raise Invalid("The order's customer has no store credit: take another payment.")
    return credit_id

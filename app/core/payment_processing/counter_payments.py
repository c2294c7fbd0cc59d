"""Reads the payments that a till offers: which account a gift card or the customer's store credit is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.core.customers import merged_customers
from app.core.errors import DomainError, Invalid
from app.core.orders.locking import OpenOrder
from app.core.payments.counter_tenders import CashPayment, StoredValuePayment, Tender
from app.core.payments.stored_value import store_credit_codes
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
    """From the store credit of the customer who shows the code."""

    code: str = field(repr=False)
    """The one-time code from the customer's account: see `store_credit_codes`."""
    amount: int


OfferedPayment = CashPayment | GiftCardPayment | CreditPayment


def identify_tenders(
    open_order: OpenOrder, offered: Sequence[OfferedPayment]
) -> Sequence[Tender] | DomainError:
    """Return the offered payments as tenders with their accounts.

    A wrong PIN or code is returned as a refusal, so that the caller commits the attempt. Raises Invalid.
    """
    tx, order = open_order.tx, open_order.order
    tenders: list[Tender] = []
    for one in offered:
        if isinstance(one, CashPayment):
            tenders.append(one)
        elif isinstance(one, CreditPayment):
            customer_id = store_credit_codes.redeem(tx, one.code)
            if isinstance(customer_id, DomainError):
                return customer_id
            account_id = _store_credit_account(tx, customer_id, order.currency)
            tenders.append(StoredValuePayment("store_credit", account_id, one.amount))
        else:
            card = verify_gift_card(tx, one.card)
            if isinstance(card, DomainError):
                return card
            if card.currency != order.currency:
                raise Invalid(
                    f"This gift card holds {card.currency}: the order is in {order.currency}."
                )
            tenders.append(StoredValuePayment("gift_card", card.id, one.amount))
    return tenders


def _store_credit_account(tx: Transaction, customer_id: UUID, currency: str) -> UUID:
    """Return the customer's account with the highest balance, merged customers included."""
    ids = merged_customers.ids_of(tx.session, customer_id)
    found = (
        select(StoredValueAccount.id)
        .where(
            StoredValueAccount.customer_id.in_(ids),
            StoredValueAccount.kind == "store_credit",
            StoredValueAccount.currency == currency,
        )
        .order_by(StoredValueAccount.balance.desc())
        .limit(1)
    )
    account_id = tx.session.scalar(found)
    if account_id is None:
        raise Invalid("This customer has no store credit: take another payment.")
    return account_id

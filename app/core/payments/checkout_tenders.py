"""How an order is going to be paid: balances are set aside with it, a card is asked for after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.core.customers import merged_customers
from app.core.errors import DomainError, Invalid
from app.core.money import format_minor
from app.core.payments import ledger
from app.core.payments.counter_tenders import insufficient_balance
from app.core.payments.ledger import Payable
from app.core.payments.stored_value import balance
from app.core.payments.stored_value.models import StoredValueAccount
from app.core.payments.stored_value.verify_gift_card import GiftCardCredentials, verify_gift_card
from app.core.transaction import Transaction


@dataclass(frozen=True)
class GiftCardTender:
    card: GiftCardCredentials
    amount: int | None = None
    """Minor units; None: as much as it holds and the order needs."""


@dataclass(frozen=True)
class PaymentPlan:
    by_card: bool = False
    """What the balances leave is authorised on a card now; else it is paid when the goods are collected."""
    gift_cards: tuple[GiftCardTender, ...] = ()
    store_credit: bool = False
    """Of the shopper who is signed in: as much as there is and the order needs, after the gift cards."""


class TenderShare(NamedTuple):
    """What a balance is to pay."""

    method: str
    account_id: UUID
    most: int
    wanted: int | None = None


def balances(
    tx: Transaction, paying: PaymentPlan, currency: str
) -> Sequence[TenderShare] | DomainError:
    """The balances that may pay, each with what it holds; or the refusal of a wrong PIN, to be committed. Raises
    Invalid for one of another currency."""
    found: list[TenderShare] = []
    for one in paying.gift_cards:
        card = verify_gift_card(tx, one.card)
        if isinstance(card, DomainError):
            return card
        if card.currency != currency:
            raise Invalid(f"This gift card holds {card.currency}: the cart is in {currency}.")
        if all(part.account_id != card.id for part in found):
            found.append(TenderShare("gift_card", card.id, card.balance, one.amount))
    if paying.store_credit and tx.actor.id is not None:
        hers = select(StoredValueAccount.id, StoredValueAccount.balance).where(
            StoredValueAccount.customer_id.in_(merged_customers.ids_of(tx.session, tx.actor.id)),
            StoredValueAccount.kind == "store_credit",
            StoredValueAccount.currency == currency,
            StoredValueAccount.active,
        )
        found += [
            TenderShare("store_credit", row.id, row.balance) for row in tx.session.execute(hers)
        ]
    return found


def shares(found: Sequence[TenderShare], total: int, currency: str) -> list[TenderShare]:
    """What each pays of the total, in their order; what pays nothing is left out. Raises Invalid, Conflict."""
    paid: list[TenderShare] = []
    left = total
    for part in found:
        if part.wanted is not None and part.wanted > left:
            raise Invalid(
                f"Only {format_minor(left, currency)} is left for this gift card to pay.",
                gift_cards=[f"at most {left}"],
            )
        if part.wanted is not None and part.wanted > part.most:
            raise insufficient_balance(part.method)
        amount = min(part.most, left) if part.wanted is None else part.wanted
        if amount:
            paid.append(part._replace(most=amount))
            left -= amount
    return paid


def write(
    tx: Transaction, order: Payable, parts: Sequence[TenderShare], event_id: UUID
) -> dict[UUID, UUID]:
    """The tenders, as set aside; payment by balance, for `take`."""
    payments = {}
    for part in parts:
        payments[part.account_id] = ledger.insert_payment(
            tx, order, part.method, "authorised", part.most, authorised=part.most,
            stored_value_account_id=part.account_id,
        )  # fmt: skip
        ledger.record_event(tx, order, payments[part.account_id], "authorise", part.most, event_id)
    return payments


def debit(
    tx: Transaction, parts: Sequence[TenderShare], payments: dict[UUID, UUID], event_id: UUID
) -> None:
    """Debit the balances, sorted, after all else that the order locks. Raises Conflict (insufficient_balance) where
    another order was faster."""
    for part in sorted(parts, key=lambda part: part.account_id):
        if not balance.debit(
            tx,
            part.account_id,
            part.most,
            payments[part.account_id],
            event_id,
        ):
            raise insufficient_balance(part.method)

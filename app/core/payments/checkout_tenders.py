"""How a shopper pays at checkout: stored value is debited with the order, a card is authorised after it."""

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
    """Minor units; None: the lower of its balance and the open amount."""


@dataclass(frozen=True)
class PaymentPlan:
    by_card: bool = False
    """The rest is authorised on a card now; otherwise the customer pays it at pickup."""
    gift_cards: tuple[GiftCardTender, ...] = ()
    store_credit: bool = False
    """Use the signed-in shopper's store credit after the gift cards: as much as there is and the order needs."""


class TenderShare(NamedTuple):
    """The amount that one stored value account pays, minor units."""

    method: str
    account_id: UUID
    most: int
    wanted: int | None = None


def balances(
    tx: Transaction, plan: PaymentPlan, currency: str
) -> Sequence[TenderShare] | DomainError:
    """Return the accounts that may pay, each with its balance; or the refusal of a wrong PIN, to be committed.

    Raises Invalid for an account in another currency.
    """
    found: list[TenderShare] = []
    for one in plan.gift_cards:
        card = verify_gift_card(tx, one.card)
        if isinstance(card, DomainError):
            return card
        if card.currency != currency:
            raise Invalid(f"This gift card holds {card.currency}: the cart is in {currency}.")
        if all(part.account_id != card.id for part in found):
            found.append(TenderShare("gift_card", card.id, card.balance, one.amount))
    if plan.store_credit and tx.actor.id is not None:
        own = select(StoredValueAccount.id, StoredValueAccount.balance).where(
            StoredValueAccount.customer_id.in_(merged_customers.ids_of(tx.session, tx.actor.id)),
            StoredValueAccount.kind == "store_credit",
            StoredValueAccount.currency == currency,
            StoredValueAccount.block_reason.is_(None),
        )
        found += [
            TenderShare("store_credit", row.id, row.balance) for row in tx.session.execute(own)
        ]
    return found


def shares(found: Sequence[TenderShare], total: int, currency: str) -> list[TenderShare]:
    """Return what each account pays of the total, in their order, without those that pay nothing.

    Raises Invalid, Conflict (insufficient_balance).
    """
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
    """Insert the payments as authorised; return the payment id by account, for `debit`."""
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
    """Debit the accounts, sorted by id, after everything else that the order locks.

    Raises Conflict (insufficient_balance) if another order was faster.
    """
    for part in sorted(parts, key=lambda part: part.account_id):
        if not balance.debit(
            tx,
            part.account_id,
            part.most,
            payments[part.account_id],
            event_id,
        ):
            raise insufficient_balance(part.method)

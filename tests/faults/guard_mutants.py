"""The guards against the ten losses: how to remove each, and how the removal makes a test fail."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from app import wiring
from app.core import idempotency
from app.core.fulfilment import expire
from app.core.inventory import stock
from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Order
from app.core.payment_processing import begin_payment, confirm_order, scheduled
from app.core.payment_processing.attempts import AttemptRequest
from app.core.payment_processing.attempts import begin_attempt as real_begin_attempt
from app.core.payment_processing.provider_sync import send_call, sync_payment
from app.core.payment_processing.provider_sync.send_call import ProviderCall
from app.core.payments import apply_provider_state, ledger, tenders
from app.core.payments.models import Payment
from app.core.payments.order_balance import Balance
from app.core.payments.stored_value import balance
from app.core.pricing.promotions import redemptions
from app.core.provider import PaymentRequest
from app.core.transaction import Transaction, UseCaseRunner
from tests import databases
from tests.drivers.shop import Shop
from tests.faults.mutants import reserve_what_was_read
from tests.faults.process_crash import Crash

Patch = pytest.MonkeyPatch


TakeOut = Callable[[Patch], None]


@contextmanager
def net(shop: Shop, name: str | None) -> Iterator[None]:
    """Drop this constraint or unique index; restore it over empty tables afterwards."""
    if name is None:
        yield
        return
    ((drop, create),) = shop.rows(_NET, name=name)
    shop.change(drop)
    try:
        yield
    finally:
        databases.empty(shop.app.config["SQLALCHEMY_DATABASE_URI"])
        shop.change(create)


_NET = """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conname = :name
    UNION ALL
    SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indexrelid::regclass::text = :name
"""

# 1. Paid, no order.


def a_commit_before_asking(patch: Patch) -> None:
    """The reader asks the payer before payment and attempt are written."""

    def attempt(tx: Transaction, order: Order, wanted: AttemptRequest) -> UUID:
        attempt_id = real_begin_attempt(tx, order, wanted)
        if wanted.kind == "reader":
            assert wanted.session_id is not None
            requested = PaymentRequest(
                wanted.session_id, order.number, wanted.amount, order.currency
            )
            tx.ports.provider.start_reader_payment(requested, "", str(attempt_id))
        return attempt_id

    patch.setattr(begin_payment, "begin_attempt", attempt)


def looking_at_what_is_open(patch: Patch) -> None:
    """Only the provider's webhook makes a payment known."""
    patch.setattr(scheduled, "open_sessions", lambda *_: [])


def coming_back_to_attempts(patch: Patch) -> None:
    """A call without a response is never continued."""
    patch.setattr(scheduled, "unfinished", lambda *_: [])


# 2. Charged twice.


def one_key_for_all_tries(patch: Patch) -> None:
    """Each attempt has a key of its own."""
    patch.setattr(ProviderCall, "key", property(lambda _: str(uuid4())))


def only_asking_after_a_day(patch: Patch) -> None:
    """However old, it is sent again."""
    patch.setattr(send_call, "RETRY_WINDOW", timedelta(days=1000))


def one_open_payment(patch: Patch) -> None:
    """A second request to pay does not see the first one."""

    def load_by_number(tx: Transaction, number: str, location_id: UUID | None) -> OpenOrder:
        open_order = locking.load_by_number(tx, number, location_id)
        return replace(open_order, _money=(list(open_order.payments), None))

    patch.setattr(begin_payment, "locking", SimpleNamespace(load_by_number=load_by_number))


# 3. Oversold.


def a_conditional_promise(patch: Patch) -> None:
    patch.setattr(stock, "reserve", reserve_what_was_read)


# 4. Gift card or coupon used too often.


def a_conditional_debit(patch: Patch) -> None:
    """The balance of the card was checked when it was entered."""
    patch.setattr(balance, "_DEBIT", _lacking(balance._DEBIT, "AND balance >= :amount"))


def a_conditional_use(patch: Patch) -> None:
    """The limit of the coupon was checked when the cart was priced."""
    lacking = _lacking(redemptions._REDEEM, "AND c.redemption_count < c.uses_limit")
    patch.setattr(redemptions, "_REDEEM", lacking)


def _lacking(statement: TextClause, condition: str) -> TextClause:
    assert condition in statement.text
    return text(statement.text.replace(condition, ""))


# 5. Refunded too much.


def counting_what_is_on_its_way(patch: Patch) -> None:
    """A refund counts once it has arrived, not before."""

    def paid(payments: Sequence[Payment], declining: Sequence[UUID] = ()) -> Any:
        found = honest(payments, declining)
        in_progress = {one.id: one.refunding for one in payments}
        return [replace(one, returned=one.returned - in_progress[one.payment_id]) for one in found]

    honest = tenders.captured
    patch.setattr(tenders, "captured", paid)


def reading_under_the_lock(patch: Patch) -> None:
    """The tenders are read before the wait for the order, and later refunds are not seen."""

    def load_by_number(tx: Transaction, number: str, *place: Any) -> OpenOrder:
        found = select(Payment).join(Order, Order.id == Payment.order_id)
        early = list(tx.session.scalars(found.where(Order.number == number)))
        return replace(honest(tx, number, *place), _money=(early, None))

    honest = locking.load_by_number
    patch.setattr(locking, "load_by_number", load_by_number)


# 6. Payment events overwrite one another.


def adding_up(patch: Patch) -> None:
    """A total is what the last event said."""

    def write(
        tx: Transaction, order: Any, payment: Payment, kind: str, amount: int, *a: Any, **k: Any
    ) -> int:
        if kind in ledger.SUMS:
            setattr(payment, ledger.SUMS[kind][0], 0)
        return honest(tx, order, payment, kind, amount, *a, **k)

    honest = ledger.record
    patch.setattr(ledger, "record", write)


def the_furthest_state(patch: Patch) -> None:
    """The last response always wins."""
    patch.setattr(apply_provider_state, "_furthest_status", lambda ours, theirs: theirs)


# 7. Amount not bound to the order.


def the_frozen_amount(patch: Patch) -> None:
    """The payer is charged today's price of the goods."""

    def balance(self: OpenOrder, capturing: int = 0) -> Balance:
        today = int(self.tx.session.scalar(_TODAY, {"order": self.order.id}) or 0)
        return replace(honest(self, capturing), total=today, cancelled=0, credited=0, paid=0)

    honest = OpenOrder.balance
    patch.setattr(OpenOrder, "balance", balance)


def comparing_the_amount(patch: Patch) -> None:
    """Any payment with our id is accepted as the requested one."""
    patch.setattr(sync_payment, "is_foreign", lambda *_: False)


_TODAY = text("""
    SELECT sum(l.quantity * p.amount) FROM order_lines l JOIN LATERAL (
        SELECT amount FROM prices WHERE variant_id = l.variant_id ORDER BY starts_at DESC LIMIT 1
    ) p ON true WHERE l.order_id = :order
""")

# 8. Till sale lost.


def an_answer_after_the_commit(patch: Patch) -> None:
    """The receipt is sent before the commit, and a failed commit goes unnoticed."""

    def answer(
        self: UseCaseRunner, use_case: Any, command: Any, actor: Any, key: Any, render: Any
    ) -> bytes:
        rendered: list[bytes] = []

        def remember(session: Session, result: Any) -> bytes:
            rendered.append(render(session, result))
            return rendered[-1]

        try:
            return honest(self, use_case, command, actor, key, remember)
        except Crash:
            return rendered[-1]

    honest = UseCaseRunner.answer
    patch.setattr(UseCaseRunner, "answer", answer)


def waiting_for_the_disk(patch: Patch) -> None:
    patch.setitem(wiring.DATABASE_LIMITS, "synchronous_commit", "off")


# 9. Till sale doubled.


def stored_responses(patch: Patch) -> None:
    """A key means nothing."""
    looking_for_a_stored_answer(patch)
    patch.setattr(idempotency, "store", lambda *_: None)


def looking_for_a_stored_answer(patch: Patch) -> None:
    """The repeat runs into the constraint on the stored response."""
    patch.setattr(idempotency, "begin", lambda *_: None)


# 10. The timer beats the payment.


def closing_the_page_first(patch: Patch) -> None:
    """The expiry looks at the clock alone."""
    patch.setattr(expire, "_awaits_payment", lambda _: False)


def promising_again(patch: Patch) -> None:
    """A late payment reinstates the order without a check that its goods are available."""
    patch.setattr(confirm_order, "stock", SimpleNamespace(reserve=lambda *_: True))


def giving_back_what_came_too_late(patch: Patch) -> None:
    patch.setattr(sync_payment, "_release_late_payment", lambda *_: None)

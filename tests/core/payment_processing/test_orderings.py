"""Provider updates may come in any order, twice, late or not at all: the result is as if each came once, in
order."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.core.payments.models import PaymentSession
from app.core.provider import ProviderDispute, ProviderPayment, ProviderRefund
from app.core.transaction import SYSTEM, Transaction
from tests.drivers.payments import BY_CARD, ask
from tests.drivers.shop import Shop
from tests.fakes.provider import AT
from tests.reads.database import SessionReads
from tests.scale import scaled


def story(payment_id: UUID) -> list[ProviderPayment]:
    """Return six moments of one payment: opened, authorised, captured, refunded in part, disputed, the dispute
    won."""
    opened = ProviderPayment(
        "pi_story", payment_id, "GBP", 2000, "open", 0, 0, 0, None, None, None, (), ()
    )
    authorised = replace(opened, status="authorised", authorised=2000, capture_before=AT)
    captured = replace(authorised, status="captured", captured=2000, fee=50)
    refunded = replace(captured, refunds=(ProviderRefund("re_1", None, 300, "succeeded"),))
    dispute = ProviderDispute("dp_1", 1700, "fraudulent", "open", AT, AT)
    disputed = replace(refunded, disputes=(dispute,))
    is_won = replace(disputed, disputes=(replace(dispute, status="won"),))
    return [opened, authorised, captured, refunded, disputed, is_won]


class Books:
    """One collected order, and a transaction that applies its payment's moments again and again. A common
    beginning of several sequences is applied once, and rolled back after the last of them."""

    def __init__(self, shop: Shop, session: Session) -> None:
        self.shop, self.session = shop, session
        self.session_id: UUID = session.scalars(select(PaymentSession.id)).one()
        self.moments = story(self.session_id)

    @contextmanager
    def reported(self, seen: ProviderPayment) -> Iterator[None]:
        part = self.session.begin_nested()
        tx = Transaction(self.session, self.shop.clock.now(), SYSTEM, self.shop.runner.ports)
        sync_payment(tx, SyncPayment(self.session_id, seen))
        tx.write()
        self.session.flush()
        yield
        part.rollback()
        self.session.expire_all()

    def end(self) -> Any:
        """Return the books after the last moment too: it always arrives, because the provider is queried until
        both sides agree."""
        with self.reported(self.moments[-1]):
            return _end(SessionReads(self.session))

    def in_turn(self) -> Any:
        with ExitStack() as before:
            for seen in self.moments:
                before.enter_context(self.reported(seen))
            return self.end()

    def every_order(self, left: Sequence[ProviderPayment]) -> Iterator[Any]:
        """Yield the result of each order of the remaining moments."""
        if not left:
            yield self.end()
        for seen in left:
            with self.reported(seen):
                yield from self.every_order([other for other in left if other is not seen])

    def every_telling(self, most: int) -> Iterator[Any]:
        """Yield the result of each choice of up to so many moments: some twice, some never, in any order."""
        yield self.end()
        for seen in self.moments if most else ():
            with self.reported(seen):
                yield from self.every_telling(most - 1)


def _end(books: SessionReads) -> list[object]:
    """Return the content of the books without ids and times, which depend on the order of the moments."""
    payment, session = books.payment(), books.payment_session()
    sums = (payment.authorised, payment.captured, payment.refunded, payment.charged_back)
    return [
        (payment.status, *sums, payment.provider_id, session.status),
        sorted((one.kind, one.provider_reference, one.amount) for one in books.payment_events()),
        [(one.status, one.paid, one.review_reason) for one in books.order_records()],
        sorted(one.status for one in books.disputes()),
    ]


@pytest.fixture
def books(shop: Shop) -> Iterator[Books]:
    shop.stock("A", 2000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    with Session(shop.engine, expire_on_commit=False) as session:
        yield Books(shop, session)


def test_every_order_of_six_moments_has_the_same_result(books: Books) -> None:
    in_turn = books.in_turn()
    assert in_turn[0] == ("captured", 2000, 2000, 300, 0, "pi_story", "completed")
    assert list(books.every_order(books.moments)) == [in_turn] * 720


def test_duplicates_losses_and_delays_change_nothing(books: Books) -> None:
    most = scaled(4, 2)
    tellings = sum(6**reported for reported in range(most + 1))
    assert list(books.every_telling(most)) == [books.in_turn()] * tellings

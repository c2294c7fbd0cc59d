"""Loads an order for a change: locked, with all its fulfilments."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select

from app.core.errors import Conflict, NotFound
from app.core.event_kinds import EventKind
from app.core.inventory import reservations
from app.core.inventory.models import Reservation
from app.core.model import constant
from app.core.orders.events import BY_STATUS
from app.core.orders.models import Fulfilment, Line, Order
from app.core.orders.statuses import ENDED_WITHOUT_SALE, FULFILMENT, FULFILMENT_STATUS, ORDER
from app.core.payments.models import Payment, PaymentSession
from app.core.payments.order_balance import Balance, Stage
from app.core.transaction import Transaction

_MONEY: Select[Payment | None, PaymentSession | None] = (
    select(Payment, PaymentSession)
    .select_from(Order)
    .outerjoin(Payment, Payment.order_id == Order.id)
    .outerjoin(
        PaymentSession,
        and_(PaymentSession.order_id == Order.id, PaymentSession.status == constant("open")),
    )
    .order_by(Payment.created_at, Payment.id)
    .execution_options(populate_existing=True)
)
"""The payments of an order, each with the open session; one row without a payment if there is none."""


@dataclass
class OpenOrder:
    """An order that is locked for a change, with all its fulfilments. Lines, payments and the open payment session
    are read at their first use.

    Every writer of payments and sessions locks the order first, so they need no lock of their own. They are read
    by a statement after the lock: PostgreSQL reads again only the rows that it locks, so a payment that a rival
    wrote while we waited would be missed by the locking statement.
    """

    tx: Transaction
    order: Order
    fulfilments: Sequence[Fulfilment]
    """By id; at least one."""
    _lines: list[Line] | None = None
    _money: tuple[list[Payment], PaymentSession | None] | None = None

    @property
    def payments(self) -> Sequence[Payment]:
        """In the order in which they were created."""
        return self._read_money()[0]

    @property
    def open_session(self) -> PaymentSession | None:
        """The session that asks a payer now."""
        return self._read_money()[1]

    def payment(self, payment_id: UUID) -> Payment | None:
        return next((one for one in self.payments if one.id == payment_id), None)

    def session(self, session_id: UUID) -> PaymentSession:
        """Return a session of the order as it is now, open or ended."""
        found = self.open_session
        if found is not None and found.id == session_id:
            return found
        return self.tx.session.get_one(PaymentSession, session_id, populate_existing=True)

    def add_payment(self, payment: Payment) -> None:
        """Take a payment that was just inserted into account."""
        if payment not in self.payments:
            self._read_money()[0].append(payment)

    def _read_money(self) -> tuple[list[Payment], PaymentSession | None]:
        if self._money is None:
            rows = self.tx.session.execute(_MONEY.where(Order.id == self.order.id)).all()
            payments = {payment.id: payment for payment, _ in rows if payment is not None}
            self._money = list(payments.values()), rows[0][1]
        return self._money

    @property
    def review_place(self) -> Fulfilment:
        """The fulfilment at whose store staff review the order."""
        return self.fulfilments[0]

    def fulfilment(self, fulfilment_id: UUID | None) -> Fulfilment:
        return next(one for one in self.fulfilments if one.id == fulfilment_id)

    def at(self, location_id: UUID) -> list[Fulfilment]:
        return [one for one in self.fulfilments if one.location_id == location_id]

    def lines(self, fulfilment: Fulfilment | None = None) -> list[Line]:
        """Return the lines of all fulfilments, or those of one, by position."""
        if self._lines is None:
            found = (
                select(Line)
                .where(Line.order_id == self.order.id, Line.fulfilment_id.is_not(None))
                .order_by(Line.position)
            )
            self._lines = list(self.tx.session.scalars(found))
        if fulfilment is None:
            return self._lines
        return [line for line in self._lines if line.fulfilment_id == fulfilment.id]

    def lock_reservations(
        self, fulfilments: Collection[Fulfilment] | None = None
    ) -> list[Reservation]:
        """Lock the order's stock and return its live reservations: of all fulfilments, or of those given."""
        rows = reservations.lock(self.tx.session, self.order.id)
        if fulfilments is None or len(fulfilments) == len(self.fulfilments):
            return rows
        ids = {line.id for one in fulfilments for line in self.lines(one)}
        return [row for row in rows if row.line_id in ids]

    def fulfilments_of(self, rows: Collection[Reservation]) -> list[Fulfilment]:
        """Return the fulfilments that one of the reservations belongs to."""
        if len(self.fulfilments) == 1:  # saves the statement that reads the lines
            return list(self.fulfilments) if rows else []
        ids = {row.line_id for row in rows}
        return [one for one in self.fulfilments if any(x.id in ids for x in self.lines(one))]

    def balance(self, capturing: int = 0) -> Balance:
        """Return the figures of the order's money. `capturing` is the amount of captures under way."""
        stage: Stage = "open"
        if self.order.status in ENDED_WITHOUT_SALE:
            stage = "ended"
        elif self.order.status == "collected":
            stage = "collected"
        return Balance(
            total=self.order.total,
            cancelled=self.order.cancelled,
            credited=self.order.credited,
            paid=self.order.paid,
            authorised=sum(one.authorised for one in self.payments if one.status == "authorised"),
            refunding=sum(one.refunding for one in self.payments),
            capturing=capturing,
            stage=stage,
        )

    def must_be(self, statuses: Collection[str], otherwise: str) -> None:
        """Raise Conflict unless the order has one of the statuses; `otherwise` completes "Order … is …"."""
        if self.order.status not in statuses:
            raise self._invalid_state(otherwise)

    def move_to(
        self, status: str, fulfilments: Sequence[Fulfilment] | None = None, **payload: Any
    ) -> UUID:
        """Move the order and its fulfilments (all, unless named) to `status`; return the id of the event.

        Raises Conflict if the tables of statuses do not allow it.
        """
        moved = self.fulfilments if fulfilments is None else fulfilments
        order, target = self.order, FULFILMENT_STATUS.get(status, status)
        if not ORDER.allows(order.status, status) or not all(
            FULFILMENT.allows(one.status, target) for one in moved
        ):
            raise self._invalid_state(f" and cannot become {status} now.")
        order.transition_count += 1
        event_id = self.record(
            BY_STATUS[status],
            {"from": order.status, "to": status, "step": order.transition_count, **payload},
            _shared_location(moved),
        )
        order.status = status
        for one in moved:
            one.status = target
        return event_id

    def record(
        self, kind: EventKind, payload: dict[str, Any], location_id: UUID | None = None
    ) -> UUID:
        """Collect an event of the order and return its id."""
        return self.tx.record(kind, payload, order_id=self.order.id, location_id=location_id)

    def _invalid_state(self, otherwise: str) -> Conflict:
        return Conflict(
            f"Order {self.order.number} is {self.order.status}{otherwise}",
            code="invalid_state",
            status=self.order.status,
        )


def load_by_number(tx: Transaction, number: str, location_id: UUID | None = None) -> OpenOrder:
    """Lock the order of that number; for staff, only if a fulfilment is at their store. Raises NotFound."""
    return _load(tx, Order.number == number, location_id, f"There is no order {number} here.")


def load_by_fulfilment(tx: Transaction, fulfilment_id: UUID, location_id: UUID) -> OpenOrder:
    """Lock the order of a fulfilment of the store, with all its fulfilments. Raises NotFound."""
    order_id = select(Fulfilment.order_id).where(
        Fulfilment.id == fulfilment_id, Fulfilment.location_id == location_id
    )
    message = "There is no such fulfilment at this store."
    return _load(tx, Order.id == order_id.scalar_subquery(), location_id, message)


def load_by_id(tx: Transaction, order_id: UUID) -> OpenOrder:
    """Raises NotFound."""
    return _load(tx, Order.id == order_id, None, "There is no such order.")


def _load(
    tx: Transaction, condition: ColumnElement[bool], location_id: UUID | None, message: str
) -> OpenOrder:
    """Lock the order and its fulfilments in one statement.

    The order's lock alone would keep others away, but PostgreSQL reads again only what it locks: a fulfilment from
    before the wait would be changed as it no longer is. The join is inner: an imported order has no fulfilment and
    cannot be changed.
    """
    query = (
        select(Order, Fulfilment)
        .join(Fulfilment, Fulfilment.order_id == Order.id)
        .where(condition)
        .order_by(Fulfilment.id)
        .with_for_update(of=(Order, Fulfilment), key_share=True)
        .execution_options(populate_existing=True)
    )
    rows = tx.session.execute(query).all()
    fulfilments = [row[1] for row in rows]
    is_visible = location_id is None or any(one.location_id == location_id for one in fulfilments)
    if not rows or not is_visible:
        raise NotFound(message)
    return OpenOrder(tx, rows[0][0], fulfilments)


def _shared_location(fulfilments: Iterable[Fulfilment]) -> UUID | None:
    locations = {one.location_id for one in fulfilments}
    return locations.pop() if len(locations) == 1 else None

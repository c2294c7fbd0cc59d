"""An order as its owner and the staff of its store see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core import money
from app.core.errors import NotFound
from app.core.model import AnyRow
from app.core.orders import pickup
from app.core.orders.sql import ORDER_DETAILS, ORDER_DETAILS_AT
from app.core.orders.statuses import AWAITING_COLLECTION
from app.core.payments.order_balance import Balance
from app.core.ports import Secrets


class OrderLine(NamedTuple):
    """Amounts are in minor units."""

    sku: str
    title: str
    quantity: int
    cancelled: int
    """Units that were dropped."""
    unit_price: int
    discount: int
    tax_rate: int
    total: int
    net: int
    tax: int
    taxes: Sequence[Any] = ()
    """[[name, rate, amount]] of several taxes; empty for one."""

    @property
    def named_taxes(self) -> Sequence[Any]:
        return self.taxes or [["", self.tax_rate, self.tax]]


class OrderDiscount(NamedTuple):
    code: str
    title: str
    amount: int


class OrderPayment(NamedTuple):
    id: UUID
    method: str
    status: str
    amount: int
    authorised: int
    captured: int
    refunded: int
    refunding: int


@dataclass(frozen=True)
class OrderFulfilment:
    id: UUID
    type: str
    status: str
    location: str
    """The code of the store."""
    name: str
    address: str
    timezone: str
    hours: list[Any]
    holidays: dict[str, Any]
    latitude: float
    longitude: float
    pickup_person: str | None
    """The name of the person whom the shopper sends to collect."""
    code: str | None
    """The pickup code, for the owner and while the goods wait."""
    ready_by: datetime
    collect_by: datetime
    ready_at: datetime | None
    arrived_at: datetime | None
    collected_at: datetime | None
    country: str = ""
    """Of the store, by ISO 3166-1."""


class TaxTotals(NamedTuple):
    rate: int
    total: int
    net: int
    tax: int
    name: str = ""
    """Of the tax, if the lines have several. Then `net` counts for each of them, and `total` is `net` + `tax`."""


class Totals(NamedTuple):
    total: int
    net: int
    tax: int


@dataclass(frozen=True)
class OrderDetails:
    """Amounts are in minor units of `currency`."""

    id: UUID
    number: str
    status: str
    currency: str
    total: int
    net: int
    tax: int
    cancelled: int
    total_credited: int
    paid: int
    authorised: int
    amount_due: int
    amount_outstanding: int
    """Never below 0."""
    totals_after_cancellation: Totals
    """Before credit notes, which have their own VAT."""
    pay_by: datetime | None
    review_reason: str | None
    quote_hash: str
    placed_at: datetime
    customer_id: UUID | None
    lines: Sequence[OrderLine]
    discounts: Sequence[OrderDiscount]
    taxes: Sequence[TaxTotals]
    """The frozen figures by tax rate, the highest first."""
    payments: Sequence[OrderPayment]
    fulfilments: Sequence[OrderFulfilment]


Reader = Session | Connection


def order_details(reader: Reader, secrets: Secrets, number: str) -> OrderDetails:
    """Return an order for its owner, with its pickup codes. Raises NotFound."""
    row = reader.execute(ORDER_DETAILS, {"number": number}).first()
    return _details(row, secrets)


def order_details_at(reader: Reader, number: str, location_id: UUID) -> OrderDetails:
    """Return an order for the staff of a store that fulfils it, without codes. Raises NotFound."""
    row = reader.execute(ORDER_DETAILS_AT, {"number": number, "location_id": location_id}).first()
    return _details(row, secrets=None)


def _details(row: AnyRow | None, secrets: Secrets | None) -> OrderDetails:
    if row is None:
        raise NotFound("There is no such order here: check the number.")
    lines = [OrderLine(**line) for line in row.lines]
    payments = [_payment(payment) for payment in row.payments or ()]
    balance = Balance(
        row.total,
        row.cancelled,
        row.credited,
        row.paid,
        authorised=sum(one.authorised for one in payments if one.status == "authorised"),
        refunding=sum(one.refunding for one in payments),
    )
    return OrderDetails(
        id=row.id,
        number=row.number,
        status=row.status,
        currency=row.currency,
        total=row.total,
        net=row.net,
        tax=row.tax,
        cancelled=row.cancelled,
        total_credited=row.credited,
        paid=row.paid,
        authorised=balance.authorised,
        amount_due=balance.amount_due,
        amount_outstanding=max(balance.amount_outstanding, 0),
        totals_after_cancellation=_after_cancellation(row, lines),
        pay_by=row.pay_by,
        review_reason=row.review_reason,
        quote_hash=row.quote_hash,
        placed_at=row.placed_at,
        customer_id=row.customer_id,
        lines=lines,
        discounts=[OrderDiscount(**discount) for discount in row.discounts or ()],
        taxes=_taxes(lines),
        payments=payments,
        fulfilments=[_fulfilment(one, row, secrets) for one in row.fulfilments],
    )


def _payment(payment: dict[str, Any]) -> OrderPayment:
    return OrderPayment(**payment | {"id": UUID(payment["id"])})


def _fulfilment(facts: dict[str, Any], order: AnyRow, secrets: Secrets | None) -> OrderFulfilment:
    """Turn a fulfilment from JSON, where moments are text, into its record."""
    code_number = facts.pop("code_number")
    moments = {
        name: datetime.fromisoformat(moment) if (moment := facts[name]) else None
        for name in ("ready_by", "collect_by", "ready_at", "arrived_at", "collected_at")
    }
    code = None
    if secrets is not None and order.status in AWAITING_COLLECTION:
        code = pickup.pickup_code(secrets, order.number, code_number)
    known = {"id": UUID(facts["id"]), "pickup_person": order.pickup_person, "code": code}
    return OrderFulfilment(**facts | moments | known)


def _after_cancellation(order: AnyRow, lines: Iterable[OrderLine]) -> Totals:
    """Return the frozen figures without the shares of the units that were dropped."""
    tax = order.tax - sum(line.tax - _kept_tax(line, order.currency) for line in lines)
    total = order.total - order.cancelled
    return Totals(total, total - tax, tax)


def _kept_tax(line: OrderLine, currency: str) -> int:
    step, kept = money.share_step(line.total, currency), line.quantity - line.cancelled
    return money.share_of_tax(line.tax, line.total, line.quantity, kept, step)


def _taxes(lines: Iterable[OrderLine]) -> list[TaxTotals]:
    sums: dict[tuple[int, str], list[int]] = {}
    for line in lines:
        for name, rate, tax in line.named_taxes:
            part = sums.setdefault((rate, name), [0, 0])
            part[0] += line.net
            part[1] += tax
    return [
        TaxTotals(rate, net + tax, net, tax, name)
        for (rate, name), (net, tax) in sorted(
            sums.items(), key=lambda one: (-one[0][0], one[0][1])
        )
    ]

"""What of an order nobody has paid, and what has to move yet: with all that is under way."""

from collections.abc import Sequence

from app.core.orders.models import Order
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.payments import tenders
from app.core.payments.apply_provider_state import live_attempts
from app.core.payments.models import Payment
from app.core.transaction import Transaction


def amount_outstanding(order: Order, payments: Sequence[Payment]) -> int:
    """What is neither paid nor set aside, minor units; less than 0 where that is too much."""
    return _amount_due(order, payments) - tenders.secured(payments)


def _amount_due(order: Order, payments: Sequence[Payment]) -> int:
    """What is on its way back counts as gone: it may arrive when the goods have left."""
    return order.due + sum(one.refunding for one in payments)


def open_balance(tx: Transaction, order: Order, payments: Sequence[Payment]) -> int:
    """What has to move yet of an order, beyond what is under way: more than 0 to us, less than 0 to the shopper.
    While it goes on there is time for her to pay, and none to owe her something."""
    if order.status in ENDED_WITHOUT_SALE:
        here = (one.captured - one.refunded - one.refunding - one.charged_back for one in payments)
        return -sum(here)
    owed = _amount_due(order, payments)
    if order.status != "collected":
        return min(owed, 0)
    capturing = sum(
        attempt.amount
        for one in payments
        for attempt in live_attempts(tx, one.id)
        if attempt.kind == "capture"
    )
    return owed - capturing

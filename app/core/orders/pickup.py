"""What a pick-up promises: when it is ready, until when it is kept, and the code that opens it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from app.core import secret_labels
from app.core.catalogue.models import Location
from app.core.catalogue.opening_hours import NeverOpen, OpeningHours
from app.core.errors import Conflict
from app.core.model import AnyRow
from app.core.orders.models import Fulfilment, Order
from app.core.ports import Secrets

CODE_LENGTH = 6


class Promise(NamedTuple):
    ready_by: datetime
    collect_by: datetime


def hours_of(location: Location | AnyRow) -> OpeningHours:
    """The opening hours of a Location, or of a row with its timezone, hours and holidays."""
    return OpeningHours(location.timezone, location.hours, location.holidays)


def promise(location: Location | AnyRow, now: datetime) -> Promise:
    """For goods ordered now: ready when the store has had its preparation time, then kept `collect_days`.

    Raises Conflict (store_closed) for a store that does not open any more.
    """
    hours = hours_of(location)
    try:
        ready_by = hours.ready_by(now, location.preparation_minutes)
        return Promise(ready_by, hours.closing_after(ready_by, location.collect_days))
    except NeverOpen:
        raise Conflict(
            f"{location.name} is closed until further notice: choose another store.",
            code="store_closed",
        ) from None


def keep_from(location: Location | AnyRow, ready_at: datetime) -> tuple[datetime, datetime]:
    """(collect_by, remind_at) for goods that are ready at `ready_at`: they are, whatever the opening hours say."""
    try:
        collect_by = hours_of(location).closing_after(ready_at, location.collect_days)
    except NeverOpen:
        collect_by = ready_at + timedelta(days=location.collect_days)
    return collect_by, ready_at + timedelta(days=location.reminder_days)


def code_of(secrets: Secrets, order: Order, fulfilment: Fulfilment) -> str:
    """The pickup code in force. Derived, never stored."""
    return pickup_code(secrets, order.number, fulfilment.code_number)


def pickup_code(secrets: Secrets, number: str, code_number: int) -> str:
    return secrets.digits(secret_labels.PICKUP, number, code_number, CODE_LENGTH)


def order_token(secrets: Secrets, number: str) -> str:
    """The secret in an order's link. Derived, never stored."""
    return secrets.token(secret_labels.ORDER, number)


def cart_token(secrets: Secrets, cart_id: object) -> str:
    return secrets.token(secret_labels.CART, str(cart_id))

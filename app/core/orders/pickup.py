"""What a pick-up promises: when it is ready, until when it is kept, and the code that opens it."""

from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from app.core import secret_labels
from app.core.catalogue.models import Location
from app.core.catalogue.opening_hours import HasOpeningHours, NeverOpen, OpeningHours
from app.core.errors import Conflict
from app.core.orders.models import Fulfilment, Order
from app.core.ports import Secrets

CODE_LENGTH = 6


class Promise(NamedTuple):
    ready_by: datetime
    collect_by: datetime


class PickupStore(HasOpeningHours, Protocol):
    """A location, or a row with these columns of a location."""

    @property
    def name(self) -> str: ...
    @property
    def preparation_minutes(self) -> int: ...
    @property
    def collect_days(self) -> int: ...


def promise(location: PickupStore, now: datetime) -> Promise:
    """For goods ordered now: ready when the store has had its preparation time, then kept `collect_days`.

    Raises Conflict (store_closed) for a store that does not open any more.
    """
    hours = OpeningHours.of(location)
    try:
        ready_by = hours.ready_by(now, location.preparation_minutes)
        return Promise(ready_by, hours.closing_after(ready_by, location.collect_days))
    except NeverOpen:
        raise Conflict(
            f"{location.name} is closed until further notice: choose another store.",
            code="store_closed",
        ) from None


def keep_from(location: Location, ready_at: datetime) -> tuple[datetime, datetime]:
    """(collect_by, remind_at) for goods that are ready at `ready_at`: they are, whatever the opening hours say."""
    try:
        collect_by = OpeningHours.of(location).closing_after(ready_at, location.collect_days)
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

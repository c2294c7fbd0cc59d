"""The promise of a pickup: when it is ready, until when it is kept, and its code."""

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


class CollectionTimes(NamedTuple):
    collect_by: datetime
    remind_at: datetime


class PickupStore(HasOpeningHours, Protocol):
    """A location, or a row with these columns of a location."""

    @property
    def name(self) -> str: ...
    @property
    def preparation_minutes(self) -> int: ...
    @property
    def collect_days(self) -> int: ...


def promise(location: PickupStore, now: datetime) -> Promise:
    """Return the promise for goods ordered now: ready after the store's preparation time, then kept
    `collect_days`.

    Raises Conflict (store_closed) if the store no longer opens.
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


def collection_times(location: Location, ready_at: datetime) -> CollectionTimes:
    """Return the times for goods that are ready at `ready_at`, whatever the opening hours are."""
    try:
        collect_by = OpeningHours.of(location).closing_after(ready_at, location.collect_days)
    except NeverOpen:
        collect_by = ready_at + timedelta(days=location.collect_days)
    return CollectionTimes(collect_by, ready_at + timedelta(days=location.reminder_days))


def current_code(secrets: Secrets, order: Order, fulfilment: Fulfilment) -> str:
    """Return the pickup code in force. It is derived and never stored."""
    return pickup_code(secrets, order.number, fulfilment.code_number)


def pickup_code(secrets: Secrets, number: str, code_number: int) -> str:
    return secrets.digits(secret_labels.PICKUP, number, code_number, CODE_LENGTH)


def order_token(secrets: Secrets, number: str) -> str:
    """Return the secret in an order's link. It is derived and never stored."""
    return secrets.token(secret_labels.ORDER, number)


def cart_token(secrets: Secrets, cart_id: object) -> str:
    return secrets.token(secret_labels.CART, str(cart_id))

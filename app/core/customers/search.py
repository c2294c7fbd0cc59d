"""Search for a customer at a counter or in the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app.core import rate_limits
from app.core.customers import queries
from app.core.customers.events import CUSTOMER_SEARCHED
from app.core.customers.models import Identity
from app.core.customers.phone_country import normalise_here
from app.core.customers.queries import CustomerDetail
from app.core.errors import TooManyAttempts
from app.core.transaction import CommittedRefusal, Transaction

MAX_FOUND = 10
"""More customers with one address or number mean that something is wrong."""
SEARCHES, WINDOW = 300, timedelta(hours=1)
"""For each device: many more than a busy till needs, and few enough that a stolen one learns little."""


@dataclass(frozen=True)
class SearchCustomers:
    kind: str
    """One of IDENTITY_KINDS."""
    value: str


def search_customers(
    tx: Transaction, command: SearchCustomers
) -> Sequence[CustomerDetail] | CommittedRefusal[Sequence[CustomerDetail]]:
    """Return the people with this identity, each once, verified ones first.

    Record `customer.searched` with each of them: at a till it is a visit. A search without a result leaves no
    event. Returns a refusal if the device has used up its searches.
    """
    if tx.actor.device_id and not _consume_search(tx):
        return CommittedRefusal(
            TooManyAttempts(
                "Too many customer searches by this device. Wait an hour.",
                retry_after=int(WINDOW.total_seconds()),
            )
        )
    value = normalise_here(tx, command.kind, command.value)
    found = (
        select(Identity.customer_id)
        .where(Identity.kind == command.kind, Identity.value == value, Identity.ended_at.is_(None))
        .order_by(Identity.verified_at.is_(None), Identity.created_at)
        .limit(MAX_FOUND)
    )
    ids = tx.session.scalars(found).all()
    people = {one.id: one for one in (queries.get_customer(tx.session, id) for id in ids)}
    for person in people.values():
        tx.record(CUSTOMER_SEARCHED, {"by": command.kind}, customer_id=person.id)
    return list(people.values())


def _consume_search(tx: Transaction) -> bool:
    subject = str(tx.actor.device_id)
    return rate_limits.consume(
        tx.session, "customer search", subject, limit=SEARCHES, window=WINDOW, now=tx.now
    )

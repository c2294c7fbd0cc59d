"""Who is it that stands at the counter?"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.core import rate_limits
from app.core.customers import queries
from app.core.customers.normalise import normalise
from app.core.errors import TooManyAttempts
from app.core.transaction import CommittedRefusal, Transaction

MOST = 10
"""More claim the same address or number only where something is wrong."""
TRIES, PER = 300, timedelta(hours=1)
"""For each device: many more than a busy till needs, and few enough that a stolen one learns little."""


@dataclass(frozen=True)
class SearchCustomers:
    kind: str
    """One of IDENTITIES."""
    value: str


def search_customers(
    tx: Transaction, command: SearchCustomers
) -> list[dict[str, Any]] | CommittedRefusal[Any]:
    """The people known by it, as `queries.person` tells them; each once, however many parts of her are.

    That somebody was found is an event of hers: a visit, where it was at a till. Who is not found leaves none.
    Returns the refusal of one try too many.
    """
    if tx.actor.device_id and not _may_try(tx):
        wait = int(PER.total_seconds())
        return CommittedRefusal(
            TooManyAttempts("Too many look-ups by this device: wait an hour.", retry_after=wait)
        )
    value = normalise(tx.ports.phones, command.kind, command.value)
    ids = tx.session.scalars(_FIND, {"kind": command.kind, "value": value, "most": MOST}).all()
    people = {one["id"]: one for one in (queries.get_customer(tx.session, id) for id in ids)}
    for person in people.values():
        tx.record("customer.found", {"by": command.kind}, customer_id=person["id"])
    return list(people.values())


def _may_try(tx: Transaction) -> bool:
    subject = str(tx.actor.device_id)
    return rate_limits.consume(
        tx.session, "find customer", subject, limit=TRIES, window=PER, now=tx.now
    )


# What was shown to be hers comes first; then what is only claimed.
_FIND = text("""
    SELECT customer_id FROM identities WHERE kind = :kind AND value = :value AND ended_at IS NULL
    ORDER BY verified_at IS NULL, created_at LIMIT :most
""")

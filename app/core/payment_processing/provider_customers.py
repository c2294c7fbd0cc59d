"""The customer at the payment provider: an identity of the kind provider_customer."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.customers import merged_customers
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.transaction import Transaction, UseCaseRunner


def provider_customer_id(runner: UseCaseRunner, customer_id: UUID) -> str:
    """Return the provider's id of a customer; create it there if needed, with no transaction open.

    1. Return the stored id, if there is one.
    2. Create the customer at the provider. The idempotency key contains the customer's id, so two tabs or a retry
       get the same one. Each hour has another key, because a provider may repeat its own error for a key all day.
    3. Store the id. If another id was stored meanwhile, return that one, and have the new one deleted at the
       provider. The same happens if the customer was erased meanwhile.

    Raises OutcomeUnknown, Declined, NotFound.
    """
    payer, key = runner.perform(_find, customer_id)
    if payer is not None:
        return payer
    made = runner.ports.provider.create_customer(customer_id, key)
    try:
        return runner.perform(record_provider_customer, RecordProviderCustomer(customer_id, made))
    except NotFound:
        runner.perform(_delete_later, made)
        raise


def known_id(session: Session, customer_id: UUID) -> str | None:
    """Return the stored provider's id of a customer, or None."""
    payer: str | None = session.execute(_LOOK_UP, {"customer": customer_id}).one().payer
    return payer


def customer_of(session: Session, payer: str) -> UUID | None:
    """Return the customer with this provider's id; None if the customer was erased or is not ours."""
    found: UUID | None = session.execute(_OWNER, {"payer": payer}).scalar()
    return found


@dataclass(frozen=True)
class RecordProviderCustomer:
    customer_id: UUID
    payer: str


def record_provider_customer(tx: Transaction, command: RecordProviderCustomer) -> str:
    """Store the provider's id unless one is stored; return the stored id. Raises NotFound if erased."""
    merged_customers.lock(tx.session, command.customer_id)
    values = {
        "id": new_id(),
        "customer": command.customer_id,
        "payer": command.payer,
        "now": tx.now,
    }
    tx.session.connection().execute(_NOTE, values)
    payer = known_id(tx.session, command.customer_id)
    assert payer is not None, "one stands there now"  # noqa: S101
    if payer != command.payer:
        _delete_later(tx, command.payer)
    return payer


def _find(tx: Transaction, customer_id: UUID) -> tuple[str | None, str]:
    """Return the stored provider's id, if any, and the idempotency key to create a customer with.

    The key changes after a deletion at the provider, so that its response is not the deleted customer.
    """
    row = tx.session.execute(_LOOK_UP, {"customer": customer_id}).one()
    return row.payer, f"customer:{customer_id}:{row.ended}:{tx.now:%Y%m%dT%H}"


def _delete_later(tx: Transaction, payer: str) -> None:
    tx.ports.jobs.enqueue(tx.session, "delete_provider_customer", provider_customer_id=payer)


_LOOK_UP = text("""
    SELECT max(value) FILTER (WHERE ended_at IS NULL) AS payer,
        count(*) FILTER (WHERE ended_at IS NOT NULL) AS ended
    FROM identities WHERE customer_id = :customer AND kind = 'provider_customer'
""")
_OWNER = text("""
    SELECT customer_id FROM identities
    WHERE kind = 'provider_customer' AND value = :payer AND verified_at IS NOT NULL AND ended_at IS NULL
""")
_NOTE = text("""
    INSERT INTO identities (id, customer_id, kind, value, verified_at, created_at)
    VALUES (:id, :customer, 'provider_customer', :payer, :now, :now) ON CONFLICT DO NOTHING
""")

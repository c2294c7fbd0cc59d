"""Who a customer is at the payment provider: an identity of hers, of the kind provider_customer."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.customers import merged_customers
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.transaction import Transaction, UseCaseRunner


def provider_customer_id(runner: UseCaseRunner, customer_id: UUID) -> str:
    """By what the provider knows her; where it does not yet, it is asked to, with no transaction open.

    1. Look whether it is written down.
    2. Ask with a key made of her id: who asks twice, in two tabs or after a time-out, gets the same. Another hour
       has another key, since a provider may repeat an error of its own to the same one all day.
    3. Write it down; where another one stands there by now, that is it, and this one is forgotten there. So is she
       who was erased meanwhile.

    Raises NoAnswer, Declined, NotFound.
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
    """By what the provider knows her; None where it does not."""
    payer: str | None = session.execute(_LOOK_UP, {"customer": customer_id}).one().payer
    return payer


def customer_of(session: Session, payer: str) -> UUID | None:
    """The customer whom the provider knows by it; None for one who was erased, or is none of ours."""
    found: UUID | None = session.execute(_OWNER, {"payer": payer}).scalar()
    return found


@dataclass(frozen=True)
class RecordProviderCustomer:
    customer_id: UUID
    payer: str


def record_provider_customer(tx: Transaction, command: RecordProviderCustomer) -> str:
    """Write down by what the provider knows her; what stands there then. Raises NotFound for who was erased."""
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
    """By what the provider knows her, and the key to make her known with: another one also after she was deleted
    there, so that she who is made anew is not the deleted one."""
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

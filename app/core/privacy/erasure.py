"""Forgets a person: what `tables` declares as hers is blanked in every table, in one transaction."""

from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.accounts.contact_address import ContactAddress
from app.core.customers import suppressions
from app.core.customers.models import Contact, Customer
from app.core.customers.normalise import normalise
from app.core.errors import Conflict
from app.core.orders.models import Order
from app.core.orders.statuses import WAITING
from app.core.privacy.data_map import TABLES, TableEntry
from app.core.privacy.data_subject import DataSubject
from app.core.transaction import Transaction


def erase(tx: Transaction, subject: DataSubject) -> UUID:
    """Erase a person whom `person.lock` holds; the id of the erasure, by which the letters that were written to
    her are forgotten too.

    1. While an order of hers waits in a store, its name is needed: refuse. Her open carts are nobody's from now
       on, so that who is just ordering has an order of a guest.
    2. Let her consents end, and suppress her addresses while they are still known.
    3. Blank every column that is declared as hers, and let her be signed in nowhere. What law keeps is kept by
       the same declaration.
    4. Write down that it was done, by ids, and queue the forgetting of letters and of codes that were sent, and of
       what the payment provider keeps of her: her cards.

    Raises Conflict (invalid_state).
    """
    _refuse_while_orders_wait(tx, subject)
    tx.session.execute(_DETACH_CARTS, {"customers": list(subject.customers)})
    event_id = tx.record(
        "customer.erased", {}, customer_id=subject.customers[0] if subject.customers else None
    )
    _end_consents(tx, subject, event_id)
    contacts = tx.session.scalars(select(Contact).where(Contact.id.in_(subject.contacts))).all()
    suppressions.add_for_erasure(tx, contacts)
    values = subject.parameters(tx.now) | {"subjects": _rate_limit_subjects(tx, subject)}
    challenges = tx.session.execute(_CHALLENGES, values).scalars().all()
    _delete_at_provider(tx, subject)
    for name, table in TABLES.items():
        if table.row_filter and (table.erased or table.deleted):
            tx.session.connection().execute(text(_erase_statement(name, table)), values)
    tx.session.execute(
        update(Customer)
        .where(Customer.id.in_(subject.customers))
        .values(erased_at=tx.now, favourite_location_id=None)
        .execution_options(synchronize_session=False)
    )
    erasure_id = tx.insert(
        "erasures",
        customer_ids=list(subject.customers), contact_ids=list(subject.contacts), event_id=event_id,
        created_at=tx.now,
    )  # fmt: skip
    codes = " ".join(map(str, challenges))
    tx.ports.jobs.enqueue(
        tx.session, "delete_messages", erasure_id=str(erasure_id), challenges=codes
    )
    return erasure_id


def messages_of(session: Session, erasure_id: UUID) -> list[UUID]:
    """The messages that were written to the contacts of an erasure."""
    found = session.execute(_MESSAGES, {"erasure_id": erasure_id})
    return [row.id for row in found]


def _rate_limit_subjects(tx: Transaction, person: DataSubject) -> list[str]:
    """By what her tries and codes are found: her ids, and `Reach.subject` of each of her addresses."""
    found = tx.session.execute(_ADDRESSES, person.parameters(tx.now))
    reached = {(row.kind, normalise(tx.ports.phones, row.kind, row.value)) for row in found}
    hashed = [
        ContactAddress(kind, value).subject(tx.ports.secrets) for kind, value in sorted(reached)
    ]
    return [*map(str, person.customers), *hashed]


def _refuse_while_orders_wait(tx: Transaction, person: DataSubject) -> None:
    """Also an order of somebody else, who wrote her address into it: what blanks the address blanks the name."""
    hers = Order.id.in_(person.orders) | Order.contact_id.in_(person.contacts)
    waiting = select(Order.number).where(hers, Order.state.in_(WAITING))
    numbers = tx.session.scalars(waiting).all()
    if numbers:
        raise Conflict(
            f"Order {', '.join(numbers)} still waits for her: hand it over or cancel it first.",
            code="invalid_state",
            orders=list(numbers),
        )


def _delete_at_provider(tx: Transaction, person: DataSubject) -> None:
    """By whom the payment provider knows her, while that still stands there."""
    for payer in tx.session.execute(
        _PROVIDER_CUSTOMERS, {"customers": list(person.customers)}
    ).scalars():
        tx.ports.jobs.enqueue(tx.session, "delete_provider_customer", provider_customer_id=payer)


def _end_consents(tx: Transaction, person: DataSubject, event_id: UUID) -> None:
    for row in tx.session.execute(_GIVEN_CONSENTS, {"contacts": list(person.contacts)}):
        tx.insert(
            "consents",
            contact_id=row.contact_id, purpose=row.purpose, contact_channel=row.contact_channel,
            status="withdrawn", source="merchant", text_version=row.text_version, locale=row.locale,
            evidence="erasure", event_id=event_id, at=tx.now,
        )  # fmt: skip


def _erase_statement(name: str, table: TableEntry) -> str:
    """Names and conditions are those of the literal table, never of a request."""
    if table.deleted:
        return f"DELETE FROM {name} WHERE {table.row_filter}"  # noqa: S608 - see the docstring
    blanks = ", ".join(f"{column} = {blank}" for column, blank in table.erased.items())
    return f"UPDATE {name} SET {blanks} WHERE {table.row_filter}"  # noqa: S608


_DETACH_CARTS = text("""
    UPDATE carts SET customer_id = NULL WHERE customer_id = ANY(:customers) AND order_id IS NULL
        AND merged_into_id IS NULL
""")
_GIVEN_CONSENTS = text("""
    SELECT * FROM (
        SELECT DISTINCT ON (contact_id, purpose, contact_channel) * FROM consents
        WHERE contact_id = ANY(:contacts) ORDER BY contact_id, purpose, contact_channel, at DESC, id DESC
    ) newest WHERE status = 'given'
""")
_ADDRESSES = text("""
    SELECT kind, value FROM identities WHERE customer_id = ANY(:customers) AND kind IN ('email', 'phone')
    UNION SELECT 'email', email FROM contacts WHERE id = ANY(:contacts) AND email IS NOT NULL
    UNION SELECT 'phone', phone FROM contacts WHERE id = ANY(:contacts) AND phone IS NOT NULL
""")
_PROVIDER_CUSTOMERS = text("""
    SELECT value FROM identities
    WHERE customer_id = ANY(:customers) AND kind = 'provider_customer' AND value <> ''
""")
_CHALLENGES = text(
    f"SELECT id FROM account_challenges WHERE {TABLES['account_challenges'].row_filter}"
)  # noqa: S608
_MESSAGES = text("""
    SELECT m.id FROM erasures e CROSS JOIN LATERAL jsonb_array_elements_text(e.contact_ids) c(id)
        JOIN threads t ON t.contact_id = CAST(c.id AS uuid) JOIN messages m ON m.thread_id = t.id
    WHERE e.id = :erasure_id
""")

"""Erases the personal data of a customer or guest, in one transaction. The data map says which columns."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.accounts import codes
from app.core.accounts.codes import CodeInput
from app.core.accounts.contact_address import ContactAddress
from app.core.carts.models import Cart
from app.core.customers import suppressions
from app.core.customers.models import Consent, Contact, Customer, Identity
from app.core.customers.normalise import normalise
from app.core.errors import Conflict, DomainError, NotFound
from app.core.orders.models import Order
from app.core.orders.statuses import AWAITING_COLLECTION
from app.core.privacy import data_subject
from app.core.privacy.data_map import TABLES
from app.core.privacy.data_subject import DataSubject, open_carts
from app.core.privacy.events import CUSTOMER_ERASED
from app.core.privacy.models import Erasure
from app.core.privacy.table_entry import TableEntry
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class EraseCustomer:
    customer_id: UUID


def erase_customer(tx: Transaction, command: EraseCustomer) -> UUID:
    """Erase a customer with all merged records; return the id of the erasure. Raises NotFound, Conflict."""
    data_subject.lock(tx.session, command.customer_id)
    return _erase(tx, data_subject.load_by_customer(tx.session, command.customer_id))


@dataclass(frozen=True)
class EraseGuest:
    email: str


def erase_guest(tx: Transaction, command: EraseGuest) -> UUID:
    """Erase all guests with this email address and the customer who verified it; return the id of the erasure.

    The caller has checked that the address belongs to the person who asks. Raises NotFound, Conflict.
    """
    for owner in data_subject.verified_owners(tx.session, command.email):
        data_subject.lock(tx.session, owner)
    found = data_subject.load_by_email(tx.session, command.email)
    if not (found.contacts or found.customers):
        raise NotFound("No guest or customer has this email address. Check the address.")
    return _erase(tx, found)


@dataclass(frozen=True)
class EraseOwnData:
    customer_id: UUID
    given: CodeInput


def erase_own_data(tx: Transaction, command: EraseOwnData) -> UUID | CommittedRefusal[UUID]:
    """Erase a customer at their own request, with the code that they received; return the id of the erasure.

    Raises Conflict (invalid_state) while an order of theirs waits. The same code stays valid after that.
    """
    verified = codes.verify(tx, command.given, "erase", command.customer_id)
    if isinstance(verified, DomainError):
        return CommittedRefusal(verified)
    return _erase(tx, data_subject.load_by_customer(tx.session, command.customer_id))


def messages_of(session: Session, erasure_id: UUID) -> list[UUID]:
    """Return the ids of all messages to the contacts of an erasure."""
    found = session.execute(_MESSAGES, {"erasure_id": erasure_id})
    return [row.id for row in found]


def _erase(tx: Transaction, subject: DataSubject) -> UUID:
    """Erase a person whom `data_subject.lock` locked; return the id of the erasure.

    1. Refuse while an order of theirs waits in a store, because the store needs the name. Detach their open carts,
       so that a checkout in progress makes a guest's order.
    2. End their consents, and suppress their addresses while these are still known.
    3. Blank each column that the data map declares as theirs, and end their sessions. The same map keeps what the
       law requires.
    4. Record the erasure by ids. Queue the deletion of sent messages and codes, and of the customer at the payment
       provider with their saved cards.

    Raises Conflict (invalid_state).
    """
    _refuse_while_orders_wait(tx, subject)
    tx.session.execute(
        update(Cart)
        .where(open_carts(subject.customers))
        .values(customer_id=None)
        .execution_options(synchronize_session=False)
    )
    event_id = tx.record(
        CUSTOMER_ERASED, {}, customer_id=subject.customers[0] if subject.customers else None
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
        Erasure,
        customer_ids=list(subject.customers), contact_ids=list(subject.contacts), event_id=event_id,
        created_at=tx.now,
    )  # fmt: skip
    tx.ports.jobs.enqueue(
        tx.session,
        "delete_messages",
        erasure_id=str(erasure_id),
        challenges=" ".join(map(str, challenges)),
    )
    return erasure_id


def _rate_limit_subjects(tx: Transaction, subject: DataSubject) -> list[str]:
    """Return the keys of their rate limits and codes: customer ids, and a `ContactAddress.subject` per address."""
    found = tx.session.execute(_ADDRESSES, subject.parameters(tx.now))
    addresses = {(row.kind, normalise(tx.ports.phones, row.kind, row.value)) for row in found}
    hashed = [
        ContactAddress(kind, value).subject(tx.ports.secrets) for kind, value in sorted(addresses)
    ]
    return [*map(str, subject.customers), *hashed]


def _refuse_while_orders_wait(tx: Transaction, subject: DataSubject) -> None:
    """Include another customer's order with this person's address: blanking the address blanks its name too."""
    concerned = Order.id.in_(subject.orders) | Order.contact_id.in_(subject.contacts)
    waiting = select(Order.number).where(concerned, Order.status.in_(AWAITING_COLLECTION))
    numbers = tx.session.scalars(waiting).all()
    if numbers:
        raise Conflict(
            f"Order {', '.join(numbers)} still waits for this person. Hand it over or cancel it first.",
            code="invalid_state",
            orders=list(numbers),
        )


def _delete_at_provider(tx: Transaction, subject: DataSubject) -> None:
    """Queue the deletion of their provider customers, before the ids are blanked."""
    query = select(Identity.value).where(
        Identity.customer_id.in_(subject.customers),
        Identity.kind == "provider_customer",
        Identity.value != "",
    )
    for provider_customer in tx.session.scalars(query):
        tx.ports.jobs.enqueue(
            tx.session, "delete_provider_customer", provider_customer_id=provider_customer
        )


def _end_consents(tx: Transaction, subject: DataSubject, event_id: UUID) -> None:
    for row in tx.session.execute(_GIVEN_CONSENTS, {"contacts": list(subject.contacts)}):
        tx.insert(
            Consent,
            contact_id=row.contact_id, purpose=row.purpose, contact_channel=row.contact_channel,
            status="withdrawn", source="merchant", text_version=row.text_version, locale=row.locale,
            evidence="erasure", event_id=event_id, at=tx.now,
        )  # fmt: skip


def _erase_statement(name: str, table: TableEntry) -> str:
    """Return the statement for one table. Names and conditions come from the data map, never from a request."""
    if table.deleted:
        return f"DELETE FROM {name} WHERE {table.row_filter}"  # noqa: S608 - see the docstring
    blanks = ", ".join(f"{column} = {blank}" for column, blank in table.erased.items())
    return f"UPDATE {name} SET {blanks} WHERE {table.row_filter}"  # noqa: S608


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

_CHALLENGES = text(
    f"SELECT id FROM account_challenges WHERE {TABLES['account_challenges'].row_filter}"  # noqa: S608
)
_MESSAGES = text("""
    SELECT m.id FROM erasures e CROSS JOIN LATERAL jsonb_array_elements_text(e.contact_ids) c(id)
        JOIN threads t ON t.contact_id = CAST(c.id AS uuid) JOIN messages m ON m.thread_id = t.id
    WHERE e.id = :erasure_id
""")

"""The consents of a cart and of a customer. Each of a customer's carts and orders may have its own contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, literal, select, union

from app.core.carts import cart
from app.core.carts.models import Cart
from app.core.customers import consents, contacts, merged_customers
from app.core.customers.consents import ConsentRow, ConsentStatement
from app.core.customers.events import CUSTOMER_VIEWED
from app.core.customers.merged_customers import Reader
from app.core.customers.models import Contact, Customer
from app.core.errors import Invalid
from app.core.orders.models import Order
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetCartConsent:
    cart_id: UUID
    email: str | None
    """The address that the statement is about, if the cart has no address yet."""
    statement: ConsentStatement


@dataclass(frozen=True)
class ViewConsents:
    customer_id: UUID


def set_cart_consent(tx: Transaction, command: SetCartConsent) -> UUID:
    """Record a statement of a shopper with a cart, for example about the newsletter; return the cart's id.

    The address is unproven. Raises NotFound, Conflict (cart_ordered, cart_merged, suppressed), Invalid.
    """
    own = tx.session.get(Cart, command.cart_id, with_for_update={"key_share": True})
    if own is None:
        raise cart.not_open_error(tx.session, command.cart_id)
    if own.contact_id is None:
        if not command.email:
            raise Invalid("Send the e-mail address that it is about.", email=["missing"])
        own.contact_id = contacts.add(tx, None, command.email)
        tx.write()
    contact = tx.session.get_one(Contact, own.contact_id)
    if command.email and contact.email != command.email:
        raise Invalid(
            "This cart belongs to another address: create a new cart.", email=["another address"]
        )
    consents.record(tx, contact, command.statement, customer_id=own.customer_id)
    return own.id


def view_consents(tx: Transaction, command: ViewConsents) -> Sequence[ConsentRow]:
    """Return a customer's consents to staff, and record the view as an event of the customer. Raises NotFound."""
    merged_customers.ids_of(tx.session, command.customer_id)
    tx.record(CUSTOMER_VIEWED, {"what": "consents"}, customer_id=command.customer_id)
    return of_customer(tx.session, command.customer_id)


def of_cart(reader: Reader, cart_id: UUID) -> Sequence[ConsentRow]:
    """Return the latest statement about each purpose and channel by the cart's shopper."""
    return consents.latest_by_channel(reader, select(Cart.contact_id).where(Cart.id == cart_id))


def of_customer(reader: Reader, customer_id: UUID) -> Sequence[ConsentRow]:
    """Return the latest statement about each purpose and channel by all contacts of a person: the customer's own,
    and those of their orders and carts."""
    person = merged_customers.select_ids(literal(customer_id, Uuid)).cte("person")
    found = union(
        select(Customer.contact_id).join(person, person.c.id == Customer.id),
        select(Order.contact_id).join(person, person.c.id == Order.customer_id),
        select(Cart.contact_id)
        .select_from(Order)
        .join(person, person.c.id == Order.customer_id)
        .join(Cart, Cart.id == Order.cart_id),
        select(Cart.contact_id)
        .join(person, person.c.id == Cart.customer_id)
        .where(Cart.order_id.is_(None), Cart.merged_into_id.is_(None)),
    ).cte("contacts_of_person")
    ids = select(found.c.contact_id).where(found.c.contact_id.is_not(None))
    return consents.latest_by_channel(reader, ids)

"""Finds the rows of a person: customers, contacts, orders and carts, under each of their identities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, exists, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.verified_addresses import identity_conditions
from app.core.carts.models import Cart
from app.core.customers import merged_customers
from app.core.customers.merged_customers import Reader
from app.core.customers.models import Contact, Customer, Identity
from app.core.orders.models import Order


@dataclass(frozen=True)
class DataSubject:
    customers: Sequence[UUID]
    contacts: Sequence[UUID]
    """Includes pickup persons, because their names are in the orders."""
    orders: Sequence[UUID]
    carts: Sequence[UUID]
    buyers: Sequence[UUID]
    """The contacts that an invoice names."""
    route_ids: Sequence[str]
    """Order numbers and ids that appear in the routes of stored responses."""

    def parameters(self, now: datetime) -> dict[str, Any]:
        """Return the SQL parameters of each `row_filter` of the data map."""
        callers = [
            f"{kind}:{id}" for id in self.route_ids for kind in ("order", "cart", "customer")
        ]
        return {
            "customers": list(self.customers), "contacts": list(self.contacts), "orders": list(self.orders),
            "carts": list(self.carts), "buyers": list(self.buyers), "route_ids": list(self.route_ids),
            "callers": callers, "now": now,
        }  # fmt: skip


def load_by_customer(reader: Reader, customer_id: UUID) -> DataSubject:
    """Return the rows of a customer, found by any of their ids.

    Include orders and consents as a guest with an email address that the customer verified. Raises NotFound.
    """
    customers = merged_customers.ids_of(reader, customer_id)
    guests = reader.execute(_guest_contacts(customers)).scalars().all()
    return _load(reader, customers, guests)


def load_by_email(reader: Reader, email: str) -> DataSubject:
    """Return the rows of all guests with this email address, and of the customer who verified it.

    The caller has checked that the address belongs to the person. An unknown address gives no rows.
    """
    contacts = reader.execute(_guests_with_email(email.strip().lower())).scalars().all()
    customers = [
        id
        for owner in verified_owners(reader, email)
        for id in merged_customers.ids_of(reader, owner)
    ]
    return _load(reader, customers, contacts)


def lock(session: Session, customer_id: UUID) -> None:
    """Lock a customer and their open carts until the transaction ends. Raises NotFound.

    Merges, sign-ins and checkouts of this customer wait for the lock. Repeat until no merge added an id meanwhile.
    Lock the carts first, as a checkout does.
    """
    locked: set[UUID] = set()
    while not locked.issuperset(found := merged_customers.ids_of(session, customer_id)):
        carts = select(Cart.id).where(open_carts(found)).order_by(Cart.id)
        session.execute(carts.with_for_update())
        customers = select(Customer.id).where(Customer.id.in_(found)).order_by(Customer.id)
        session.execute(customers.with_for_update())
        locked.update(found)


def verified_owners(reader: Reader, email: str) -> Sequence[UUID]:
    """Return the customer who verified the email address, if there is one."""
    address = ContactAddress("email", email.strip().lower())
    query = select(Identity.customer_id).where(*identity_conditions(address))
    return reader.execute(query).scalars().all()


def open_carts(customers: Sequence[UUID]) -> ColumnElement[bool]:
    """Return the condition for the carts of these customers that are neither ordered nor merged."""
    return and_(
        Cart.customer_id.in_(customers), Cart.order_id.is_(None), Cart.merged_into_id.is_(None)
    )


def _guests_with_email(email: str) -> Select[UUID]:
    return select(Contact.id).where(func.lower(Contact.email) == email, _IS_GUEST)


def _guest_contacts(customers: Sequence[UUID]) -> Select[UUID]:
    """Select the guests with an email address that one of the customers verified.

    An order or cart of another customer with this address belongs to that other customer.
    """
    return (
        select(Contact.id)
        .join(Identity, Identity.value == func.lower(Contact.email))
        .where(
            Identity.customer_id.in_(customers), Identity.kind == "email",
            Identity.verified_at.is_not(None), Identity.ended_at.is_(None), _IS_GUEST,
            ~exists().where(Order.contact_id == Contact.id, Order.customer_id.is_not(None)),
            ~exists().where(Cart.contact_id == Contact.id, Cart.customer_id.is_not(None)),
        )
    )  # fmt: skip


def _load(reader: Reader, customers: Sequence[UUID], contacts: Sequence[UUID]) -> DataSubject:
    found = reader.execute(_ROWS, {"customers": list(customers), "contacts": list(contacts)}).one()
    return DataSubject(
        customers,
        contacts=found.contacts or (),
        orders=found.orders or (),
        carts=found.carts or (),
        buyers=found.buyers or (),
        route_ids=[*map(str, customers), *(found.route_ids or ())],
    )


_IDS = (
    bindparam("customers", type_=ARRAY(Uuid)),
    bindparam("contacts", type_=ARRAY(Uuid)),
)
_IS_GUEST = ~exists().where(Customer.contact_id == Contact.id)
_ROWS = text("""
    WITH own AS (
        SELECT contact_id AS id FROM customers WHERE id = ANY(:customers) UNION SELECT unnest(:contacts)
    ), ordered AS (
        SELECT id, number, cart_id, contact_id, pickup_person_contact_id FROM orders
        WHERE customer_id = ANY(:customers)
        UNION ALL SELECT o.id, o.number, o.cart_id, o.contact_id, o.pickup_person_contact_id
        FROM own JOIN orders o ON o.contact_id = own.id WHERE o.customer_id IS NULL
    ), carted AS (
        SELECT id, contact_id FROM carts
        WHERE customer_id = ANY(:customers) AND order_id IS NULL AND merged_into_id IS NULL
        UNION SELECT k.id, k.contact_id FROM own JOIN carts k ON k.contact_id = own.id
        UNION SELECT k.id, k.contact_id FROM ordered o JOIN carts k ON k.id = o.cart_id
    ), filled AS (
        SELECT id, contact_id FROM carted
        UNION SELECT g.id, g.contact_id FROM carted k JOIN carts g ON g.merged_into_id = k.id
    ), reached AS (
        SELECT id FROM own UNION SELECT contact_id FROM ordered UNION SELECT pickup_person_contact_id FROM ordered
        UNION SELECT contact_id FROM filled
        UNION SELECT f.received_by_contact_id FROM fulfilments f JOIN ordered o ON o.id = f.order_id
    )
    SELECT (SELECT array_agg(id) FROM reached WHERE id IS NOT NULL) AS contacts,
        (SELECT array_agg(id) FROM ordered) AS orders, (SELECT array_agg(id) FROM filled) AS carts,
        (SELECT array_agg(o.contact_id) FROM reached r JOIN orders o ON o.contact_id = r.id
         WHERE o.status = 'collected') AS buyers,
        (SELECT array_agg(id) FROM (
            SELECT number AS id FROM ordered UNION ALL SELECT id::text FROM filled
            UNION ALL SELECT f.id::text FROM fulfilments f JOIN ordered o ON o.id = f.order_id) n) AS route_ids
""").bindparams(*_IDS)

"""Which rows are a person's: her customers, contacts, orders and carts, whatever she was known by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.core.customers import merged_customers
from app.core.customers.merged_customers import Reader


@dataclass(frozen=True)
class Person:
    customers: Sequence[UUID]
    contacts: Sequence[UUID]
    """Also of whom she sent to collect: their names stand in her orders."""
    orders: Sequence[UUID]
    carts: Sequence[UUID]
    buyers: Sequence[UUID]
    """The contacts that an invoice names."""
    names: Sequence[str]
    """Numbers and ids by which addresses of ours name what is hers."""

    def values(self, now: datetime) -> dict[str, Any]:
        """As the conditions of `tables` ask for them."""
        callers = [
            f"{kind}:{name}" for name in self.names for kind in ("order", "cart", "customer")
        ]
        return {
            "customers": list(self.customers), "contacts": list(self.contacts), "orders": list(self.orders),
            "carts": list(self.carts), "buyers": list(self.buyers), "names": list(self.names),
            "callers": callers, "now": now,
        }  # fmt: skip


def of_customer(reader: Reader, customer_id: UUID) -> Person:
    """A person by any of her customer ids, with what she ordered or allowed as a guest by an address that she has
    shown to be hers. Raises NotFound."""
    customers = merged_customers.ids_of(reader, customer_id)
    guests = reader.execute(_AS_GUEST, {"customers": customers}).scalars().all()
    return _complete(reader, customers, guests)


def of_address(reader: Reader, email: str) -> Person:
    """All guests with this address, and the customers to whom it is known to belong. She who asks has shown that
    it is hers; nobody found is a person without rows."""
    contacts = reader.execute(_WITH_ADDRESS, {"email": email.strip().lower()}).scalars().all()
    customers = [
        id for owner in owners(reader, email) for id in merged_customers.ids_of(reader, owner)
    ]
    return _complete(reader, customers, contacts)


def lock(session: Session, customer_id: UUID) -> None:
    """Until the transaction ends nobody merges or parts a person, signs in as her or orders from a cart of hers:
    whoever was about to has done it by now, or waits. Raises NotFound.

    Carts are locked first, as by a checkout.
    """
    held: set[UUID] = set()
    while not held.issuperset(found := merged_customers.ids_of(session, customer_id)):
        for statement in (_LOCK_CARTS, _LOCK):
            session.execute(statement, {"customers": found})
        held.update(found)


def owners(reader: Reader, email: str) -> Sequence[UUID]:
    """The customer who has shown that the address is hers, if any."""
    return reader.execute(_OWNERS, {"email": email.strip().lower()}).scalars().all()


def _complete(reader: Reader, customers: Sequence[UUID], contacts: Sequence[UUID]) -> Person:
    found = reader.execute(_ROWS, {"customers": list(customers), "contacts": list(contacts)}).one()
    return Person(
        customers,
        contacts=found.contacts or (),
        orders=found.orders or (),
        carts=found.carts or (),
        buyers=found.buyers or (),
        names=[*map(str, customers), *(found.names or ())],
    )


_IDS = (
    bindparam("customers", type_=ARRAY(Uuid)),
    bindparam("contacts", type_=ARRAY(Uuid)),
)
_WITH_ADDRESS = text("""
    SELECT n.id FROM contacts n
    WHERE lower(n.email) = :email AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id)
""")
_LOCK_CARTS = text("""
    SELECT 1 FROM carts WHERE customer_id = ANY(:customers) AND order_id IS NULL AND merged_into_id IS NULL
    ORDER BY id FOR UPDATE
""")
_LOCK = text("SELECT 1 FROM customers WHERE id = ANY(:customers) ORDER BY id FOR UPDATE")
# Not the order of another customer who wrote this address into it: that is hers.
_AS_GUEST = text("""
    SELECT n.id FROM identities i JOIN contacts n ON lower(n.email) = i.value
    WHERE i.customer_id = ANY(:customers) AND i.kind = 'email' AND i.verified_at IS NOT NULL
        AND i.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id)
        AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.contact_id = n.id AND o.customer_id IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM carts k WHERE k.contact_id = n.id AND k.customer_id IS NOT NULL)
""")
_OWNERS = text("""
    SELECT customer_id FROM identities
    WHERE kind = 'email' AND value = :email AND verified_at IS NOT NULL AND ended_at IS NULL
""")
_ROWS = text("""
    WITH own AS (
        SELECT contact_id AS id FROM customers WHERE id = ANY(:customers) UNION SELECT unnest(:contacts)
    ), ordered AS (
        SELECT id, number, cart_id, contact_id, proxy_contact_id FROM orders
        WHERE customer_id = ANY(:customers)
        UNION ALL SELECT o.id, o.number, o.cart_id, o.contact_id, o.proxy_contact_id
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
        SELECT id FROM own UNION SELECT contact_id FROM ordered UNION SELECT proxy_contact_id FROM ordered
        UNION SELECT contact_id FROM filled
        UNION SELECT f.received_by_contact_id FROM fulfilments f JOIN ordered o ON o.id = f.order_id
    )
    SELECT (SELECT array_agg(id) FROM reached WHERE id IS NOT NULL) AS contacts,
        (SELECT array_agg(id) FROM ordered) AS orders, (SELECT array_agg(id) FROM filled) AS carts,
        (SELECT array_agg(o.contact_id) FROM reached r JOIN orders o ON o.contact_id = r.id
         WHERE o.state = 'collected') AS buyers,
        (SELECT array_agg(name) FROM (
            SELECT number AS name FROM ordered UNION ALL SELECT id::text FROM filled
            UNION ALL SELECT f.id::text FROM fulfilments f JOIN ordered o ON o.id = f.order_id) n) AS names
""").bindparams(*_IDS)

"""Consents of those who order, by an order, a cart or a customer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.customers.merged_customers import Reader
from app.core.model import AnyRow


def of_order(reader: Reader, number: str) -> Sequence[AnyRow]:
    """What the orderer said last about each purpose and channel: purpose, contact_channel, status, source,
    text_version, locale, evidence, at."""
    return reader.execute(_OF_ORDER, {"number": number}).all()


def of_cart(reader: Reader, cart_id: UUID) -> Sequence[AnyRow]:
    return reader.execute(_OF_CART, {"cart_id": cart_id}).all()


def of_customer(reader: Reader, customer_id: UUID) -> Sequence[AnyRow]:
    """The same over all contacts of a person: her own and those of her orders."""
    return reader.execute(_OF_CUSTOMER, {"customer_id": customer_id}).all()


_NEWEST = """
    SELECT DISTINCT ON (s.purpose, s.contact_channel) s.purpose, s.contact_channel, s.status, s.source,
        s.text_version, s.locale, s.evidence, s.at
    FROM consents s WHERE s.contact_id IN ({contacts})
    ORDER BY s.purpose, s.contact_channel, s.at DESC, s.id DESC
"""
_OF_ORDER = text(_NEWEST.format(contacts="SELECT contact_id FROM orders WHERE number = :number"))
_OF_CART = text(_NEWEST.format(contacts="SELECT contact_id FROM carts WHERE id = :cart_id"))
_OF_CUSTOMER = text(f"""
    WITH person AS (SELECT id FROM customer_ids(:customer_id)), known AS (
        SELECT c.contact_id FROM customers c JOIN person f ON f.id = c.id
        UNION SELECT o.contact_id FROM orders o JOIN person f ON o.customer_id = f.id
        UNION SELECT k.contact_id FROM orders o JOIN person f ON o.customer_id = f.id
            JOIN carts k ON k.id = o.cart_id
        UNION SELECT k.contact_id FROM carts k JOIN person f ON k.customer_id = f.id
        WHERE k.order_id IS NULL AND k.merged_into_id IS NULL
    )
    {_NEWEST.format(contacts="SELECT contact_id FROM known WHERE contact_id IS NOT NULL")}
""")  # noqa: S608 - constants

"""Reads of saved cards. Each is one statement, with the owner in its WHERE."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

Reader = Session | Connection


class SavedCardView(NamedTuple):
    id: UUID
    brand: str
    last4: str
    expiry: str
    """The last month in which the card is valid, such as 2027-04."""
    expired: bool
    is_default: bool
    """The card that was used or saved last and has not expired."""


def cards(reader: Reader, customer_id: UUID, now: datetime) -> list[SavedCardView]:
    """Return the saved cards of a customer and of all who were merged into them, the default first."""
    rows = reader.execute(_CARDS, {"customer": customer_id, "now": now})
    return [SavedCardView(*row) for row in rows]


def provider_customer_of_card(session: Session, card_id: UUID, customer_id: UUID) -> str | None:
    """Return the provider's customer of a saved card, or None if the card is not of this customer."""
    payer: str | None = session.execute(
        _PROVIDER_CUSTOMER, {"customer": customer_id, "card": card_id}
    ).scalar()
    return payer


_CARDS = text("""
    SELECT id, brand, last4, to_char(last_month, 'YYYY-MM') AS expiry, expired,
        NOT expired AND row_number() OVER (ORDER BY expired, coalesce(used_at, created_at) DESC, id DESC) = 1
            AS is_default
    FROM (
        SELECT c.*, m.last_month, m.last_month + interval '1 month' <= :now AS expired
        FROM saved_cards c CROSS JOIN LATERAL (SELECT make_date(c.exp_year, c.exp_month, 1) AS last_month) m
        WHERE c.customer_id IN (SELECT id FROM customer_ids(:customer)) AND c.removed_at IS NULL
    ) kept ORDER BY expired, coalesce(used_at, created_at) DESC, id DESC
""")
_PROVIDER_CUSTOMER = text("""
    SELECT i.value FROM saved_cards c JOIN identities i ON i.customer_id = c.customer_id
        AND i.kind = 'provider_customer' AND i.ended_at IS NULL
    WHERE c.id = :card AND c.removed_at IS NULL AND c.customer_id IN (SELECT id FROM customer_ids(:customer))
""")

"""Reads of saved cards. Each is one statement, with the owner in its WHERE."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.model import AnyRow

Reader = Session | Connection


def cards(reader: Reader, customer_id: UUID, now: datetime) -> Sequence[AnyRow]:
    """Return the saved cards of a customer and of all who were merged into them.

    Columns: id, brand, last_four, expiry (such as 2027-04, the last month in which the card is valid), expired,
    usual. The usual card is the one that was used or saved last and has not expired. It comes first.
    """
    return reader.execute(_CARDS, {"customer": customer_id, "now": now}).all()


def saved_card_of(session: Session, card_id: UUID, customer_id: UUID) -> AnyRow | None:
    """Return id and payer (the provider's customer) of a saved card, or None if it is not of this customer."""
    return session.execute(_CARD_OF, {"customer": customer_id, "card": card_id}).first()


_CARDS = text("""
    SELECT id, brand, last_four, to_char(last_month, 'YYYY-MM') AS expiry, expired,
        NOT expired AND row_number() OVER (ORDER BY expired, coalesce(used_at, created_at) DESC, id DESC) = 1
            AS usual
    FROM (
        SELECT c.*, m.last_month, m.last_month + interval '1 month' <= :now AS expired
        FROM saved_cards c CROSS JOIN LATERAL (SELECT make_date(c.exp_year, c.exp_month, 1) AS last_month) m
        WHERE c.customer_id IN (SELECT id FROM customer_ids(:customer)) AND c.removed_at IS NULL
    ) kept ORDER BY expired, coalesce(used_at, created_at) DESC, id DESC
""")
_CARD_OF = text("""
    SELECT c.id, i.value AS payer FROM saved_cards c JOIN identities i ON i.customer_id = c.customer_id
        AND i.kind = 'provider_customer' AND i.ended_at IS NULL
    WHERE c.id = :card AND c.removed_at IS NULL AND c.customer_id IN (SELECT id FROM customer_ids(:customer))
""")

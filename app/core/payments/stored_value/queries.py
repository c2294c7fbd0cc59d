"""Reads of gift cards: one statement each, so that a balance agrees with its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound

Reader = Session | Connection


@dataclass(frozen=True)
class GiftCardSearch:
    limit: int
    last4: str | None = None
    order: str | None = None
    """The number of the order on which it was bought."""
    before: UUID | None = None
    """The last card of the previous page."""


class GiftCardView(NamedTuple):
    """Amounts in minor units of `currency`."""

    id: UUID
    last4: str
    currency: str
    balance: int
    active: bool
    block_reason: str | None
    expires_at: datetime | None
    created_at: datetime
    order: str | None
    """The number of the order on which it was bought."""
    issued: int
    """The first balance."""
    entries: Sequence[dict[str, Any]] = ()
    """{kind, amount, order, occurred_at}, oldest first; only of a single card."""


def gift_cards(reader: Reader, search: GiftCardSearch) -> list[GiftCardView]:
    """Return a page of gift cards, newest first."""
    named = tuple(name for name in CONDITIONS if getattr(search, name) is not None)
    return [GiftCardView(*row) for row in reader.execute(_cards(named), vars(search))]


def gift_card(reader: Reader, card_id: UUID) -> GiftCardView:
    """Return a gift card with its entries. Raises NotFound."""
    found = reader.execute(_CARD, {"id": card_id}).first()
    if found is None:
        raise NotFound("There is no such gift card: look it up by its last four characters.")
    return GiftCardView(*found)


CONDITIONS = {
    "last4": "p.last4 = :last4",
    "order": "p.order_id = (SELECT id FROM orders WHERE number = :order)",
    "before": "p.id < :before",
}
_SHOWN = """
    SELECT p.id, p.last4, p.currency, p.balance, p.block_reason IS NULL AS active,
        p.block_reason, p.expires_at, p.created_at, b.number AS "order",
        (SELECT sum(amount) FROM stored_value_entries i WHERE i.account_id = p.id AND i.kind = 'issue') AS issued
        {entries}
    FROM stored_value_accounts p LEFT JOIN orders b ON b.id = p.order_id
    WHERE p.kind = 'gift_card' AND {conditions}
"""
ENTRIES = """
    SELECT json_agg(json_build_object(
        'kind', e.kind, 'amount', e.amount, 'order', o.number, 'occurred_at', e.occurred_at) ORDER BY e.id)
    FROM stored_value_entries e
    LEFT JOIN payments y ON y.id = e.payment_id LEFT JOIN orders o ON o.id = y.order_id
"""
_CARD = text(
    _SHOWN.format(
        entries=f", ({ENTRIES} WHERE e.account_id = p.id) AS entries", conditions="p.id = :id"
    )
)


@cache
def _cards(named: tuple[str, ...]) -> TextClause:
    """Return the statement with only these conditions, so that each kind of search gets its own plan."""
    conditions = " AND ".join(CONDITIONS[name] for name in named) or "true"
    found = _SHOWN.format(entries="", conditions=conditions)
    return text(f"{found} ORDER BY p.id DESC LIMIT :limit")

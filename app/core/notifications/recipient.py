"""Chooses where a notification about an order goes: the channel, and the address or phone number."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.customers.models import Contact
from app.core.transaction import Transaction


class Recipient(NamedTuple):
    channel: str
    """email or sms."""
    address: str


class _Preference(NamedTuple):
    channel: str
    """email or sms."""
    verified: list[str] | None
    """Verified addresses of that channel, newest first."""


def recipient_of(tx: Transaction, customer_id: UUID | None, contact: Contact) -> Recipient | None:
    """Return the recipient, or None if the customer cannot be reached.

    Use the customer's preferred channel if they have a verified address for it; else email; else, if the contact
    has only a phone number, SMS. Prefer the address on the order. Use its phone number for a preferred channel
    only if verified: a mistyped number would message a stranger.
    """
    on_order = {"email": contact.email, "sms": tx.ports.phones.normalise(contact.phone or "")}
    preference = _preference(tx, customer_id) if customer_id is not None else None
    if preference is not None and preference.verified:
        address = on_order[preference.channel]
        usable = address and (preference.channel == "email" or address in preference.verified)
        return Recipient(
            preference.channel, address if address and usable else preference.verified[0]
        )
    return next((Recipient(channel, to) for channel, to in on_order.items() if to), None)


def _preference(tx: Transaction, customer_id: UUID) -> _Preference | None:
    row = tx.session.execute(_PREFERENCE, {"customer_id": customer_id}).first()
    return None if row is None else _Preference(row.channel, row.verified)


# Of merged customers, the first one's preference counts, as in `accounts.preferences`.
_PREFERENCE = text("""
    WITH person AS (SELECT id FROM customer_ids(:customer_id))
    SELECT stated.channel, (
        SELECT array_agg(i.value ORDER BY i.verified_at DESC, i.id) FROM person f
            JOIN identities i ON i.customer_id = f.id AND i.verified_at IS NOT NULL AND i.ended_at IS NULL
        WHERE i.kind = CASE stated.channel WHEN 'sms' THEN 'phone' ELSE 'email' END
    ) AS verified
    FROM (
        SELECT p.value AS channel FROM person f JOIN customers k ON k.id = f.id
            JOIN preferences p ON p.customer_id = k.id AND p.kind = 'channel'
        ORDER BY k.merged_into_id IS NOT NULL, k.created_at, k.id LIMIT 1
    ) stated WHERE stated.channel IN ('email', 'sms')
""")

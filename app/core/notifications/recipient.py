"""Where a letter about an order goes: by mail or as a text message, and to which address or number."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.customers.merged_customers import FAMILY
from app.core.customers.models import Contact
from app.core.model import AnyRow
from app.core.transaction import Transaction


class Addressee(NamedTuple):
    channel: str
    """email or sms."""
    address: str


def addressee(tx: Transaction, customer_id: UUID | None, contact: Contact) -> Addressee | None:
    """By the channel that she said she prefers, where an address of it was shown to be hers; else by mail, and to
    who gave no address but a number, as a text message. None for nobody who can be reached.

    Of a channel her order's own address is taken where it may be: a number only once it was verified, since one
    wrong digit in it would tell a stranger.
    """
    own = {"email": contact.email, "sms": tx.ports.phones.normal(contact.phone or "")}
    stated = _stated(tx, customer_id) if customer_id is not None else None
    if stated is not None and stated.verified:
        mine = own[stated.channel]
        taken = mine and (stated.channel == "email" or mine in stated.verified)
        return Addressee(stated.channel, mine if mine and taken else stated.verified[0])
    return next((Addressee(channel, mine) for channel, mine in own.items() if mine), None)


def _stated(tx: Transaction, customer_id: UUID) -> AnyRow | None:
    """channel, and the verified addresses of it, the last one first; None where she stated none of the two."""
    return tx.session.execute(_STATED, {"customer_id": customer_id}).first()


# Of several who were merged, what the first of them stated, as `accounts.preferences` tells it.
_STATED = text(f"""
    WITH RECURSIVE {FAMILY}
    SELECT stated.channel, (
        SELECT array_agg(i.value ORDER BY i.verified_at DESC, i.id) FROM family f
            JOIN identities i ON i.customer_id = f.id AND i.verified_at IS NOT NULL AND i.ended_at IS NULL
        WHERE i.kind = CASE stated.channel WHEN 'sms' THEN 'phone' ELSE 'email' END
    ) AS verified
    FROM (
        SELECT p.value AS channel FROM family f JOIN customers k ON k.id = f.id
            JOIN preferences p ON p.customer_id = k.id AND p.kind = 'channel'
        ORDER BY k.merged_into_id IS NOT NULL, k.created_at, k.id LIMIT 1
    ) stated WHERE stated.channel IN ('email', 'sms')
""")  # noqa: S608 - constants

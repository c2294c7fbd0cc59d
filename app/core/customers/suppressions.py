"""Suppressions: addresses that must not be contacted. They outlive the contact, because only a hash is stored."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, text, update

from app.core import secret_labels
from app.core.customers.merged_customers import Reader
from app.core.customers.models import CONSENT_PURPOSES, Contact, Suppression
from app.core.customers.normalise import normalise
from app.core.ids import new_id
from app.core.ports import Ports
from app.core.transaction import Transaction

ADDRESS_COLUMNS = {"email": "email", "sms": "phone", "whatsapp": "phone", "phone": "phone"}
"""By contact channel: the column of a contact that is contacted. Other channels have no address."""


class Suppressed(NamedTuple):
    """A suppression in force."""

    reason: str
    created_at: datetime


def add(
    tx: Transaction,
    contacts: Iterable[Contact],
    purposes: Iterable[str],
    channels: Iterable[str],
    reason: str,
) -> None:
    """Suppress the contacts' addresses. An address that is suppressed already stays as it is."""
    wanted = [*channels]
    hashes = {
        (address_hash(tx.ports, contact, channel), channel)
        for contact in contacts
        for channel in wanted
    }
    rows = [
        {
            "id": new_id(), "address_hash": hashed, "contact_channel": channel, "purpose": purpose,
            "reason": reason, "now": tx.now,
        }
        for hashed, channel in sorted((hashed, channel) for hashed, channel in hashes if hashed)
        for purpose in sorted(purposes)
    ]  # fmt: skip
    if rows:
        tx.session.execute(_ADD, rows)


def add_for_erasure(tx: Transaction, contacts: Iterable[Contact]) -> None:
    """Suppress addresses before an erasure, because old lists may still have them."""
    add(tx, [*contacts], CONSENT_PURPOSES, ADDRESS_COLUMNS, "erased")


def find(reader: Reader, hashed: str, channel: str, purpose: str) -> Suppressed | None:
    """Return the suppression in force for an address hash; there is at most one."""
    found = select(Suppression.reason, Suppression.created_at).where(
        *_in_force(hashed, channel, purpose)
    )
    row = reader.execute(found).first()
    return Suppressed(row.reason, row.created_at) if row else None


def lift(tx: Transaction, hashed: str, channel: str, purpose: str) -> None:
    """Lift the suppression in force for an address hash."""
    tx.session.execute(
        update(Suppression).where(*_in_force(hashed, channel, purpose)).values(lifted_at=tx.now)
    )


def address_hash(ports: Ports, contact: Contact, channel: str) -> str:
    """Return the hash that identifies the address after it is erased; "" if the contact has no address for the
    channel."""
    column = ADDRESS_COLUMNS.get(channel)
    address = getattr(contact, column) if column else None
    if not (column and address):
        return ""
    return ports.secrets.token(
        secret_labels.SUPPRESSED_ADDRESS, normalise(ports.phones, column, address)
    )


def _in_force(hashed: str, channel: str, purpose: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Suppression.address_hash == hashed,
        Suppression.contact_channel == channel,
        Suppression.purpose == purpose,
        Suppression.lifted_at.is_(None),
    )


_ADD = text("""
    INSERT INTO suppressions (id, address_hash, contact_channel, purpose, reason, created_at)
    VALUES (:id, :address_hash, :contact_channel, :purpose, :reason, :now)
    ON CONFLICT (address_hash, contact_channel, purpose) WHERE lifted_at IS NULL DO NOTHING
""")

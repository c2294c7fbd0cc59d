"""Consents: what a person allowed or withdrew. Append-only, on the contact, because guests give them too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, SelectBase, Uuid, exists, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.customers import suppressions
from app.core.customers.customers import lock_customer
from app.core.customers.events import BY_STATUS
from app.core.customers.merged_customers import Reader, select_ids
from app.core.customers.models import Consent, Contact, Identity
from app.core.customers.normalise import normalise
from app.core.customers.suppressions import ADDRESS_COLUMNS
from app.core.errors import Conflict
from app.core.ports import Ports
from app.core.transaction import Transaction

PROVEN_SOURCES = ("account", "till")
"""Sources that prove that the person made the statement. It lifts a suppression by the person or by an erasure."""
UNPROVEN_SOURCES = ("checkout", "cart", "order")
"""Sources with a typed address, which may be another person's. A statement lifts what was suppressed by the same
contact. It does not lift what another person suppressed, and the caller is not told, because that would
reveal something about the other person."""


@dataclass(frozen=True)
class ConsentStatement:
    """One statement of a person about one purpose and channel."""

    purpose: str
    contact_channel: str
    given: bool
    source: str
    text_version: str
    locale: str
    evidence: str = ""


class LatestConsent(NamedTuple):
    status: str
    text_version: str


class ConsentRow(NamedTuple):
    purpose: str
    contact_channel: str
    status: str
    source: str
    text_version: str
    locale: str
    evidence: str
    at: datetime


@dataclass(frozen=True)
class SetConsent:
    customer_id: UUID
    statement: ConsentStatement


def set_consent(tx: Transaction, command: SetConsent) -> UUID:
    """Record what a customer told staff; return the customer's id.

    Raises NotFound, Conflict (customer_erased, suppressed).
    """
    customer = lock_customer(tx, command.customer_id)
    contact = tx.session.get_one(Contact, customer.contact_id)
    record(tx, contact, command.statement, customer_id=customer.id)
    return customer.id


def record(
    tx: Transaction,
    contact: Contact,
    statement: ConsentStatement,
    *,
    customer_id: UUID | None = None,
    order_id: UUID | None = None,
) -> None:
    """Record a statement; repeating the latest one changes nothing. Raises Conflict (suppressed).

    A recorded consent does not mean that the person may be contacted: see `may_contact`. A withdrawal also
    suppresses the address, because the next contact with the same address is another row.
    """
    status = "given" if statement.given else "withdrawn"
    purpose, channel = statement.purpose, statement.contact_channel
    if statement.given:
        _lift_suppression(tx, contact, statement)
    else:
        suppressions.add(tx, [contact], [purpose], [channel], "withdrawn")
    if latest(tx.session, contact.id, purpose, channel) == (status, statement.text_version):
        return
    event_id = tx.record(
        BY_STATUS[status],
        {"purpose": purpose, "source": statement.source},
        customer_id=customer_id, order_id=order_id, contact_channel=channel,
    )  # fmt: skip
    tx.insert(
        Consent,
        contact_id=contact.id, purpose=purpose, contact_channel=channel, status=status,
        source=statement.source, text_version=statement.text_version, locale=statement.locale,
        evidence=statement.evidence, event_id=event_id, at=tx.now,
    )  # fmt: skip


def latest(reader: Reader, contact_id: UUID, purpose: str, channel: str) -> LatestConsent | None:
    """Return the latest consent of a contact about a purpose and channel; None if there is none."""
    row = reader.execute(
        select(Consent.status, Consent.text_version)
        .where(*_about(contact_id, purpose, channel))
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
    ).first()
    return LatestConsent(row.status, row.text_version) if row else None


def latest_by_channel(reader: Reader, contact_ids: SelectBase) -> Sequence[ConsentRow]:
    """Return the latest consent about each purpose and channel, over all contacts that the query selects."""
    rows = reader.execute(
        select(*(getattr(Consent, name) for name in ConsentRow._fields))
        .ext(distinct_on(Consent.purpose, Consent.contact_channel))
        .where(Consent.contact_id.in_(contact_ids))
        .order_by(Consent.purpose, Consent.contact_channel, Consent.at.desc(), Consent.id.desc())
    )
    return [ConsentRow(*row) for row in rows]


def may_contact(reader: Reader, ports: Ports, contact: Contact, purpose: str, channel: str) -> bool:
    """Return whether the person may be contacted for a purpose: the latest consent is given, and the address is
    not suppressed."""
    consent = latest(reader, contact.id, purpose, channel)
    if consent is None or consent.status != "given":
        return False
    hashed = suppressions.address_hash(ports, contact, channel)
    return not hashed or suppressions.find(reader, hashed, channel, purpose) is None


def _lift_suppression(tx: Transaction, contact: Contact, statement: ConsentStatement) -> None:
    """Lift a suppression of the address, if the source of the statement may. Raises Conflict (suppressed) if it is
    staff who want to lift it, or if the person cannot lift it."""
    purpose, channel = statement.purpose, statement.contact_channel
    hashed = suppressions.address_hash(tx.ports, contact, channel)
    found = suppressions.find(tx.session, hashed, channel, purpose)
    if found is None:
        return
    if statement.source in UNPROVEN_SOURCES and not _is_own(
        tx, contact, statement, found.created_at
    ):
        return
    by_person = statement.source in (*PROVEN_SOURCES, *UNPROVEN_SOURCES)
    if not by_person or found.reason not in ("withdrawn", "erased"):
        raise Conflict(
            "This address must not be contacted for this purpose. Only the person can allow it again.",
            code="recipient_suppressed",
            reason=found.reason,
        )
    suppressions.lift(tx, hashed, channel, purpose)


def _is_own(
    tx: Transaction, contact: Contact, statement: ConsentStatement, suppressed_at: datetime
) -> bool:
    """Return whether this very contact made the suppression, or the signed-in shopper has verified the address."""
    kind = ADDRESS_COLUMNS[statement.contact_channel]
    withdrawn = exists().where(
        *_about(contact.id, statement.purpose, statement.contact_channel),
        Consent.status == "withdrawn",
        Consent.at == suppressed_at,
    )
    shopper_id = tx.actor.id if tx.actor.kind == "shopper" else None
    verified = exists().where(
        Identity.customer_id.in_(select_ids(literal(shopper_id, Uuid))),
        Identity.kind == kind,
        Identity.value == normalise(tx.ports.phones, kind, getattr(contact, kind)),
        Identity.verified_at.is_not(None),
        Identity.ended_at.is_(None),
    )
    return bool(tx.session.scalar(select(or_(withdrawn, verified))))


def _about(contact_id: UUID, purpose: str, channel: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Consent.contact_id == contact_id,
        Consent.purpose == purpose,
        Consent.contact_channel == channel,
    )

"""What a person allowed, and whether she may be written to. Append-only, on the contact: guests have it too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import secret_labels
from app.core.customers.merged_customers import Reader
from app.core.customers.models import CONSENT_PURPOSES, Contact
from app.core.customers.normalise import normalise
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.model import AnyRow
from app.core.ports import Ports
from app.core.transaction import Transaction

ADDRESS_COLUMNS = {"email": "email", "sms": "phone", "whatsapp": "phone", "phone": "phone"}
"""By contact channel: the column of a contact that is written to. The others have no address that outlives us."""
PROVEN_SOURCES = ("account", "till")
"""Where it is known that the person herself said it. That lifts what she or her erasure had forbidden."""
UNPROVEN_SOURCES = ("checkout", "cart", "order")
"""Where the address is one that somebody typed: it may be another's. What was forbidden there is lifted there;
what somebody else forbade for the address stays, and who typed it is not told, or she would learn about others."""


@dataclass(frozen=True)
class ConsentStatement:
    """One statement of a person."""

    purpose: str
    contact_channel: str
    given: bool
    source: str
    text_version: str
    locale: str
    evidence: str = ""


def record_consent(
    tx: Transaction,
    contact: Contact,
    statement: ConsentStatement,
    *,
    customer_id: UUID | None = None,
    order_id: UUID | None = None,
) -> None:
    """Keep what she said; saying the same again changes nothing. Raises Conflict (suppressed). That it is kept
    does not say that she may be written to: see `may_reach`.

    Taking back also suppresses the address, since the next contact with the same address is another row.
    """
    state = "given" if statement.given else "withdrawn"
    if statement.given:
        _lift(tx, contact, statement)
    else:
        suppress(tx, [contact], [statement.purpose], [statement.contact_channel], "withdrawn")
    if latest_status(tx.session, contact.id, statement) == (state, statement.text_version):
        return
    event_id = tx.record(
        f"consent.{state}",
        {"purpose": statement.purpose, "source": statement.source},
        customer_id=customer_id, order_id=order_id, contact_channel=statement.contact_channel,
    )  # fmt: skip
    tx.insert(
        "consents",
        contact_id=contact.id, purpose=statement.purpose, contact_channel=statement.contact_channel, state=state,
        source=statement.source, text_version=statement.text_version, locale=statement.locale,
        evidence=statement.evidence, event_id=event_id, at=tx.now,
    )  # fmt: skip


def latest_status(
    reader: Reader, contact_id: UUID, statement: ConsentStatement
) -> tuple[str, str] | None:
    """(state, text version) of what was said last about the same; None where nothing was."""
    about = {
        "contact_id": contact_id, "purpose": statement.purpose, "channel": statement.contact_channel,
    }  # fmt: skip
    found = reader.execute(_NEWEST, about).first()
    return (found.state, found.text_version) if found else None


def may_contact(reader: Reader, ports: Ports, contact: Contact, purpose: str, channel: str) -> bool:
    """Whether she may be written to for this: she said so last, and her address is not suppressed."""
    said = ConsentStatement(purpose, channel, True, "order", "", "")
    state = latest_status(reader, contact.id, said)
    if state is None or state[0] != "given":
        return False
    hashed = address_hash(ports, contact, channel)
    return not hashed or not _in_force(reader, hashed, channel, purpose)


def suppress(
    tx: Transaction,
    contacts: Iterable[Contact],
    purposes: Iterable[str],
    channels: Iterable[str],
    reason: str,
) -> None:
    """Let nobody write to these addresses any more. What is suppressed stays as it is."""
    wanted = [*channels]
    hashes = {
        (address_hash(tx.ports, one, channel), channel) for one in contacts for channel in wanted
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
        tx.session.execute(_SUPPRESS, rows)


def suppress_erased(tx: Transaction, contacts: Iterable[Contact]) -> None:
    """Before addresses are erased: whoever has them on an old list must not write to them."""
    suppress(tx, [*contacts], CONSENT_PURPOSES, ADDRESS_COLUMNS, "erased")


def address_hash(ports: Ports, contact: Contact, channel: str) -> str:
    """What an address is known by when it is gone; empty where the contact has none for the channel."""
    column = ADDRESS_COLUMNS.get(channel)
    address = getattr(contact, column) if column else None
    if not (column and address):
        return ""
    return ports.secrets.token(
        secret_labels.SUPPRESSED_ADDRESS, normalise(ports.phones, column, address)
    )


def _lift(tx: Transaction, contact: Contact, said: ConsentStatement) -> None:
    """Raises Conflict where staff want to lift it, or where it is not hers to lift."""
    hashed = address_hash(tx.ports, contact, said.contact_channel)
    for row in _in_force(tx.session, hashed, said.contact_channel, said.purpose):
        if said.source in UNPROVEN_SOURCES and not _is_her_word(tx, contact, said, row.created_at):
            return
        if said.source not in (*PROVEN_SOURCES, *UNPROVEN_SOURCES) or row.reason not in (
            "withdrawn",
            "erased",
        ):
            raise Conflict(
                "This address must not be written to for that: only she herself can allow it again.",
                code="suppressed",
                reason=row.reason,
            )
        _lift_now(tx.session, hashed, said, tx.now)


def _is_her_word(
    tx: Transaction, contact: Contact, said: ConsentStatement, suppressed_at: datetime
) -> bool:
    """Whether this very contact had forbidden it, or she who is signed in has shown that the address is hers."""
    kind = ADDRESS_COLUMNS[said.contact_channel]
    about = {
        "contact_id": contact.id, "purpose": said.purpose, "channel": said.contact_channel, "at": suppressed_at,
        "customer": tx.actor.id if tx.actor.kind == "shopper" else None,
        "kind": kind, "value": normalise(tx.ports.phones, kind, getattr(contact, kind)),
    }  # fmt: skip
    return bool(tx.session.execute(_HER_WORD, about).scalar())


def _in_force(reader: Reader, hashed: str, channel: str, purpose: str) -> Sequence[AnyRow]:
    """reason, created_at; one at most."""
    about = {"hash": hashed, "channel": channel, "purpose": purpose}
    return reader.execute(_IN_FORCE, about).all()


def _lift_now(session: Session, hashed: str, said: ConsentStatement, now: datetime) -> None:
    about = {"hash": hashed, "channel": said.contact_channel, "purpose": said.purpose, "now": now}
    session.execute(_LIFT, about)


_NEWEST = text("""
    SELECT state, text_version FROM consents
    WHERE contact_id = :contact_id AND purpose = :purpose AND contact_channel = :channel
    ORDER BY at DESC, id DESC LIMIT 1
""")
_IN_FORCE = text("""
    SELECT reason, created_at FROM suppressions
    WHERE address_hash = :hash AND contact_channel = :channel AND purpose = :purpose AND lifted_at IS NULL
""")
_HER_WORD = text("""
    SELECT EXISTS (
        SELECT FROM consents WHERE contact_id = :contact_id AND purpose = :purpose AND contact_channel = :channel
            AND state = 'withdrawn' AND at = :at
    ) OR EXISTS (
        SELECT FROM identities WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) AND kind = :kind
            AND value = :value
            AND verified_at IS NOT NULL AND ended_at IS NULL
    )
""")
_LIFT = text("""
    UPDATE suppressions SET lifted_at = :now
    WHERE address_hash = :hash AND contact_channel = :channel AND purpose = :purpose AND lifted_at IS NULL
""")
_SUPPRESS = text("""
    INSERT INTO suppressions (id, address_hash, contact_channel, purpose, reason, created_at)
    VALUES (:id, :address_hash, :contact_channel, :purpose, :reason, :now)
    ON CONFLICT (address_hash, contact_channel, purpose) WHERE lifted_at IS NULL DO NOTHING
""")

"""Composes the message with a one-time code. A job sends it after the request was committed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from app.core.accounts import challenges, codes
from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.models import Challenge
from app.core.accounts.verified_addresses import customer_of
from app.core.ports import OutgoingMessage
from app.core.transaction import Transaction

TEMPLATES = {
    ("sign_in", True): "code_sign_in",
    ("sign_in", False): "code_sign_up",
    ("reset", True): "code_reset",
    ("reset", False): "no_account",
    ("add_address", True): "code_add_address",
    ("add_address", False): "code_add_address",
    ("erase", True): "code_erase",
    ("erase", False): "code_erase",
}
"""By purpose, and whether there is an account with the address."""


@dataclass(frozen=True)
class ComposeCode:
    challenge_id: UUID


def compose_code(tx: Transaction, command: ComposeCode) -> OutgoingMessage | None:
    """Return the message, or None if the code was sent, used or has expired.

    The message is not stored: a repeat derives the same code again, and the address may belong to a stranger.
    """
    challenge = tx.session.execute(
        select(Challenge).where(
            Challenge.id == command.challenge_id,
            Challenge.encrypted_address.is_not(None),
            Challenge.sent_at.is_(None),
            Challenge.used_at.is_(None),
            Challenge.expires_at > tx.now,
        )
    ).scalar_one_or_none()
    if challenge is None:
        return None
    who = codes.address_of(tx.ports.secrets, challenge)
    known = customer_of(tx.session, who) is not None
    return _message(tx, challenge, who, TEMPLATES[challenge.purpose, known])


def _message(
    tx: Transaction, challenge: Challenge, who: ContactAddress, template: str
) -> OutgoingMessage:
    return OutgoingMessage(
        id=challenge.id,
        template=template,
        locale=challenge.locale,
        to_name=None,
        to_address=who.value,
        facts={
            "code": codes.derive(tx.ports.secrets, challenge),
            "minutes": int(challenges.CHALLENGE_LIFETIME.total_seconds()) // 60,
        },
        masked=("code",),
        contact_channel="email" if who.kind == "email" else "sms",
    )


@dataclass(frozen=True)
class MarkCodeSent:
    challenge_id: UUID


def mark_code_sent(tx: Transaction, command: MarkCodeSent) -> None:
    tx.session.execute(
        update(Challenge).where(Challenge.id == command.challenge_id).values(sent_at=tx.now)
    )

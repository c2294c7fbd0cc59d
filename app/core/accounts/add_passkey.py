from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core.accounts import codes
from app.core.accounts.begin_passkey import challenge_of
from app.core.accounts.models import Passkey
from app.core.customers import merged_customers
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.ports import InvalidPasskey
from app.core.transaction import CommittedRefusal, Transaction

MAX_PASSKEYS = 20


@dataclass(frozen=True)
class AddPasskey:
    customer_id: UUID
    challenge_id: UUID
    credential: dict[str, Any]
    """What navigator.credentials.create() gave."""
    name: str


def add_passkey(tx: Transaction, command: AddPasskey) -> UUID | CommittedRefusal[UUID]:
    """Remember a passkey; its id. What proved nothing has used its challenge up."""
    merged_customers.lock(tx.session, command.customer_id)
    challenge = codes.find(tx, command.challenge_id, "add_passkey", command.customer_id)
    if challenge is None or not codes.use(tx, challenge.id):
        raise _wrong()
    try:
        made = tx.ports.passkeys.created(
            command.credential, challenge_of(tx.ports.secrets, challenge.id)
        )
    except InvalidPasskey:
        return CommittedRefusal(_wrong())
    hers = select(func.count()).where(Passkey.customer_id == command.customer_id)
    if (tx.session.scalar(hers) or 0) >= MAX_PASSKEYS:
        raise Invalid(f"An account has {MAX_PASSKEYS} passkeys at most: remove one first.")
    if tx.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)):
        raise Conflict("This passkey is known already.")
    passkey_id = tx.insert(
        "account_passkeys",
        customer_id=command.customer_id, credential_id=made.credential_id, public_key=made.public_key,
        sign_count=made.sign_count, name=command.name, created_at=tx.now,
    )  # fmt: skip
    tx.record("account.passkey_added", {}, customer_id=command.customer_id)
    return passkey_id


def _wrong() -> Forbidden:
    return Forbidden("This passkey could not be checked: begin again.")

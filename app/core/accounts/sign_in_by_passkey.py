from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.core.accounts import codes, start_session
from app.core.accounts.begin_passkey import challenge_of
from app.core.accounts.models import Passkey
from app.core.accounts.start_session import SignedIn, Visitor
from app.core.errors import Unauthorised
from app.core.model import AnyRow
from app.core.ports import InvalidPasskey
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class SignInByPasskey:
    challenge_id: UUID
    credential: dict[str, Any]
    """What navigator.credentials.get() gave."""
    visitor: Visitor


def sign_in_by_passkey(
    tx: Transaction, command: SignInByPasskey
) -> SignedIn | CommittedRefusal[SignedIn]:
    """Sign in whoever holds a passkey. A challenge is used up by the first answer, right or wrong."""
    challenge = codes.find(tx, command.challenge_id, "use_passkey", None)
    if challenge is None or not codes.use(tx, challenge.id):
        raise _wrong()
    try:
        passkey = _verified(tx, command, challenge_of(tx.ports.secrets, challenge.id))
    except InvalidPasskey:
        return CommittedRefusal(_wrong())
    return start_session.start(tx, passkey.customer_id, command.visitor)


def _verified(tx: Transaction, command: SignInByPasskey, challenge: str) -> AnyRow:
    """The passkey, its count of signatures noted. Raises WrongPasskey."""
    credential_id = tx.ports.passkeys.credential_id(command.credential)
    passkey = tx.session.execute(
        select(Passkey.id, Passkey.customer_id, Passkey.public_key, Passkey.sign_count)
        .where(Passkey.credential_id == credential_id)
        .with_for_update()
    ).first()
    if passkey is None:
        raise InvalidPasskey
    count = tx.ports.passkeys.used(
        command.credential, challenge, bytes(passkey.public_key), passkey.sign_count
    )
    used = update(Passkey).where(Passkey.id == passkey.id)
    tx.session.execute(used.values(sign_count=count, used_at=tx.now))
    return passkey


def _wrong() -> Unauthorised:
    return Unauthorised("This passkey is not known here, or took too long: sign in another way.")

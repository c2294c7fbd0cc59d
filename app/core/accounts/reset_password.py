from dataclasses import dataclass, field

from app.core.accounts import attempt_limits, codes, passwords, sessions, start_session
from app.core.accounts.codes import CodeInput
from app.core.accounts.identities import customer_of
from app.core.accounts.start_session import SignedIn, Visitor
from app.core.errors import DomainError
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class ResetPassword:
    code: CodeInput
    password: str = field(repr=False)
    visitor: Visitor


def reset_password(
    tx: Transaction, command: ResetPassword
) -> SignedIn | CommittedRefusal[SignedIn]:
    """Set a new password by a code, end all sessions, and sign in here."""
    who = codes.verify(tx, command.code, "reset")
    if isinstance(who, DomainError):
        return CommittedRefusal(who)
    customer_id = customer_of(tx.session, who)
    if customer_id is None:  # no code was sent there: it was guessed
        return CommittedRefusal(codes.wrong())
    passwords.store(tx, customer_id, command.password)
    attempt_limits.reset_password_attempts(tx, who.subject(tx.ports.secrets))
    sessions.end_all(tx, customer_id)
    return start_session.start(tx, customer_id, command.visitor)

from dataclasses import dataclass, field
from uuid import UUID

from app.core.accounts import codes, passwords, start_session
from app.core.accounts.codes import CodeInput
from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.identities import customer_of
from app.core.accounts.start_session import SignedIn, Visitor
from app.core.customers import contacts, identities
from app.core.errors import DomainError
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class SignInByCode:
    code: CodeInput
    visitor: Visitor
    name: str
    """Of a new account; one that is there keeps its own, and its password too."""
    password: str | None = field(repr=False)


def sign_in_by_code(
    tx: Transaction, command: SignInByCode
) -> SignedIn | CommittedRefusal[SignedIn]:
    """Sign in whoever received the code. Where her address has no account yet, she has one now."""
    who = codes.verify(tx, command.code, "sign_in")
    if isinstance(who, DomainError):
        return CommittedRefusal(who)
    known = customer_of(tx.session, who)
    customer_id = known or _open_account(tx, command, who)
    return start_session.start(tx, customer_id, command.visitor, new=known is None)


def _open_account(tx: Transaction, command: SignInByCode, who: ContactAddress) -> UUID:
    contact_id = contacts.add(tx, command.name, **{who.kind: who.value})
    customer_id = tx.insert(
        "customers", contact_id=contact_id, locale=None, tags=[], created_at=tx.now
    )
    identities.add_verified(tx, customer_id, who.kind, who.value)
    tx.record("account.opened", {"by": who.kind}, customer_id=customer_id)
    tx.write()
    if command.password is not None:
        passwords.store(tx, customer_id, command.password)
    return customer_id

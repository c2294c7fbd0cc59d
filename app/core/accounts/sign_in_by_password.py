from dataclasses import dataclass, field

from app.core.accounts import attempt_limits, contact_address, passwords, start_session
from app.core.accounts.contact_address import ContactAddressInput
from app.core.accounts.start_session import SignedIn, Visitor
from app.core.errors import Unauthorised
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class SignInByPassword:
    address: ContactAddressInput
    password: str = field(repr=False)
    visitor: Visitor


def sign_in_by_password(
    tx: Transaction, command: SignInByPassword
) -> SignedIn | CommittedRefusal[SignedIn]:
    """Sign in by address and password.

    Known and unknown addresses take the same statements and one hash: neither answer nor time tells them apart.

    1. Spend a try, whether or not there is such an account.
    2. Verify; where there is nothing to verify, against nobody's hash.
    3. Give the tries back to whom they belong.
    """
    who = contact_address.normalise(tx.ports.phones, command.address)
    subject = who.subject(tx.ports.secrets)
    refused = attempt_limits.count_password_attempt(tx, subject)
    if refused is not None:
        return CommittedRefusal(refused)
    found = passwords.find_by_address(tx, who)
    right = tx.ports.passwords.verify(found.hash if found else None, command.password)
    if (
        found is None
        or not right
        or not passwords.lock_if_unchanged(tx, found.customer_id, found.hash)
    ):
        return CommittedRefusal(
            Unauthorised("Address and password do not fit: check both, or sign in with a code.")
        )
    attempt_limits.reset_password_attempts(tx, subject)
    return start_session.start(tx, found.customer_id, command.visitor)

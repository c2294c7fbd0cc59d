from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, literal, select

from app.core.accounts import codes
from app.core.accounts.challenges import IssuedChallenge
from app.core.accounts.contact_address import ContactAddress
from app.core.customers import merged_customers
from app.core.customers.models import Identity
from app.core.errors import DomainError, NotFound
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class RequestErasure:
    customer_id: UUID
    locale: str


def request_erasure(
    tx: Transaction, command: RequestErasure
) -> IssuedChallenge | CommittedRefusal[IssuedChallenge]:
    """Send a code to a verified address of the customer, by email if there is one.

    A person who finds an open session but cannot read the mailbox must not end the account. Raises NotFound if the
    customer has no verified address.
    """
    row = tx.session.execute(_verified_address(command.customer_id)).first()
    if row is None:
        raise NotFound("You have no verified address. Ask the shop to erase your data.")
    address = ContactAddress(row.kind, row.value)
    challenge = codes.issue(tx, "erase", address, command.locale, command.customer_id)
    return CommittedRefusal(challenge) if isinstance(challenge, DomainError) else challenge


def _verified_address(customer_id: UUID) -> Select[str, str]:
    return (
        select(Identity.kind, Identity.value)
        .where(
            Identity.customer_id.in_(merged_customers.select_ids(literal(customer_id))),
            Identity.kind.in_(("email", "phone")),
            Identity.verified_at.is_not(None),
            Identity.ended_at.is_(None),
        )
        .order_by(Identity.kind == "phone", Identity.verified_at.desc(), Identity.id)
        .limit(1)
    )

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.accounts import claim_guest_orders, codes
from app.core.accounts.codes import CodeInput
from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.identities import customer_of
from app.core.customers import identities, merged_customers
from app.core.errors import Conflict, DomainError
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class AddContactAddress:
    customer_id: UUID
    code: CodeInput


def add_contact_address(tx: Transaction, command: AddContactAddress) -> int | CommittedRefusal[int]:
    """Know her by another address or number, after a code came there; how many guest orders it brought.

    One that belongs to another part of her, who was merged, is hers already. Raises Conflict (address_taken) where
    it is somebody else's: whoever received the code may know that.
    """
    merged_customers.lock(tx.session, command.customer_id)
    who = codes.verify(tx, command.code, "add_address", command.customer_id)
    if isinstance(who, DomainError):
        return CommittedRefusal(who)
    owner = customer_of(tx.session, who)
    if owner is None:
        _add(tx, command.customer_id, who)
    elif owner not in merged_customers.ids_of(tx.session, command.customer_id):
        raise Conflict(
            "There is an account with this address already: sign in with it, or ask us to join the two.",
            code="address_taken",
        )
    return claim_guest_orders.claim(tx, command.customer_id)


def _add(tx: Transaction, customer_id: UUID, who: ContactAddress) -> None:
    identities.add_verified(tx, customer_id, who.kind, who.value)
    tx.session.execute(_FILL[who.kind], {"customer": customer_id, "value": who.value})
    tx.record("account.address_added", {"by": who.kind}, customer_id=customer_id)
    tx.write()


_FILL = {
    kind: text(f"""
        UPDATE contacts c SET {kind} = :value FROM customers k
        WHERE k.id = :customer AND c.id = k.contact_id AND c.{kind} IS NULL
    """)  # noqa: S608 - one of two words
    for kind in ("email", "phone")
}

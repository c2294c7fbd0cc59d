from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.accounts import claim_guest_orders, codes
from app.core.accounts.codes import CodeGiven
from app.core.accounts.contact_address import Reach
from app.core.accounts.identities import customer_of
from app.core.customers import identities, merged_customers
from app.core.errors import Conflict, DomainError
from app.core.transaction import Refusal, Transaction


@dataclass(frozen=True)
class AddAddress:
    customer_id: UUID
    given: CodeGiven


def add_address(tx: Transaction, command: AddAddress) -> int | Refusal[int]:
    """Know her by another address or number, after a code came there; how many guest orders it brought.

    One that belongs to another part of her, who was merged, is hers already. Raises Conflict (address_taken) where
    it is somebody else's: whoever received the code may know that.
    """
    merged_customers.hold(tx.session, command.customer_id)
    who = codes.check(tx, command.given, "add_address", command.customer_id)
    if isinstance(who, DomainError):
        return Refusal(who)
    owner = customer_of(tx.session, who)
    if owner is None:
        _add(tx, command.customer_id, who)
    elif owner not in merged_customers.members(tx.session, command.customer_id):
        raise Conflict(
            "There is an account with this address already: sign in with it, or ask us to join the two.",
            code="address_taken",
        )
    return claim_guest_orders.claim(tx, command.customer_id)


def _add(tx: Transaction, customer_id: UUID, who: Reach) -> None:
    identities.prove(tx, customer_id, who.kind, who.value)
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

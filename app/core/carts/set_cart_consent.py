from dataclasses import dataclass
from uuid import UUID

from app.core.carts import cart_view
from app.core.carts.models import Cart
from app.core.customers import consents, contacts
from app.core.customers.consents import ConsentStatement
from app.core.customers.models import Contact
from app.core.errors import Invalid
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetCartConsent:
    cart_id: UUID
    email: str | None
    """Whose address it is about, where the cart knows none yet."""
    statement: ConsentStatement


def set_cart_consent(tx: Transaction, command: SetCartConsent) -> UUID:
    """Keep what somebody with a cart says, as one who only wants the newsletter; the cart's id. Raises NotFound,
    Conflict, Invalid. Nobody has shown yet that the address is hers."""
    cart = tx.session.get(Cart, command.cart_id, with_for_update={"key_share": True})
    if cart is None:
        raise cart_view.not_open(tx.session, command.cart_id)
    if cart.contact_id is None:
        if not command.email:
            raise Invalid("Send the e-mail address that it is about.", email=["missing"])
        cart.contact_id = contacts.add(tx, None, command.email)
        tx.write()
    contact = tx.session.get_one(Contact, cart.contact_id)
    if command.email and contact.email != command.email:
        raise Invalid("This cart knows another address: begin a new one.", email=["another"])
    consents.record(tx, contact, command.statement, customer_id=cart.customer_id)
    return cart.id

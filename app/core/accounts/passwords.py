"""A customer's password."""

from uuid import UUID

from sqlalchemy import select, text

from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.models import Password
from app.core.customers.models import Identity
from app.core.model import AnyRow
from app.core.transaction import Transaction

MIN_LENGTH, MAX_LENGTH = 10, 200
"""Characters. Length is what counts (NIST SP 800-63B, section 5.1.1.2): nothing else is asked of it."""


def store(tx: Transaction, customer_id: UUID, password: str) -> None:
    """Set or replace it."""
    hashed = tx.ports.passwords.hash(password)
    tx.session.execute(_PUT, {"customer": customer_id, "hash": hashed, "now": tx.now})
    tx.record("account.password_set", {}, customer_id=customer_id)


def find_by_address(tx: Transaction, who: ContactAddress) -> AnyRow | None:
    """customer_id, and hash or NULL: in one statement, the same for who has an account and who has none."""
    return tx.session.execute(
        select(Identity.customer_id, Password.hash)
        .outerjoin(Password, Password.customer_id == Identity.customer_id)
        .where(
            Identity.kind == who.kind,
            Identity.value == who.value,
            Identity.verified_at.is_not(None),
            Identity.ended_at.is_(None),
        )
    ).first()


def lock_if_unchanged(tx: Transaction, customer_id: UUID, hashed: str) -> bool:
    """Whether it is still the password that was verified. Until the end of the transaction it is: whoever sets
    another one waits, and then ends the session that this one opens."""
    held = {"customer": customer_id, "hash": hashed}
    return tx.session.execute(_STILL, held).first() is not None


def hash_of(tx: Transaction, customer_id: UUID) -> str | None:
    return tx.session.scalar(select(Password.hash).where(Password.customer_id == customer_id))


_STILL = text("""
    SELECT 1 FROM account_passwords WHERE customer_id = :customer AND hash = :hash FOR SHARE
""")
_PUT = text("""
    INSERT INTO account_passwords (customer_id, hash, changed_at) VALUES (:customer, :hash, :now)
    ON CONFLICT (customer_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
""")

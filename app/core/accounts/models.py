"""What an account adds to a customer: credentials, challenges, sessions, the wishlist, preferences."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, one_of, reference

CHALLENGE_PURPOSES = ("sign_in", "reset", "add_address", "add_passkey", "use_passkey", "erase")
CONTACT_KINDS = ("email", "phone")
PREFERENCE_KINDS = ("channel", "category")


class Password(Base):
    __tablename__ = "account_passwords"

    customer_id: Mapped[UUID] = reference("customers.id", primary_key=True)
    hash: Mapped[str]
    changed_at: Mapped[datetime]


class Challenge(Base):
    """A proof to give once, within minutes: a code that was sent to an address, or a passkey."""

    __tablename__ = "account_challenges"
    __table_args__ = (
        CheckConstraint(one_of("purpose", *CHALLENGE_PURPOSES), "purpose"),
        CheckConstraint("kind IS NULL OR " + one_of("kind", *CONTACT_KINDS), "kind"),
    )

    id: Mapped[Id]
    purpose: Mapped[str]
    customer_id: Mapped[UUID | None] = reference("customers.id", index=True)
    """The signed-in customer who adds an address or passkey; NULL if the caller is not signed in."""
    kind: Mapped[str | None]
    encrypted_address: Mapped[bytes | None]
    """The address that the code goes to. Encrypted, because it may belong to a person who is not a customer; kept
    for a day."""
    subject: Mapped[str | None] = mapped_column(index=True)
    """`ContactAddress.subject` of that address. An erasure finds the row by it."""
    code_length: Mapped[int | None]
    """The number of digits of the code. The code itself is derived, never stored."""
    locale: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class Passkey(Base):
    __tablename__ = "account_passkeys"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """The authenticator's own count of its signatures. A count that goes down reveals a copied passkey."""
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccountSession(Base):
    """A sign-in of a shopper: in a browser by a cookie, in an app by tokens. Both are derived."""

    __tablename__ = "account_sessions"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    client_id: Mapped[UUID] = reference("api_clients.id")
    sales_channel: Mapped[str]
    device: Mapped[str | None]
    """`Secrets.token` of the random text that the app stores on its device and sends with each refresh."""
    name: Mapped[str]
    """The name in the shopper's list of sessions: Firefox on Linux, Ada's phone."""
    generation: Mapped[int]
    """The number of the valid refresh token; each token is derived from its number."""
    rotated_at: Mapped[datetime]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class WishlistItem(Base):
    __tablename__ = "wishlist_items"

    customer_id: Mapped[UUID] = reference("customers.id", primary_key=True)
    variant_id: Mapped[UUID] = reference("variants.id", primary_key=True)
    created_at: Mapped[datetime]


class Preference(Base):
    """A preference that the customer stated, or staff for them.

    Language and store are columns of the customer. Preferences that were not stated are inferred from orders when
    they are read, and stored nowhere.
    """

    __tablename__ = "preferences"
    __table_args__ = (CheckConstraint(one_of("kind", *PREFERENCE_KINDS), "kind"),)

    customer_id: Mapped[UUID] = reference("customers.id", primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    stated_at: Mapped[datetime]

"""What an account has beyond the customer: how she proves who she is, where she is signed in, what she likes."""

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
    """Something to be proved once, within minutes: that a code came to an address, that a passkey is there."""

    __tablename__ = "account_challenges"
    __table_args__ = (
        CheckConstraint(one_of("purpose", *CHALLENGE_PURPOSES), "purpose"),
        CheckConstraint("kind IS NULL OR " + one_of("kind", *CONTACT_KINDS), "kind"),
    )

    id: Mapped[Id]
    purpose: Mapped[str]
    customer_id: Mapped[UUID | None] = reference("customers.id", index=True)
    """Who is to have the new address or passkey; NULL while nobody is signed in."""
    kind: Mapped[str | None]
    encrypted_address: Mapped[bytes | None]
    """Where the code goes, encrypted: it may be the address of somebody who is not ours. Kept for a day."""
    subject: Mapped[str | None] = mapped_column(index=True)
    """`Reach.subject` of that address, by which an erasure finds it."""
    code_length: Mapped[int | None]
    """How long the code is; it is derived, never stored."""
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
    """How often the authenticator says it has signed; one that goes back was copied."""
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccountSession(Base):
    """Where a shopper is signed in: a browser by a cookie, an app by tokens. All of them are derived."""

    __tablename__ = "account_sessions"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    client_id: Mapped[UUID] = reference("api_clients.id")
    sales_channel: Mapped[str]
    device: Mapped[str | None]
    """`Secrets.token` of what the app keeps on its device and sends with each refresh."""
    name: Mapped[str]
    """By which she knows it in her list: Firefox on Linux, Ada's phone."""
    generation: Mapped[int]
    """The refresh token in force; each is derived from its number."""
    rotated_at: Mapped[datetime]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class WishlistItem(Base):
    __tablename__ = "wishes"

    customer_id: Mapped[UUID] = reference("customers.id", primary_key=True)
    variant_id: Mapped[UUID] = reference("variants.id", primary_key=True)
    created_at: Mapped[datetime]


class Preference(Base):
    """What a customer, or staff for her, said she prefers. Language and store stand with the customer herself;
    what nobody stated is inferred from her orders when it is read, and stored nowhere."""

    __tablename__ = "preferences"
    __table_args__ = (CheckConstraint(one_of("kind", *PREFERENCE_KINDS), "kind"),)

    customer_id: Mapped[UUID] = reference("customers.id", primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    stated_at: Mapped[datetime]

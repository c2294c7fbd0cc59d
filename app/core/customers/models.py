"""People: how they can be reached."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id


class Contact(Base):
    """How a person can be reached; a guest has one too. Names and addresses stand here and nowhere else,
    so that an erasure touches one place."""

    __tablename__ = "contacts"
    __table_args__ = (Index("contacts_email_idx", text("lower(email)")),)

    id: Mapped[Id]
    name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    import_source: Mapped[str | None] = mapped_column(unique=True)
    """Who an imported customer was where she comes from: `online-retail:17850`."""
    created_at: Mapped[datetime]

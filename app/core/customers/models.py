"""People: how they can be reached."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

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
    created_at: Mapped[datetime]

"""The record of an erasure. It names no person: its ids lead to rows without personal data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.core.model import Base, Id


class Erasure(Base):
    __tablename__ = "erasures"

    id: Mapped[Id]
    customer_ids: Mapped[list[Any]]
    contact_ids: Mapped[list[Any]]
    event_id: Mapped[UUID]
    created_at: Mapped[datetime]

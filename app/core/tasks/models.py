"""Tasks of the staff in shops and in the back office."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core.model import Base, Id, one_of, reference

KINDS = ("pick", "hand_over", "restock", "count", "shortfall", "payment_review")


class Task(Base):
    """A piece of work for staff."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint(one_of("kind", *KINDS), "kind"),
        Index("tasks_open_idx", "location_id", "due_at", "id", postgresql_where="finished_at IS NULL"),
        Index(
            "tasks_one_open_idx", "fulfilment_id", "kind", unique=True,
            postgresql_where="finished_at IS NULL AND kind IN ('pick','hand_over','restock','payment_review')",
        ),
        Index("tasks_order_idx", "order_id"),
        Index("tasks_customer_idx", "customer_id", postgresql_where="customer_id IS NOT NULL"),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str]
    department: Mapped[str]
    location_id: Mapped[UUID | None] = reference("locations.id")
    assignee_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    order_id: Mapped[UUID | None] = reference("orders.id")
    fulfilment_id: Mapped[UUID | None] = reference("fulfilments.id")
    variant_id: Mapped[UUID | None] = reference("variants.id")
    customer_id: Mapped[UUID | None]
    thread_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

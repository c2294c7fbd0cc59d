"""Runs migrations on the connection that `flask migrate` passes in."""

from alembic import context
from sqlalchemy import text

from app.core.model import Base

connection = context.config.attributes["connection"]
connection.execute(text("SET lock_timeout = '5s'"))
connection.commit()
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_name=lambda name, kind, _: (
        not (kind == "table" and (name or "").startswith("procrastinate_"))
    ),
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

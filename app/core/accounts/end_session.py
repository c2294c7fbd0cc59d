from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class EndSession:
    customer_id: UUID
    session_id: UUID


def end_session(tx: Transaction, command: EndSession) -> None:
    """Sign out, here or from afar. Raises NotFound where it is not hers or has ended."""
    values = {"customer": command.customer_id, "id": command.session_id, "now": tx.now}
    if tx.session.execute(_END, values).first() is None:
        raise NotFound("You are not signed in there (any more).")
    payload = {"session": str(command.session_id), "because": "signed_out"}
    tx.record("account.session_ended", payload, customer_id=command.customer_id)


_END = text("""
    UPDATE account_sessions SET ended_at = :now
    WHERE id = :id AND customer_id IN (SELECT id FROM customer_ids(:customer)) AND ended_at IS NULL RETURNING id
""")

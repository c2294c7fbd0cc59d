from dataclasses import dataclass
from uuid import UUID

from app.core.accounts.preferences import Preferences, get_preferences
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ViewPreferences:
    customer_id: UUID


def view_preferences(tx: Transaction, command: ViewPreferences) -> Preferences:
    """What a customer prefers, for one of the staff: that they looked is an event of hers. Raises NotFound."""
    found = get_preferences(tx.session, command.customer_id)
    tx.record("customer.viewed", {"what": "preferences"}, customer_id=command.customer_id)
    return found

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.customers import merged_customers
from app.core.model import AnyRow
from app.core.orders import consents
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ViewConsents:
    customer_id: UUID


def view_consents(tx: Transaction, command: ViewConsents) -> Sequence[AnyRow]:
    """What a person allows, for one of the staff: that they looked is an event of hers. Raises NotFound."""
    merged_customers.ids_of(tx.session, command.customer_id)
    tx.record("customer.viewed", {"what": "consents"}, customer_id=command.customer_id)
    return consents.of_customer(tx.session, command.customer_id)

"""The events of invoices and legal entities."""

from app.core.event_kinds import event

ORDER_INVOICED = event("order.invoiced", "kind number amount", subjects="money", audience="shopper")
ORDER_CREDITED = event("order.credited", "kind number amount", subjects="money", audience="shopper")
LEGAL_ENTITY_SET = event("legal_entity.set", "code country", subjects="money")
LEGAL_ENTITY_STORE_ASSIGNED = event(
    "legal_entity.store_assigned", "code location", subjects="money"
)

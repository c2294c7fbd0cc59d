"""The events of customers and their consents."""

from app.core.event_kinds import EventKind, event

CUSTOMER_CREATED = event("customer.created")
CUSTOMER_IMPORTED = event("customer.imported")
CUSTOMER_UPDATED = event("customer.updated", "fields", optional="before after", subjects="customer")
CUSTOMER_NOTE_ADDED = event("customer.note_added", "note_id")
CUSTOMER_VIEWED = event("customer.viewed", "what", optional="order_id", subjects="customer")
CUSTOMER_SEARCHED = event("customer.searched", "by", subjects="customer")
CUSTOMER_MERGED = event("customer.merged", "merged_id reason", subjects="customer")
CUSTOMER_MERGE_UNDONE = event("customer.merge_undone", "merged_id merge_id", subjects="customer")
CONSENT_GIVEN = event("consent.given", "purpose source")
CONSENT_WITHDRAWN = event("consent.withdrawn", "purpose source")

BY_STATUS: dict[str, EventKind] = {"given": CONSENT_GIVEN, "withdrawn": CONSENT_WITHDRAWN}
"""By the status of a consent."""

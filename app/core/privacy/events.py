"""The events of erasure, export and retention."""

from app.core.event_kinds import event

CUSTOMER_EXPORTED = event("customer.exported", subjects="customer")
CUSTOMER_ERASED = event("customer.erased", subjects="customer")
RETENTION_APPLIED = event("retention.applied", "rule rows")

"""The events of accounts of customers."""

from app.core.event_kinds import event

ACCOUNT_CREATED = event("account.created", "by")
ACCOUNT_SIGNED_IN = event("account.signed_in", "session new")
ACCOUNT_SESSION_ENDED = event("account.session_ended", "session reason")
ACCOUNT_PASSWORD_SET = event("account.password_set")
ACCOUNT_PASSKEY_ADDED = event("account.passkey_added")
ACCOUNT_PASSKEY_REMOVED = event("account.passkey_removed")
ACCOUNT_ADDRESS_ADDED = event("account.address_added", "by")
ACCOUNT_UPDATED = event("account.updated", "what")
CART_MERGED = event("cart.merged", "from to", audience="staff")
CUSTOMER_PREFERENCES_STATED = event("customer.preferences_stated", "what")
ORDER_CLAIMED = event("order.claimed", audience="shopper")

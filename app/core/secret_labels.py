"""The labels that keep apart what is derived from the one secret key. Pure.

A label is data, like a stored row: it never changes, whatever the code around it is called. A changed label makes
another key, and every gift card, link, session and second factor that was made with the old one is lost. A new use
gets a new label, and no two uses share one. `tests/core/test_golden_secrets.py` holds the known answers.
"""

from typing import Final

# Of `Secrets.token`: 128 bits for a subject.
ORDER: Final = "order"
"""The token in the link to an order."""
CART: Final = "cart"
"""The token of a cart."""
CSRF: Final = "csrf"
"""The token in the forms of the order page."""
REQUEST: Final = "request"
"""The hash by which a repeated request is compared with the first one."""
SESSION: Final = "session"
"""The signature of a session cookie."""
ACCESS: Final = "access"
"""The signature of an access token."""
REFRESH: Final = "refresh"
"""The signature of a refresh token."""
DEVICE: Final = "device"
"""The hash of what an app keeps on its device."""
PASSKEY: Final = "passkey"
"""The challenge that a passkey signs."""
ADDRESS: Final = "address"
"""The hash of an e-mail address or phone number whose tries are counted."""
INVITATION: Final = "invitation"
"""The token of a user's invitation."""
USER: Final = "user"
"""The hash of a user's e-mail address, by which tries are counted."""
USER_AT: Final = "user at"
"""The same, from one network address."""
GIFT_CARD: Final = "gift card"
"""The code of a gift card."""
STORE_CREDIT_CODE_HASH: Final = "store credit code hash"
"""The hash of the one-time code with which a customer pays with store credit at a counter."""
GIFT_CARD_TRIES: Final = "gift card tries"
"""The hash of a gift card's code, by which tries are counted."""
PROMOTION_PERSON: Final = "promotion person"
"""The hash of an address, by which the uses of a promotion are counted."""
SUPPRESSED_ADDRESS: Final = "suppressed address"
"""The hash of an address that must not be written to."""

# Of `Secrets.digits`: the n-th code for a subject.
PICKUP: Final = "pickup"
"""The pickup code of an order."""
ACCOUNT: Final = "account"
"""The one-time code that opens an account."""
STORE_CREDIT_CODE: Final = "store credit code"
"""The one-time code with which a customer pays with store credit at a counter."""
GIFT_CARD_PIN: Final = "gift card PIN"
"""The PIN of a gift card."""

# Of keys that the adapter derives for itself.
SIGNATURES: Final = "signatures"
"""The Ed25519 key that signs quotes."""
STORED_RESPONSES: Final = "stored answers"
"""The Fernet key of stored answers, second factors and addresses."""

# What a signed message begins with, so that it means nothing anywhere else.
SIGNED_QUOTE: Final = b"onecounter quote 1\0"

"""The body for each route that tests/permissions/test_permissions.py tries: enough to reach the permission
check."""

from typing import Any

from tests.drivers.shop import checkout_body
from tests.drivers.shopper import PASSWORD

ADDRESS = {"name": "Ada", "lines": "12 St James's Square", "town": "London", "country": "GB"}

BODIES: dict[str, Any] = {
    "hand-over": {"code": "123456", "payments": []},
    "picks": {"lines": [], "short": []},
    "counts": {"lines": [{"sku": "MUG", "quantity": 1000}]},
    "checkout": checkout_body(1),
    "preferences": {"channel": "email"},
    "password": {"password": PASSWORD},
    "cart": {},
    "reach": {"email": "ada@work.example"},
    "addresses": ADDRESS,
    "cards": {"flow": "app"},
    "<address_id>": ADDRESS,
    "account": {"name": "Ada"},
    "undo": {},
    "consents": {
        "purpose": "offers",
        "contact_channel": "push",
        "given": True,
        "text_version": "1",
    },
    "customers": {"name": "Ada"},
    "notes": {"body": "Knocks."},
    "block": {"reason": "It was lost."},
    "payments": {"reader": "tmr_1"},
    "refund-plan": {"amount": 1},
    "refunds": {"amount": 1, "reason": "broken"},
    "pay-outs": {},
    "erasures": {"email": "eve@elsewhere.example"},
}

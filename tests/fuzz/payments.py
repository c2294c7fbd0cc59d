"""Payments of a busy shop for the fuzzer: paid, declined and disputed orders, cards, a drawer."""

import re
from typing import Any

from app.core.provider import Declined
from tests.drivers.payments import authorised, collected, gift_card, notify, refund
from tests.drivers.shop import Placed, Shop

LABELS = re.compile(
    r".* /api/admin/v1/(order-reviews|gift-cards|disputes|reports|shifts|orders/|customers/{customer_id}/credit)"
    r"|POST /api/pos/v1/orders/{number}/(refund|manual-refunds)|POST /api/pos/v1/shifts(/current/close)?$"
    r"|POST /api/(pos/)?v1/gift-cards/balance"
)
AMOUNT = {"amount": 7, "reason": "a scratch"}
BODIES: dict[str, Any] = {
    "/refund-plan": {"amount": 7},
    "/refunds": AMOUNT,
    "/manual-refunds": {"refund_method": "bank"},
    "/shifts": {"opening_float": 500},
    "/close": {"counted": 500},
    "/resolve": {"reason": "looked at", "write_off": True},
    "/gift-cards": AMOUNT,
    "/block": {"reason": "lost"},
    "/unblock": {"reason": "found"},
    "/credit": AMOUNT,
}
QUERIES: dict[str, dict[str, Any]] = {
    "/gift-cards": {"limit": 2},
    "/disputes": {"status": "open", "limit": 1},
    "/reports/money": {"from": "2054-11-01", "to": "2054-11-30", "format": "csv"},
    "/shifts": {"store": "lds"},
}


class Books:
    def __init__(self, shop: Shop, sku: str) -> None:
        self.shop, self.wanted = shop, {sku: 1}
        card = gift_card(shop, 2500)
        self.card, self.shown = str(card.id), {"code": card.code, "pin": card.pin}
        shop.staff("POST", "shifts", {"opening_float": 0})
        self.shift = shop.staff("GET", "shifts/current").get_json()["id"]
        self.collected, _ = collected(shop, self.wanted)
        self.dispute = self._disputed()

    def aim(self, label: str, customer: str) -> tuple[dict[str, Any], Any, dict[str, Any]]:
        """Return path, body and query of a call that works."""
        names = {
            "card_id": self.card, "shift_id": self.shift, "customer_id": customer,
            "number": self.collected.number, "dispute_id": self.dispute,
        }  # fmt: skip
        if label.endswith(("/captures", "/payment-requests", "/resolve")):
            names["number"] = self._declined().number
        if label.endswith("/manual-refunds"):
            names["number"] = self._owed().number
        if label == "POST /api/pos/v1/shifts":  # the first cash opens one if none is open
            self.shop.staff("POST", "shifts/current/close", {"counted": 0})
        if label.endswith("/current/close"):
            self.shop.staff("POST", "shifts", {"opening_float": 500})
        if label.endswith("/answer"):
            names["dispute_id"] = self._disputed()
        path = {name: value for name, value in names.items() if f"{{{name}}}" in label}
        method, _, rule = label.partition(" ")
        kept = QUERIES if method == "GET" else BODIES | {"/balance": self.shown}
        found = next((one for end, one in kept.items() if rule.endswith(end)), None)
        if rule.startswith("/api/pos/") and rule.endswith("/manual-refunds"):
            found = {}
        return path, *((None, found or {}) if method == "GET" else (found, {}))

    def _declined(self) -> Placed:
        placed, _ = authorised(self.shop, self.wanted)
        self.shop.make_ready(placed)
        self.shop.provider.before["capture"] = [Declined("card_declined", "No.")]
        assert self.shop.hand_over(placed, 0).status_code == 200
        return placed

    def _owed(self) -> Placed:
        """Return an order whose refund no tender accepts."""
        placed, _ = collected(self.shop, self.wanted)
        self.shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "Gone.")]
        assert refund(self.shop, placed, 7).status_code == 201
        return placed

    def _disputed(self) -> str:
        _, seen = collected(self.shop, self.wanted)
        self.shop.provider.dispute(seen.id, seen.captured)
        notify(self.shop, seen.id)
        (dispute,) = [one.id for one in self.shop.disputes() if one.payment_provider_id == seen.id]
        return str(dispute)

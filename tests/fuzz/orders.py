"""A busy shop for the fuzzer: for each operation a call that works, or nearly does."""

import copy
import random
from collections import deque
from datetime import timedelta
from typing import Any, NamedTuple

from app.jobs.orders import expire_orders
from tests.drivers import customers, invoices
from tests.drivers.shop import Placed, Shop, checkout_body, new_key
from tests.fuzz.accounts import Member
from tests.fuzz.payments import LABELS, Books
from tests.fuzz.staff import Workplace

SKU, UNITS = "MUG", {"MUG": 2}
STATES = {
    "reinstate": "expired", "restock": "cancelled", "hand-over": "ready", "ready": "picked",
    "picks": "placed", "cancel": "placed", "arrived": "placed", "": "placed",
}  # fmt: skip
"""The status of an order in which the call of that name works; the last is for reads."""


PAGES = "{document_id}.pdf"
"""The end of a label that names a document: it belongs to the one order that has documents."""


class Aim(NamedTuple):
    """The data that a call needs, besides its token."""

    path: dict[str, Any]
    body: Any
    query: dict[str, Any]


class Market:
    def __init__(self, shop: Shop, orders: int) -> None:
        """Make `orders` so many orders for each call that changes one."""
        self.shop = shop
        for sku in (SKU, "LAMP"):
            shop.stock(sku, 1200, lds=1_000_000, yrk=1_000_000)
        self.carts: deque[dict[str, Any]] = deque()
        self.orders: dict[str, deque[tuple[Placed, str]]] = {}
        for verb, status in STATES.items():
            self.orders[verb] = deque(self._order(status) for _ in range(orders))
            if status == "expired":
                self._expire()
        shop.promote("amount", {"amount": 5}, "HALF", conditions={"coupon": True})
        shop.promote("amount", {"amount": 5}, "ENDED", conditions={"coupon": True})
        self.workplace = Workplace(shop)
        self.customers = [customers.add(shop, loyalty_card=new_key()) for _ in range(20)]
        sold = invoices.sold(shop, UNITS)
        self.orders[PAGES] = deque([(sold, shop.fulfilment(sold))])
        invoices.set_up(shop)
        invoices.issue(shop)
        self.document = invoices.documents(shop, sold)[0]["id"]
        self.cart: dict[str, Any] = {}
        self.order, self.fulfilment = self.orders[""][0]
        self.member = Member(shop)
        self.books = Books(shop, SKU)

    def choose(self, label: str) -> Aim:
        """Choose the cart, order and fulfilment of the next call; return its data."""
        if "{cart_id}" in label:
            self.cart = self._next_cart()
        if "orders/" in label or "fulfilments/" in label:
            self._next_order(label.rpartition("/")[2])
        if "/account" in label or "/me/" in label:
            return Aim(*self.member.aim(label), {})
        if LABELS.match(label):
            return Aim(*self.books.aim(label, self.customers[0]))
        customer, merge_id = self._customer(label)
        sku = new_key()[:8] if label.startswith("POST") else SKU
        names = {
            "cart_id": self.cart.get("id"), "number": self.order.number,
            "fulfilment_id": self.fulfilment, "handle": "lamp",
            "sku": "LAMP" if "{handle}" in label else SKU,
            "code": _code(label), "coupon": "ENDED",
            "document_id": self.document, "location": "lds",
            "customer_id": customer, "merge_id": merge_id, "merged_id": self.customers[1],
        }  # fmt: skip
        names |= self.workplace.names(label)
        path = {name: value for name, value in names.items() if f"{{{name}}}" in label}
        body = self.workplace.body(label)
        return Aim(path, self._body(label, sku) if body is None else body, QUERIES.get(label, {}))

    def token(self, role: str, label: str) -> str | None:
        if role == "shopper":
            cart = self.cart.get("token") if "/carts" in label else None
            return cart or self.order.token
        if role == "customer":
            return self.member.token()
        tokens = {
            "device": self.shop.tokens["lds"], "merchant": self.shop.keys["merchant"],
            "office": self.shop.keys["merchant"],
            "owner": self.workplace.owners_token,
        }  # fmt: skip
        return tokens.get(role)

    def _body(self, label: str, sku: str) -> Any:
        lines = [{"sku": name, "quantity": units} for name, units in UNITS.items()]
        due = self.order.body["total"]
        bodies = {
            "lines/{sku}": {"quantity": 2},
            "fulfilment": {"type": "pickup", "location": "yrk"},
            "checkout": bought(self.cart) if self.cart else None,
            "counts": {"lines": [{"sku": SKU, "quantity": 900_000}]},
            "picks": {"lines": lines},
            "hand-over": {
                "code": self.order.code, "received_by": "Charles",
                "payments": [{"method": "cash", "amount": due, "tendered": due + 100}],
            },
            "restock": {"lines": lines},
            "products": {"title": f"New {sku}", "variants": [{"sku": sku}]},
            "variants": {"sku": sku, "price": {"amount": 100, "currency": "GBP"}},
            "variants/{sku}": {"grams": 5, "price": {"amount": 1200, "currency": "GBP"}},
            "products/{handle}": {"title": "The LAMP"},
            "promotions": promotion(sku),
            "preview": {"promotion": promotion(sku), "lines": lines},
            "coupons": {"count": 2},
            "price-lists": {"code": sku, "name": "Staff", "currency": "GBP", "customer_group": "staff"},
            "prices": {"prices": [{"sku": SKU, "price": {"amount": 1200, "currency": "GBP"}}]},
            "tax-rates": {"country": "FR", "category": "standard", "rate": 200_000},
            "preferences": {"channel": "email", "store": "lds", "categories": ["Gifts"]},
            "markets": {"country": "FR", "tax_included": True},
            "legal-entities/{code}": invoices.ENTITY,
            "consents": stated(self.cart) if "/carts/" in label else stated({}),
            "customers": {"name": "Ada", "email": "ada@example.com", "loyalty_card": sku},
            "customers/{customer_id}": {"tags": ["vip"], "customer_group": "staff"},
            "notes": {"body": "Likes mugs."},
            "merges": {"customer": self.customers[-1], "reason": "same_email"},
            "undo": {} if "/pos/" in label else None,
            "erasures": {"email": self._guest()} if label.endswith("/erasures") else None,
        }  # fmt: skip
        ending = max((name for name in bodies if label.endswith(f"/{name}")), key=len, default="")
        return copy.deepcopy(bodies.get(ending))

    def _guest(self) -> str:
        """Return the address of a newsletter subscriber who now requests erasure."""
        email, cart = f"{new_key()}@example.com", self.shop.client.post("/api/v1/carts").get_json()
        path, body = f"/api/v1/carts/{cart['id']}/consents", {**stated({}), "email": email}
        assert self.shop.call("PUT", path, cart["token"], body).status_code == 200
        return email

    def _customer(self, label: str) -> tuple[str, str]:
        """Return a customer, and for an undo a merge; a customer to merge or erase is a new one."""
        if label.endswith("/merges/{merge_id}/undo"):
            stays, merged = self.customers[0], customers.add(self.shop)
            return stays, customers.merge(self.shop, stays, merged)
        if label.endswith("/erase"):
            return customers.add(self.shop), ""
        if label.endswith("/merges") and label.startswith("POST"):
            self.customers.append(customers.add(self.shop))
        return self.customers[0], ""

    def _next_cart(self) -> dict[str, Any]:
        if not self.carts:
            self.carts.extend(self.shop.carts([UNITS] * 50))
        return self.carts.popleft()

    def _next_order(self, verb: str) -> None:
        """The orders are reused in turn, so that repeated calls and their refusals occur too."""
        waiting = self.orders.get(verb, self.orders[""])
        self.order, self.fulfilment = waiting[0]
        waiting.rotate(-1)

    def _order(self, status: str) -> tuple[Placed, str]:
        placed = self.shop.order(UNITS)
        fulfilment = self.shop.fulfilment(placed)
        if status in ("picked", "ready", "cancelled"):
            self.shop.pick(placed, UNITS)
        if status == "ready":
            self.shop.staff("POST", f"fulfilments/{fulfilment}/ready")
        if status == "cancelled":
            self.shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
        return placed, fulfilment

    def _expire(self) -> None:
        self.shop.clock.advance(timedelta(days=10))
        expire_orders(self.shop.jobs)
        self.shop.clock.advance(timedelta(days=-10))


def bought(cart: dict[str, Any]) -> dict[str, Any]:
    return checkout_body(cart["quote"]["total"]) | {"billing": invoices.BILLING}


def _code(label: str) -> str:
    if "legal-entities" in label:
        return "main"
    return "ENDED" if label.endswith("/deactivate") else "HALF"


def stated(cart: dict[str, Any]) -> dict[str, Any]:
    """Return a statement; one about a cart names the address."""
    body = {"purpose": "offers", "contact_channel": "email", "given": True, "text_version": "1"}
    return {**body, "email": "ada@example.com"} if cart else body


def promotion(code: str) -> dict[str, Any]:
    return {
        "code": code.upper(), "title": "A penny off", "kind": "amount", "terms": {"amount": 1},
        "conditions": {"coupon": True},
    }  # fmt: skip


QUERIES: dict[str, dict[str, Any]] = {
    "GET /api/v1/products": {"q": "mug", "limit": 1},
    "GET /api/pos/v1/customers": {"by": "email", "value": "ada@example.com"},
    "GET /api/admin/v1/customers": {"by": "phone", "value": "+44 113 496 0000"},
    "GET /api/v1/availability": {"line": ["MUG:1", "LAMP:2"], "near": "53.8,-1.5"},
    "GET /api/pos/v1/tasks": {"kind": ["pick", "restock"], "limit": 1},
    "GET /api/admin/v1/products": {"q": "mug", "status": "active"},
    "GET /api/admin/v1/audit": {"about": "role", "limit": 2, "location": "lds"},
}


def near_miss(aim: Any, drawn: Any, chance: random.Random) -> Any:
    """Return a working input, a drawn one, or a working one with one drawn part."""
    kind = chance.random()
    if kind < 0.3 or not isinstance(drawn, dict):
        return drawn
    if kind < 0.6 or not drawn or aim is None:
        return aim
    name = chance.choice(sorted(drawn))
    return {**aim, name: drawn[name]}

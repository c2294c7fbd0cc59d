"""Every route and every role: each cell of the table is tried, and a route without a row fails."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.access import permissions
from app.core.access.api_clients import CreateApiClient, create_api_client
from app.core.access.devices import AddDevice, add_device
from app.core.access.staff.staff import DeactivateStaff, deactivate_staff
from app.wiring import create_live
from tests.drivers import customers, invoices, payments, saved_cards, staff
from tests.drivers.shop import LEEDS, YORK, Shop, new_key, open_shop
from tests.drivers.shopper import ADA, BOB, PASSWORD, Shopper
from tests.fakes.passkey import Authenticator
from tests.permissions.bodies import ADDRESS, BODIES
from tests.permissions.lookup import (
    MERCHANT_ROWS,
    MERCHANTS,
    ROLES,
    ROWS,
    STAFF,
    STAFF_ROWS,
    row_of,
)

EVE = {"name": "Eve Elsewhere", "email": "eve@elsewhere.example", "phone": "+44 113 496 0199"}
"""The owner of an order that the paths never name."""
WORKER, USER = "Worker 21", "user-support@shop.example"
SEEN_IN = {
    WORKER: {"/api/admin/v1/staff", "/api/admin/v1/staff/<staff_number>/stores/<store>"},
    USER: {"/api/admin/v1/users"},
}
"""The only responses that name the signed-in staff member."""


class Actors:
    """A shop with the records that the paths name, and the tokens of all callers."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        shop.stock("MUG", 800, lds=1000, yrk=1000)
        shop.stock("SPARE", 800)
        shop.promote("amount", {"amount": 5}, conditions={"coupon": True})
        self.cart, self.order = shop.cart({"MUG": 1}), shop.order({"MUG": 1})
        revoke(shop)
        self.live = create_live(shop.app.config["SETTINGS"])
        self.live.extensions |= {"live": (None, NoFeed()), "ports": shop.app.extensions["ports"]}
        self.disputed = disputed(shop)
        other = shop.order({"MUG": 1}, contact=EVE)
        self.tokens: dict[str, str | None] = {
            "anon": None, "cart": self.cart["token"], "cart2": shop.cart({})["token"],
            "order": self.order.token, "order2": other.token,
            "till": shop.tokens[LEEDS], "till2": shop.tokens[YORK], "revoked": "device-revoked",
            "app": shop.keys["app"], "merchant": shop.keys["merchant"], "metrics": "metrics",
        }  # fmt: skip
        self.fulfilment = shop.fulfilment(self.order)
        for store in (LEEDS, YORK):
            shop.staff("POST", "shifts", {"opening_float": 0}, store)
        self._shoppers()
        self._customers()
        self._staff()
        self._merchants()
        self.spare = {
            "<document_id>": invoices.planted(shop, self.order), "<location>": LEEDS,
            "<staff_number>": staff.hire(shop, "90", "picker").number, "<store>": YORK,
            "<device_id>": shop.runner.perform(add_device, AddDevice(YORK, "Spare")).id,
            "<key_id>": shop.runner.perform(create_api_client, CreateApiClient("merchant", "Spare")).id,
            "<user_id>": staff.invite(shop, "spare@shop.example", "stock").id,
            "<card_id>": payments.gift_card(shop, 2000).id, "<dispute_id>": self.disputed,
            "<shift_id>": shop.staff("GET", "shifts/current").get_json()["id"],
        }  # fmt: skip

    def _shoppers(self) -> None:
        self.shoppers = {name: Shopper(self.shop, app=True) for name in ("shopA", "shopB")}
        self.ada = self.shoppers["shopA"]
        for shopper, email in zip(self.shoppers.values(), (ADA, BOB), strict=True):
            shopper.sign_in(email=email, password=PASSWORD)
            shopper.claim_orders()
        self.theirs = self._belongings()

    def _belongings(self) -> dict[str, str]:
        """Return the ids of shopper A's records, by their names in paths."""
        shop, ada = self.shop, self.ada
        for shopper in self.shoppers.values():
            shopper.account("PUT", "/cart", {})
        requested = ada.account("POST", "/passkeys/options")
        credential = Authenticator().create(requested["options"])
        passkey = {"challenge": requested["challenge"], "credential": credential, "name": "Phone"}
        guest = {"guest": key_of(shop.cart({"MUG": 1}))}
        customer = shop.customer_id(ADA)
        return {
            "<customer_id>": str(customer),
            "<cart_id>": ada.account("PUT", "/cart", guest)["id"],
            "<session_id>": Shopper(shop, app=True).sign_in()["session"],
            "<passkey_id>": ada.account("POST", "/passkeys", passkey)["items"][0]["id"],
            "<address_id>": ada.account("POST", "/addresses", ADDRESS)["items"][0]["id"],
            "<saved_card_id>": saved_cards.keep(ada),
        }

    def _customers(self) -> None:
        """Callers other than shopper A. Paths name shopper A, except on routes that would erase them."""
        shop = self.shop
        self.erased, other, merged = (customers.add(shop) for _ in range(3))
        merge = customers.merge(shop, self.theirs["<customer_id>"], merged)
        self.theirs |= {"<merged_id>": other, "<merge_id>": merge}
        # With the same customer, which is refused to every caller who may merge.
        self.bodies = BODIES | {"merges": {"customer": self.theirs["<customer_id>"]}}

    def _staff(self) -> None:
        shop, at_work = self.shop, staff.at_work
        self.signed_in = {
            "picker": at_work(shop, "21", "picker"), "cashier": at_work(shop, "22", "cashier"),
            "manager": at_work(shop, "23", "manager"), "cashier2": at_work(shop, "24", "cashier", YORK),
            "left": at_work(shop, "25", "manager"),
        }  # fmt: skip
        self.signed_in["elsewhere"] = self.signed_in["cashier"]
        shop.runner.perform(deactivate_staff, DeactivateStaff("25"))
        leeds, york = shop.tokens[LEEDS], shop.tokens[YORK]
        self.tokens |= dict.fromkeys(("picker", "cashier", "manager", "left"), leeds)
        self.tokens |= {"cashier2": york, "elsewhere": york, "nobody": staff.strict_till(shop)}

    def _merchants(self) -> None:
        shop = self.shop
        users = {
            role: staff.Person(shop, f"user-{role}@shop.example", role)
            for role in permissions.ROLES
        }
        self.tokens |= {role: person.sign_in() for role, person in users.items()}
        self.tokens["out"] = staff.Person(shop, "out@shop.example", "owner").sign_in()
        shop.change(
            "UPDATE user_sessions SET ended_at = now() "
            "WHERE user_id = (SELECT id FROM users WHERE email = 'out@shop.example')"
        )
        shop.clock.advance(timedelta(seconds=60))
        users["owner"].sign_in()  # a second time, to be ended
        self.session = str(shop.user_sessions()[-1].id)
        self.keys = {
            "key+": {scope: staff.key(shop, [scope]) for scope in permissions.SCOPES},
            "key-": {
                scope: staff.key(shop, [s for s in permissions.SCOPES if s != scope])
                for scope in permissions.SCOPES
            },
        }

        self.permissions: dict[tuple[str, str], str] = {
            (method, _plain(rule.rule)): getattr(
                shop.app.view_functions[rule.endpoint], "__permission__", ""
            )
            for rule in shop.app.url_map.iter_rules()
            for method in rule.methods or ()
        }

    def apps(self) -> list[Flask]:
        return [self.shop.app, self.live]

    def token(self, method: str, rule: str, role: str) -> str | None:
        """Return the role's token. An API key has the route's scope, or all others."""
        if role in self.shoppers:
            return self._access_token(role, rule)
        if role not in self.keys:
            return self.tokens[role]
        needed = self.permissions.get((method, rule), "")
        return self.keys[role].get(needed, self.keys[role]["audit.see"])

    def _access_token(self, role: str, rule: str) -> str:
        shopper = self.shoppers[role]
        if rule.endswith("sign-out"):  # in a session that no other test needs
            shopper = Shopper(self.shop, app=True)
            email = ADA if role == "shopA" else BOB
            shopper.signed_in("password", {"email": email, "password": PASSWORD})
        return str(shopper.tokens["access_token"])

    def try_route(self, method: str, rule: str, role: str) -> tuple[str, str]:
        """Make the call; return the mark of its result, and the words of the response."""
        app = self.live if rule.startswith("/live") else self.shop.app
        headers = {"Idempotency-Key": new_key()}
        if token := self.token(method, rule, role):
            headers["Authorization"] = f"Bearer {token}"
        if role == "app":
            headers["X-Client-Key"] = self.shop.keys["app"]
        if role in self.signed_in and (method, rule) != SIGN_OUT:
            headers["X-Staff-Token"] = self.signed_in[role]
        answer = app.test_client().open(
            self.path(rule, role),
            method=method,
            headers=headers,
            json=self.bodies.get(rule.rpartition("/")[2]),
        )
        text = "" if app is self.live else answer.get_data().decode(errors="replace")
        answer.close()
        if rule.startswith("/webhooks/") and answer.status_code == 400:
            return "s", text
        return mark_of(answer), text

    def path(self, rule: str, role: str) -> str:
        admin = rule.startswith("/api/admin")
        guest = {} if role in self.shoppers else {"<cart_id>": self.cart["id"]}
        session = {"<session_id>": self.session} if admin else {}
        erased = {"<customer_id>": self.erased} if rule.endswith("/erase") else {}
        names = self.theirs | guest | session | erased | self.spare | {
            "<number>": self.order.number, "<fulfilment_id>": self.fulfilment,
            "<handle>": "spare" if admin else "mug", "<sku>": "SPARE" if admin else "MUG",
            "<name>": "swagger-ui.css", "<coupon>": "FIVE", "<filename>": "order.js",
            "<code>": "main" if "legal-entities" in rule else "FIVE",
        }  # fmt: skip
        for name, value in names.items():
            rule = rule.replace(name, str(value))
        return rule


def key_of(cart: dict[str, Any]) -> dict[str, Any]:
    return {"id": cart["id"], "token": cart["token"]}


SIGN_OUT = ("DELETE", "/api/pos/v1/sessions")
"""The call uses no sign-in that the other tests still need."""


def mark_of(answer: TestResponse) -> str:
    if answer.status_code == 403 and answer.is_json:
        return {"forbidden": "x", "approval_needed": "a"}.get(answer.get_json()["code"], "+")
    return {401: "-", 404: "o", 403: "f"}.get(answer.status_code, "+")


class NoFeed:
    """The live process would begin to stream: a caller who gets this far was admitted."""

    def start(self, _: float) -> bool:
        return False


def disputed(shop: Shop) -> str:
    """Return a dispute of an order that no path names."""
    _, seen = payments.collected(shop, {"MUG": 1})
    shop.provider.dispute(seen.id, 800)
    payments.notify(shop, seen.id)
    (dispute,) = shop.disputes()
    return str(dispute.id)


def revoke(shop: Shop) -> None:
    shop.change(
        "INSERT INTO devices (id, name, location_id, token_hash, revoked_at) "
        "SELECT gen_random_uuid(), 'lost', location_id, sha256('device-revoked'), now() "
        "FROM devices WHERE name = 'Leeds till'"
    )


@pytest.fixture(scope="module")
def actors(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actors]:
    with open_shop(server, "door", tmp_path_factory.mktemp("door")) as shop:
        actors = Actors(shop)
        yield actors
        actors.live.extensions["engine"].dispose()


@pytest.mark.parametrize(("method", "rule"), ROWS, ids=[" ".join(route) for route in ROWS])
def test_this_route_admits_the_roles_of_its_row(actors: Actors, method: str, rule: str) -> None:
    found = {role: actors.try_route(method, rule, role) for role in (*ROLES, *STAFF, *MERCHANTS)}
    assert {role: mark for role, (mark, _) in found.items()} == row_of(method, rule)
    texts = {role: text for role, (_, text) in found.items()}
    assert [role for role, text in texts.items() if any(eve in text for eve in EVE.values())] == []
    for secret in filter(None, {*actors.tokens.values(), *actors.signed_in.values()} - {"metrics"}):
        assert [role for role, text in texts.items() if secret in text] == [], secret
    for marker, rules in SEEN_IN.items():
        assert rule in rules or not any(marker in text for text in texts.values()), marker


def test_the_same_search_finds_a_persons_name_in_a_response(actors: Actors) -> None:
    assert WORKER in actors.try_route("GET", "/api/admin/v1/staff", "owner")[1]
    assert USER in actors.try_route("GET", "/api/admin/v1/users", "owner")[1]


def test_the_tables_of_staff_and_merchants_name_existing_routes() -> None:
    assert set(STAFF_ROWS) < set(ROWS)
    assert set(MERCHANT_ROWS) < set(ROWS)


def test_every_route_has_its_row(actors: Actors) -> None:
    routes = {
        (method, _plain(rule.rule))
        for app in actors.apps()
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == set(ROWS)


def _plain(rule: str) -> str:
    """Return `<uuid:cart_id>` as `<cart_id>`."""
    return "".join(
        f"<{part.rpartition(':')[2]}" if i else part for i, part in enumerate(rule.split("<"))
    )

"""A shop to test with: stock it, buy in it, and work in it, over HTTP."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.channels.http import guards
from app.cli.check import INVARIANTS, check_invariants
from app.core import event_chain
from app.core.clock import SetClock
from app.core.orders.pickup import cart_token
from app.core.transaction import UseCaseRunner
from app.jobs.job import JobContext
from app.wiring import make_reader
from tests import databases
from tests.application import application, settings_for
from tests.concurrency import wait_for_other_databases
from tests.data import rows as make
from tests.fakes.provider import FakeProvider
from tests.reads.database import DatabaseReads

LEEDS, YORK = "lds", "yrk"


class Placed(NamedTuple):
    number: str
    token: str
    code: str
    body: dict[str, Any]


class Shop(DatabaseReads):
    def __init__(self, app: Flask) -> None:
        self.app = app
        self.engine = app.extensions["engine"]
        self.reader = make_reader(self.engine)
        with self.engine.begin() as connection:
            self.tokens = make.make_stores(connection)
            self.keys = make.make_clients(connection)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def clock(self) -> SetClock:
        clock: SetClock = self.app.extensions["ports"].clock
        return clock

    @property
    def provider(self) -> FakeProvider:
        provider: FakeProvider = self.app.extensions["ports"].provider
        return provider

    @property
    def reported(self) -> list[str]:
        reported: list[str] = self.app.extensions["ports"].jobs.reported()
        return reported

    @property
    def runner(self) -> UseCaseRunner:
        runner: UseCaseRunner = self.app.extensions["runner"]
        return runner

    @property
    def jobs(self) -> JobContext:
        return JobContext(self.runner, self.engine)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.reader.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def change(self, *statements: str, **values: Any) -> None:
        """Change rows directly in the database."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    def stock(self, sku: str, price: int, safety: int = 0, **on_hand: int) -> None:
        """Put a variant on sale with stock by location code: stock("MUG", 1200, lds=1, yrk=4)."""
        with self.engine.begin() as connection:
            make.make_variant(connection, sku, price)
            for code, units in on_hand.items():
                make.make_stock(connection, sku, code, units, safety)

    def set_price(self, sku: str, price: int) -> None:
        with self.engine.begin() as connection:
            make.make_price(connection, sku, price, datetime.now(UTC))

    # Actions of a merchant.

    def promote(self, kind: str, terms: dict[str, Any], code: str = "FIVE", **more: Any) -> None:
        """Create a promotion and, if its conditions require a coupon, one with the promotion's own code."""
        body = {"code": code, "title": f"Promotion {code}", "kind": kind, "terms": terms, **more}
        self.merchant("POST", "promotions", body)
        if more.get("conditions", {}).get("coupon"):
            self.merchant("POST", f"promotions/{code}/coupons", {"codes": [code]})

    def merchant(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.call(method, f"/api/admin/v1/{path}", self.keys["merchant"], body)
        assert answer.status_code < 300, answer.get_json()
        return dict(answer.get_json())

    def with_coupon(self, cart: dict[str, Any], code: str = "FIVE") -> dict[str, Any]:
        """Return the cart with a coupon added."""
        answer = self.call("PUT", f"/api/v1/carts/{cart['id']}/coupons/{code}", cart["token"])
        assert answer.status_code == 200, answer.get_json()
        return {**answer.get_json(), "token": cart["token"]}

    # Actions of a shopper.

    def cart(self, lines: Mapping[str, int], store: str = LEEDS) -> dict[str, Any]:
        """Return a cart ready for checkout, with its token and its last quote."""
        cart = self.client.post("/api/v1/carts").get_json()
        for sku, quantity in lines.items():
            self.call(
                "PUT",
                f"/api/v1/carts/{cart['id']}/lines/{sku}",
                cart["token"],
                {"quantity": quantity},
            )
        chosen = {"type": "pickup", "location": store}
        answer = self.call("PUT", f"/api/v1/carts/{cart['id']}/fulfilment", cart["token"], chosen)
        assert answer.status_code == 200, answer.get_json()
        return {**answer.get_json(), "token": cart["token"]}

    def carts(
        self, wanted: Sequence[Mapping[str, int]], store: str = LEEDS
    ) -> list[dict[str, Any]]:
        """Write many carts that are ready for checkout at once and not over HTTP: for storms of checkouts."""
        secrets = self.app.extensions["ports"].secrets
        with self.engine.begin() as connection:
            made = make.make_carts(connection, wanted, store)
        return [
            {"id": str(cart), "token": cart_token(secrets, cart), "quote": {"total": total}}
            for cart, total in made
        ]

    def checkout(
        self, cart: dict[str, Any], key: str | None = None, **changes: Any
    ) -> TestResponse:
        body = checkout_body(cart["quote"]["total"]) | changes
        return self.call(
            "POST", f"/api/v1/carts/{cart['id']}/checkout", cart["token"], body, key or new_key()
        )

    def order(self, lines: Mapping[str, int], store: str = LEEDS, **changes: Any) -> Placed:
        """Place an order over HTTP."""
        answer = self.checkout(self.cart(lines, store), **changes)
        assert answer.status_code == 201, answer.get_json()
        body = answer.get_json()
        return Placed(body["number"], body["token"], body["fulfilments"][0]["code"], body)

    def seen(self, placed: Placed) -> dict[str, Any]:
        return dict(self.call("GET", f"/api/v1/orders/{placed.number}", placed.token).get_json())

    # Actions of staff.

    def tasks(self, store: str = LEEDS, query: str = "") -> list[dict[str, Any]]:
        answer = self.call("GET", f"/api/pos/v1/tasks{query}", self.tokens[store])
        return list(answer.get_json()["items"])

    def fulfilment(self, placed: Placed, store: str = LEEDS) -> str:
        answer = self.staff("GET", f"orders/{placed.number}", store=store)
        return str(answer.get_json()["fulfilments"][0]["id"])

    def staff(
        self, method: str, path: str, body: Any = None, store: str = LEEDS, key: str | None = None
    ) -> TestResponse:
        key = (key or new_key()) if method == "POST" else None
        return self.call(method, f"/api/pos/v1/{path}", self.tokens[store], body, key)

    def pick(
        self, placed: Placed, picked: Mapping[str, int], store: str = LEEDS, **short: int
    ) -> TestResponse:
        body = {
            "lines": [{"sku": sku, "quantity": units} for sku, units in picked.items()],
            "short": [
                {"sku": s, "quantity": n, "reason": "not on the shelf"} for s, n in short.items()
            ],
        }
        return self.staff(
            "POST", f"fulfilments/{self.fulfilment(placed, store)}/picks", body, store
        )

    def make_ready(self, placed: Placed, store: str = LEEDS) -> TestResponse:
        """Pick all open units, and mark the order ready."""
        task = next(
            task for task in self.tasks(store, "?limit=100") if task["number"] == placed.number
        )
        left = {row["sku"]: row["quantity"] - row["picked"] for row in task["lines"]}
        self.pick(placed, {sku: units for sku, units in left.items() if units}, store)
        return self.staff("POST", f"fulfilments/{task['fulfilment']}/ready", store=store)

    def hand_over(
        self,
        placed: Placed,
        amount: int,
        tendered: int | None = None,
        store: str = LEEDS,
        **changes: Any,
    ) -> TestResponse:
        cash = {"method": "cash", "amount": amount, "tendered": tendered or amount}
        body = {"code": placed.code, "payments": [cash] if amount else []} | changes
        return self.staff("POST", f"orders/{placed.number}/hand-over", body, store)

    def call(
        self, method: str, path: str, token: str | None, body: Any = None, key: str | None = None
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        return self.client.open(path, method=method, headers=headers, json=body)

    # Invariants.

    def seal(self) -> int:
        wait_for_other_databases(self.engine)
        with Session(self.engine) as session:
            return event_chain.seal(session)

    def violations(self) -> dict[str, tuple[str, ...]]:
        """Return what `flask check` finds, by invariant; empty if all is well."""
        self.seal()
        with Session(self.engine) as session:
            return {one.id: one.first for one in check_invariants(session) if one.violations}

    def is_sound(self) -> bool:
        """Tell whether `violations` would find nothing; one statement runs all queries."""
        self.seal()
        with self.reader.connect() as reader:
            if not seems_sound(reader):
                return False
        with Session(self.engine) as session:
            by_hand = [one for one in INVARIANTS if not one.query]
            return not any(list(one.violations(session)) for one in by_hand)


def seems_sound(reader: Connection) -> bool:
    """The same, without the checks that recompute row by row (prices, hashes, histories): a test can run them
    later."""
    return not reader.scalar(_ANY_VIOLATION)


@contextmanager
def open_shop(
    server: str, purpose: str, var: Path, ports: dict[str, Any] | None = None, **settings: str
) -> Iterator[Shop]:
    """Open a shop in a database of its own, for a module whose tests do not touch one another's rows. `ports`
    replace the fakes."""
    with databases.temporary(server, purpose) as url:
        databases.migrate(url)
        app = application(settings_for(url, var, **settings), **(ports or {}))
        guards.clear_cache()
        yield Shop(app)
        app.extensions["engine"].dispose()
        guards.clear_cache()


def checkout_body(total: int) -> dict[str, Any]:
    return {
        "expected_total": total,
        "contact": {"name": "Ada Byron", "email": "ada@example.com", "phone": "+44 113 496 0000"},
        "payment": {"method": "at_pickup"},
    }


def new_key() -> str:
    return str(uuid.uuid4())


_ANY_VIOLATION = text(
    f"SELECT {' OR '.join(f'EXISTS ({one.query})' for one in INVARIANTS if one.query)}"
)

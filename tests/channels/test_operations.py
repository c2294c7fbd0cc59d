"""The operators' view of the service: health, metrics, refused requests, and a log without personal data."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.config import Settings
from app.core.payments.stored_value.gift_card_code import normalise
from app.wiring import make_app
from tests import databases
from tests.drivers.payments import gift_card
from tests.drivers.shop import LEEDS, Shop, new_key
from tests.fakes.ports import FakeJobQueue, fake_channels
from tests.faults.service import Answer, Service, wait_until

NOWHERE = "postgresql+psycopg://nobody@/nothing?host=/nonexistent"


@contextmanager
def client_of(settings: Settings) -> Iterator[FlaskClient]:
    app = make_app(settings, jobs=FakeJobQueue(), channels=fake_channels())
    yield app.test_client()
    app.extensions["engine"].dispose()


def assert_busy(answer: TestResponse) -> None:
    assert (answer.status_code, answer.get_json()["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0


def test_healthz_answers_while_the_database_is_unavailable_and_readyz_says_so(
    tmp_path: Path,
) -> None:
    with client_of(Settings(database_url=NOWHERE, var=tmp_path)) as client:
        assert client.get("/healthz").get_json() == {"status": "ok"}
        assert_busy(client.get("/readyz"))
        assert_busy(client.get("/api/v1/products"))


def test_readyz_reports_a_database_that_is_not_migrated(server: str, tmp_path: Path) -> None:
    with databases.temporary(server, "bare") as url:
        with client_of(Settings(database_url=url, var=tmp_path)) as client:
            assert_busy(client.get("/readyz"))
        databases.migrate(url)
        with client_of(Settings(database_url=url, var=tmp_path)) as client:
            with client.application.extensions["engine"].begin() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
            answer = client.get("/readyz")
            assert_busy(answer)
            assert "flask migrate" in answer.get_json()["message"]


def test_readyz_is_ready_on_a_migrated_database(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json()["status"] == "ready"


def test_metrics_need_their_token_and_count_by_route(shop: Shop) -> None:
    def requests(route: str) -> float:
        page = shop.call("GET", "/metrics", "metrics").text
        line = rf'^onecounter_requests_total{{method="GET",route="{route}",status="200"}} (\S+)$'
        found = re.search(line, page, re.MULTILINE)
        return float(found.group(1)) if found else 0

    shop.stock("MUG", 800)
    assert shop.client.get("/metrics").status_code == 401
    assert shop.call("GET", "/metrics", "merchant-key").status_code == 401
    before = requests("/api/v1/products/<handle>")
    assert shop.client.get("/api/v1/products/mug").status_code == 200
    assert requests("/api/v1/products/<handle>") == before + 1
    shop.client.open("/api/v1/products", method="INVENTED")
    assert "INVENTED" not in shop.call("GET", "/metrics", "metrics").text


def test_metrics_are_closed_without_a_configured_token(database_url: str, tmp_path: Path) -> None:
    with client_of(Settings(database_url=database_url, var=tmp_path)) as client:
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.usefixtures("shop")
def test_a_request_without_a_free_connection_is_told_to_retry(
    database_url: str, tmp_path: Path
) -> None:
    with client_of(Settings(database_url=database_url, var=tmp_path, threads=1)) as client:
        app: Flask = client.application
        with app.extensions["engine"].connect():
            assert_busy(client.get("/api/v1/products"))
        assert client.get("/api/v1/products").status_code == 200


def test_a_request_that_waits_too_long_for_a_lock_is_told_to_retry(shop: Shop) -> None:
    shop.stock("MUG", 800, lds=1)
    placed = shop.order({"MUG": 1})
    cancel = f"/api/v1/orders/{placed.number}/cancel"
    with shop.engine.begin() as connection:
        connection.execute(text("SELECT 1 FROM orders FOR UPDATE"))
        assert_busy(shop.call("POST", cancel, placed.token, key="1"))
    assert shop.call("POST", cancel, placed.token, key="1").status_code == 200


NAME, PROXY, TAKER = "Zebedee Quillfeather", "Philippa Proxington", "Tarquin Takersby"
EMAIL, PHONE = "zebedee.q@canary.example", "+44 7700 900461"
REFUSED_NAME = "Norbert Neverstored"


@pytest.fixture
def service(
    shop: Shop, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Service]:
    in_words = "in_words" in request.node.name
    environment = {"WEB_CONCURRENCY": "1", "LOG_FORMAT": "console" if in_words else "json"}
    service = Service(database_url, tmp_path, environment=environment)
    shop.stock("MUG", 800, lds=5)
    with shop.engine.begin() as connection:  # so that one checkout fails at the database
        connection.execute(text(f"ALTER TABLE contacts ADD CHECK (name <> '{REFUSED_NAME}')"))
    service.start("web", "worker", "sealer")
    yield service
    service.stop()
    with shop.engine.begin() as connection:
        connection.execute(text("ALTER TABLE contacts DROP CONSTRAINT contacts_name_check"))


class Canary:
    """One order through the whole journey, and refused requests around it."""

    def __init__(self, service: Service, shop: Shop) -> None:
        self.service, self.device, self.merchant = (
            service,
            shop.tokens[LEEDS],
            shop.keys["merchant"],
        )
        self.refusals: list[Answer] = []
        cart = shop.cart({"MUG": 1})
        path, token = f"/api/v1/carts/{cart['id']}/checkout", cart["token"]
        self.try_all(
            path, token, self.checkout(email=EMAIL.replace("@", "")), self.checkout(name="")
        )
        self.failed = service.call("POST", path, token, self.checkout(name=REFUSED_NAME), new_key())
        self.placed = service.call("POST", path, token, self.checkout(), "canary").body
        self.number, self.code = self.placed["number"], self.placed["fulfilments"][0]["code"]
        self.card = gift_card(shop, 800)
        self.secrets = [token, self.placed["token"], self.code, self.device, self.merchant]
        self.secrets += [self.card.code, normalise(self.card.code), self.card.pin]
        self.collect()
        self.try_all(f"/api/v1/orders/{self.number}/cancel", self.placed["token"], None)
        self.try_all(f"/api/v1/orders/{self.number}/cancel", token, None)
        service.call("GET", f"/orders/{self.number}?token={self.placed['token']}")
        service.call("GET", "/api/admin/v1/products", self.merchant)
        self.try_all("/api/admin/v1/products", self.device, {})

    def collect(self) -> None:
        order = self.service.call("GET", f"/api/pos/v1/orders/{self.number}", self.device).body
        staff = f"/api/pos/v1/fulfilments/{order['fulfilments'][0]['id']}"
        self.do(f"{staff}/picks", {"lines": [{"sku": "MUG", "quantity": 1}]})
        self.do(f"{staff}/ready", None)
        path = f"/api/pos/v1/orders/{self.number}/hand-over"
        card = {"code": self.card.code, "pin": self.card.pin}
        by_card = {"method": "gift_card", "amount": 800, "card": card}
        paid = {"payments": [by_card], "received_by": TAKER}
        self.try_all("/api/v1/gift-cards/balance", "", card | {"pin": "no"})
        self.try_all(path, self.device, {"code": "x" + self.code, **paid}, {"code": self.code})
        self.do(path, {"code": self.code, **paid})
        self.try_all(path, self.device, {"code": self.code, **paid})

    def do(self, path: str, body: Any) -> None:
        answer = self.service.call("POST", path, self.device, body, new_key())
        assert answer.status == 200, answer.body

    def try_all(self, path: str, token: str, *bodies: Any) -> None:
        for body in bodies:
            answer = self.service.call("POST", path, token, body, new_key())
            assert 400 <= answer.status < 500, answer
            self.refusals.append(answer)

    @staticmethod
    def checkout(name: str = NAME, email: str = EMAIL) -> dict[str, Any]:
        return {
            "expected_total": 800,
            "contact": {"name": name, "email": email, "phone": PHONE},
            "pickup_person": {"name": PROXY},
            "payment": {"method": "at_pickup"},
        }

    def leaks(self, place: str) -> list[str]:
        """Return which of the secrets a text contains. A code counts only as a number by itself."""
        words = [NAME, PROXY, TAKER, EMAIL, PHONE, REFUSED_NAME, "Zebedee", "canary.example"]
        return [
            word for word in [*words, *self.secrets]
            if re.search(rf"(?<![\d.]){re.escape(word)}(?!\d)", place)
        ]  # fmt: skip


def sent(shop: Shop) -> int:
    return len([message for message in shop.messages() if message.status != "queued"])


def places(shop: Shop, service: Service) -> dict[str, str]:
    """Return the places that must have no person, code or token: logs, events, jobs and stored messages."""
    wait_until(lambda: sent(shop) == 3, 20, "three letters, sent or superseded")
    tables = ("events", "procrastinate_jobs", "idempotency_keys", "payments", "tasks")
    rows = {table: shop.text_of(table) for table in tables}
    service.stop()
    return rows | {path.name: path.read_text() for path in service.var.glob("*.log")}


def test_the_log_names_the_order_and_no_place_has_a_person_a_code_or_a_token(
    shop: Shop, service: Service
) -> None:
    canary = Canary(service, shop)
    found = places(shop, service)
    found["refusals"] = "\n".join(json.dumps(one.body) for one in [*canary.refusals, canary.failed])
    assert {place: canary.leaks(content) for place, content in found.items()} == {
        place: [] for place in found
    }
    texts = "\n".join(message.body for message in shop.messages())
    assert [word for word in canary.leaks(texts) if word in canary.secrets] == []
    assert all(found[place] for place in ("events", "procrastinate_jobs", "idempotency_keys"))
    assert "CheckViolation" in found["web.log"], "the failure was noted, by its kind"

    lines = [json.loads(line) for line in found["web.log"].splitlines()]
    assert all(re.fullmatch("[0-9a-f]{32}", line["request_id"]) for line in lines)
    about = {
        (line["route"], line["status"]) for line in lines if line.get("order") == canary.number
    }
    assert about >= {
        ("/api/v1/carts/<uuid:cart_id>/checkout", 201),
        ("/api/pos/v1/fulfilments/<uuid:fulfilment_id>/picks", 200),
        ("/api/pos/v1/orders/<number>/hand-over", 200),
        ("/api/pos/v1/orders/<number>/hand-over", 403),
    }


def test_the_same_search_detects_a_log_with_errors_in_words(shop: Shop, service: Service) -> None:
    canary = Canary(service, shop)
    assert REFUSED_NAME in canary.leaks(places(shop, service)["web.log"])

"""Any input of any caller gets a response that the OpenAPI documents, in its form, and never a failure."""

import base64
import json
import random
import re
from collections import Counter, defaultdict
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as openapi_checks
from werkzeug.test import TestResponse

from app.core.error_codes import ERROR_CODES
from tests.drivers.shop import Shop
from tests.fuzz.orders import Market, near_miss
from tests.scale import scaled

NO_KEY = r"users|staff|devices|api-keys|sessions|invitations|audit|erasures|customers/{customer_id}/erase"
"""Operations of an owner, of which an API key can call few."""
MONEY = r"order-reviews|orders|gift-cards|disputes|reports|shifts|customers/{customer_id}/credit"
ROLES = {
    "anonymous": r"/api/v1/(products|availability|carts$)",
    "shopper": r"/api/v1/(carts|orders)/",
    "customer": r"/api/v1/account",
    "device": r"/api/pos/",
    "merchant": rf"/api/admin/v1/(?!{NO_KEY}|{MONEY}|customers)",
    "office": rf"/api/admin/v1/(?!{NO_KEY}|{MONEY})customers",
    "owner": rf"/api/admin/v1/({NO_KEY}|{MONEY})",
}
"""The operations that each role is for; it calls the others too."""

CHECKS = [
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
BODY = {"code", "status", "message", "errors"}


class Fuzzer:
    def __init__(self, shop: Shop, role: str, seed: int) -> None:
        self.role, self.chance = role, random.Random(seed)
        self.market = Market(shop, orders=6 if role in ("shopper", "device") else 1)
        schema = schemathesis.openapi.from_wsgi(
            "/api/v1/openapi.json", shop.app, config=schemathesis.Config()
        )
        for known in schema.raw_schema["components"]["schemas"].values():
            if known.get("type") == "object":
                known.setdefault(
                    "additionalProperties", False
                )  # no field is sent that is not documented
        self.operations = [
            result.ok()
            for result in schema.exclude(path_regex="^/live/").get_all_operations()
            if isinstance(result, Ok)
        ]
        self.home = [one for one in self.operations if re.match(ROLES[role], one.path)]
        self.answers: dict[str, Counter[int]] = defaultdict(Counter)
        self.failures: dict[str, str] = {}
        """The first failure of each kind; they are collected, because orders change and no case can be
        replayed."""

    def run(self, cases: int) -> None:
        both = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        self.draw([*self.operations, *self.home * 4], both, cases)

    def insist(self, cases: int) -> None:
        """A random draw may not have a working call of each operation: those that never worked are drawn alone
        for a while."""
        for label in self.never_worked():
            alone = [one for one in self.home if one.label == label]
            self.draw(alone, (GenerationMode.POSITIVE,), cases)

    def draw(self, operations: list[Any], modes: tuple[GenerationMode, ...], cases: int) -> None:
        strategies = [one.as_strategy(generation_mode=mode) for one in operations for mode in modes]

        @settings(
            max_examples=cases, deadline=None, database=None, phases=[Phase.generate],
            derandomize=True, suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.one_of(strategies))
        def send(case: Case[Any]) -> None:
            self.send(case)

        send()

    def send(self, case: Case[Any]) -> None:
        label, drawn = case.operation.label, case.body
        wrong_body = case.meta is not None and is_negative(case.meta, ParameterLocation.BODY)
        self.aim(case, label)
        response = case.call()
        self.answers[label][response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
            if response.status_code >= 400:
                assert set(response.json()) == BODY
            if wrong_body and case.body is drawn:
                case.validate_response(response, checks=[openapi_checks.negative_data_rejection])
        except (FailureGroup, AssertionError) as failure:
            self.failures.setdefault(f"{label} {response.status_code}", str(failure))

    def aim(self, case: Case[Any], label: str) -> None:
        """Make it reach existing records, most of the time."""
        aim, chance = self.market.choose(label), self.chance
        if chance.random() < 0.8:
            case.path_parameters = aim.path
        case.query = near_miss(aim.query, case.query, chance)
        if aim.body is not None:
            case.body = near_miss(aim.body, case.body, chance)
        if chance.random() < 0.9:
            case.headers.pop("X-Client-Key", None)
            case.headers.pop("X-Staff-Token", None)
        token = self.market.token(self.role, label)
        if token and chance.random() < 0.95:
            case.headers["Authorization"] = f"Bearer {token}"

    def never_worked(self) -> list[str]:
        """Return the role's own operations of which no case succeeded."""
        return [
            one.label for one in self.home
            if not any(200 <= status < 300 for status in self.answers[one.label])
        ]  # fmt: skip


def is_negative(meta: Any, where: ParameterLocation) -> bool:
    component = meta.components.get(where)
    return component is not None and component.mode.is_negative


def fuzz(shop: Shop, role: str, cases: int, seed: int) -> None:
    fuzzer = Fuzzer(shop, role, seed)
    fuzzer.run(cases)
    assert sum(answers.total() for answers in fuzzer.answers.values()) == cases
    fuzzer.insist(60)
    assert fuzzer.failures == {}
    assert fuzzer.never_worked() == []
    assert shop.violations() == {}


@pytest.mark.parametrize("role", ROLES)
def test_every_response_is_documented_in_the_openapi(shop: Shop, role: str) -> None:
    fuzz(shop, role, scaled(720, 100), seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("role", ROLES)
def test_soak_25000_calls_of_each_role(shop: Shop, role: str) -> None:
    fuzz(shop, role, 25_000, seed=2)


def test_the_same_fuzzing_detects_an_undocumented_response(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ERROR_CODES["not_found"]._replace(status=410)
    monkeypatch.setitem(ERROR_CODES, "not_found", gone)
    fuzzer = Fuzzer(shop, "merchant", seed=1)
    fuzzer.run(100)
    assert any(name.endswith(" 410") for name in fuzzer.failures)


def cursor(*place: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


JSON = "application/json"
BODIES = [
    (b'{"expected_total": ', JSON, 400),
    (b"[" * 100_000, JSON, 400),
    (b'{"expected_total": ' + b"9" * 5000 + b"}", JSON, 400),
    (b'{"expected_total": ' + b"9" * 30 + b"}", JSON, 422),
    (b'{"expected_total": NaN}', JSON, 400),
    (b"\xff\xfe", JSON, 400),
    (rb'{"contact": "half \ud83d"}', JSON, 400),
    (rb'{"contact": {"name": "\u0000"}}', JSON, 422),
    (rb'{"\u0000": 1}', JSON, 422),
    (b"null", JSON, 422),
    (b"[]", JSON, 422),
    (b"", JSON, 422),
    (b"expected_total=1", "application/x-www-form-urlencoded", 415),
    (b"{}", "text/plain", 415),
    (b"{}", "", 415),
    (b" " * 1_000_001, JSON, 413),
]
ADDRESSES = [
    ("/api/v1/products/a%00b", 404),
    ("/api/v1/products/%FF%FE", 404),
    ("/api/v1/products/" + "x" * 10_000, 404),
    ("/api/docs/a%00b", 404),
    ("/api/docs/..%2f..%2fwiring.py", 404),
    ("/nothing/here", 404),
    ("/api/v1/products?q=%00", 422),
    ("/api/v1/products?q=%FF", 200),
    ("/api/v1/products?limit=" + "9" * 5000, 422),
    ("/api/v1/products?limit=1&limit=2", 200),
    ("/api/v1/products?nonsense=1", 422),
    ("/api/v1/products?cursor=" + cursor("\0", "\0"), 422),
    ("/api/v1/products?cursor=" + cursor("\ud83d", "x"), 422),
    ("/api/v1/products?cursor=" + cursor({}, []), 200),
    ("/api/v1/products?cursor=%C3%A4", 422),
    ("/api/v1/availability?line=MUG:99999999999999999999", 422),
    ("/api/v1/availability?line=MUG:%D9%A1", 422),
    ("/api/v1/availability?line=:1", 422),
    ("/api/v1/availability?line=MUG:1&near=nan,nan", 422),
    ("/api/v1/availability?line=MUG:1&near=1e999,0", 422),
]
CURSORS_OF_TASKS = [
    cursor(True, "2054-11-24T12:00:00", "0" * 32),
    cursor(True, "0001-01-01T00:00:00+23:59", "0" * 32),
    cursor(True, "9999-12-31T23:59:59-23:59", "0" * 32),
    cursor(True, 5, 5),
    cursor(None, None, None),
]
HEADERS = [
    ({"Idempotency-Key": ""}, 422),
    ({"Idempotency-Key": "x" * 256}, 422),
    ({"Idempotency-Key": "a b"}, 422),
    ({"Idempotency-Key": "ä"}, 422),
    ({"X-Client-Key": "ä\x80"}, 401),
    ({"X-Client-Key": "x" * 10_000}, 401),
]


def assert_refused(answer: TestResponse, status: int) -> None:
    assert answer.status_code == status, answer.text
    if status >= 400:
        body = answer.get_json()
        assert set(body) == BODY
        assert (body["status"], bool(body["code"]), bool(body["message"])) == (status, True, True)


@pytest.mark.parametrize(("body", "content_type", "status"), BODIES)
def test_an_invalid_body_is_refused(
    shop: Shop, body: bytes, content_type: str, status: int
) -> None:
    shop.stock("MUG", 800, lds=1)
    cart = shop.cart({"MUG": 1})
    headers = {"Authorization": f"Bearer {cart['token']}", "Idempotency-Key": "1"}
    path = f"/api/v1/carts/{cart['id']}/checkout"
    answer = shop.client.post(path, data=body, content_type=content_type, headers=headers)
    assert_refused(answer, status)


@pytest.mark.parametrize(("address", "status"), ADDRESSES)
def test_an_invalid_path_is_refused(shop: Shop, address: str, status: int) -> None:
    shop.stock("MUG", 800, lds=1)
    assert_refused(shop.client.get(address), status)


@pytest.mark.parametrize("place", CURSORS_OF_TASKS)
def test_an_invalid_cursor_never_fails(shop: Shop, place: str) -> None:
    assert shop.staff("GET", f"tasks?cursor={place}").status_code in (200, 422)


@pytest.mark.parametrize(("headers", "status"), HEADERS)
def test_an_invalid_header_is_refused(shop: Shop, headers: dict[str, str], status: int) -> None:
    assert_refused(shop.client.post("/api/v1/carts", headers=headers), status)


def test_a_wrong_method_is_refused_with_the_allowed_ones(shop: Shop) -> None:
    answer = shop.client.delete("/api/v1/products")
    assert_refused(answer, 405)
    assert "GET" in answer.headers["Allow"]

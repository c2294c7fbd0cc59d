"""Staff's calls, one by one: works, wrong method, not allowed, missing, repeated, bad input."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from werkzeug.test import TestResponse

from app.adapters.derived_secrets import DerivedSecrets
from tests.drivers.order_statuses import make_order
from tests.drivers.refusals import refusal, wrong_fields
from tests.drivers.shop import LEEDS, YORK, Shop, new_key, open_shop

NOWHERE = "01a20122-2610-7699-8ea7-ac71676e87f0"


class Call(NamedTuple):
    method: str
    path: str
    stage: str = "placed"
    """The status that the order must have."""
    body: Any = None
    requires_idempotency_key: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"


CASH: dict[str, Any] = {"payments": [{"method": "cash", "amount": 1600, "tendered": 2000}]}
BACK = {"lines": [{"sku": "MUG", "quantity": 1}]}
PICKED = BACK | {"short": []}
CALLS = [
    Call("GET", "tasks?kind=pick&limit=5"),
    Call("GET", "counts"),
    Call("POST", "counts", body={"lines": [{"sku": "CUP", "quantity": 7}]}),
    Call("GET", "orders/{number}"),
    Call("POST", "fulfilments/{fulfilment}/picks", body=PICKED),
    Call("POST", "fulfilments/{fulfilment}/ready", "picked", requires_idempotency_key=False),
    Call("POST", "orders/{number}/hand-over", "ready", CASH),
    Call("POST", "fulfilments/{fulfilment}/restock", "expired", BACK),
    Call("POST", "fulfilments/{fulfilment}/reinstate", "expired", requires_idempotency_key=False),
]
POSTS = [call for call in CALLS if call.method == "POST"]
WITH_BODY = [call for call in POSTS if call.body]
WITH_KEY = [call for call in POSTS if call.requires_idempotency_key]
OF_AN_ORDER = [call for call in CALLS if "{" in call.path]


def each(calls: list[Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=str)


class Till:
    """The till of Leeds, and an order of two mugs in the status that a call needs."""

    def __init__(self, shop: Shop, call: Call) -> None:
        self.shop, self.call = shop, call
        stage = "placed" if call.stage == "picked" else call.stage
        self.order = make_order(shop, stage)
        if call.stage == "picked":
            shop.pick(self.order, {"MUG": 2})
        self.names = {"number": self.order.number, "fulfilment": shop.fulfilment(self.order)}
        self.body = CASH | {"code": self.order.code} if call.body is CASH else call.body

    def do(self, key: str | None = "", **changes: Any) -> TestResponse:
        """Make the call. `changes`: method, token, names of the path, body."""
        path = self.call.path.format(**{**self.names, **changes})
        method = changes.get("method", self.call.method)
        token = changes.get("token", self.shop.tokens[LEEDS])
        key = new_key() if key == "" and method == "POST" else key
        return self.shop.call(
            method, f"/api/pos/v1/{path}", token, changes.get("body", self.body), key
        )

    def nothing_happened(self, work: Any) -> bool:
        before = self.books()
        work()
        return self.books() == before

    def books(self) -> list[int]:
        return [self.shop.count("events"), self.shop.count("stock_movements")]


@pytest.fixture(scope="module")
def stocked(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(server, "pos", tmp_path_factory.mktemp("pos")) as shop:
        shop.stock("MUG", 800, lds=10_000, yrk=10_000)
        shop.stock("CUP", 500, lds=5)
        yield shop


@pytest.fixture
def till(stocked: Shop, call: Call) -> Till:
    return Till(stocked, call)


@each(CALLS)
def test_it_works(till: Till) -> None:
    answer = till.do()
    assert answer.status_code == 200, answer.get_json()
    assert answer.headers["Content-Type"] == "application/json"
    assert till.shop.violations() == {}


@each(CALLS)
def test_it_allows_no_other_method(till: Till) -> None:
    for method in ("DELETE", "PUT", "PATCH"):
        answer = till.do(method=method)
        assert refusal(answer) == (405, "method_not_allowed")
        assert till.call.method in answer.headers["Allow"]


@each(CALLS)
def test_it_is_for_devices_only(till: Till) -> None:
    strangers = (None, "", "guess", "naïve", till.order.token, "app-key", "merchant-key", "metrics")

    def knock() -> None:
        for token in strangers:
            assert refusal(till.do(token=token)) == (401, "unauthorised"), token

    assert till.nothing_happened(knock)


@each(OF_AN_ORDER)
def test_it_is_for_devices_of_the_orders_store_only(till: Till) -> None:
    def knock() -> None:
        assert refusal(till.do(token=till.shop.tokens[YORK])) == (404, "not_found")

    assert till.nothing_happened(knock)


@each(CALLS)
def test_a_revoked_device_is_locked_out(till: Till) -> None:
    till.shop.change("UPDATE devices SET revoked_at = now() WHERE name = 'Leeds till'")
    try:
        assert refusal(till.do()) == (401, "unauthorised")
    finally:
        till.shop.change("UPDATE devices SET revoked_at = NULL")


@each(OF_AN_ORDER)
def test_an_unknown_resource_is_404(till: Till) -> None:
    assert refusal(till.do(fulfilment=NOWHERE, number="000000000")) == (404, "not_found")
    assert refusal(till.do(fulfilment="x", number="x")) == (404, "not_found")


@each(POSTS)
def test_the_same_key_has_one_effect_and_one_response(till: Till) -> None:
    first = till.do("one-key" + new_key())
    key = "again" + new_key()
    second = Till(till.shop, till.call)
    answers = [second.do(key) for _ in range(3)]
    assert first.status_code == 200
    assert {(one.status_code, one.data) for one in answers} == {(200, answers[0].data)}
    assert second.nothing_happened(lambda: second.do(key))


@each(WITH_KEY)
def test_calls_that_move_goods_or_money_require_a_key(till: Till) -> None:
    assert till.nothing_happened(lambda: till.do(None))
    assert refusal(till.do(None)) == (400, "idempotency_key_required")


@each(WITH_BODY)
def test_an_unknown_field_is_refused(till: Till) -> None:
    assert wrong_fields(till.do(body={**till.body, "extra": 1})) == {"extra"}


@each(WITH_BODY)
@pytest.mark.parametrize("value", [None, 1, "text", {}, [None], [[]], [{}]], ids=str)
def test_a_field_of_the_wrong_type_is_refused(till: Till, value: Any) -> None:
    name = "payments" if "payments" in till.body else "lines"

    def send() -> None:
        assert wrong_fields(till.do(body={**till.body, name: value})) == {name}

    assert till.nothing_happened(send)


@each(WITH_BODY)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_without_the_json_content_type_is_refused_and_not_treated_as_empty(
    till: Till, content_type: str
) -> None:
    """An empty restock means all of it: an unreadable body must not count as empty."""
    path = f"/api/pos/v1/{till.call.path.format(**till.names)}"
    token = till.shop.tokens[LEEDS]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": new_key()}

    def send() -> None:
        answer = till.shop.client.post(
            path, data='{"lines": []}', content_type=content_type, headers=headers
        )
        assert refusal(answer) == (415, "unsupported_media_type")

    assert till.nothing_happened(send)


@each(OF_AN_ORDER)
def test_common_notations_of_an_order_number_are_accepted(till: Till) -> None:
    typed = f"{till.order.number[:3]} {till.order.number[3:]}".lower()
    assert till.do(number=typed).status_code == 200


def test_staff_never_see_the_pickup_code(stocked: Shop) -> None:
    for stage in ("placed", "ready"):
        placed = make_order(stocked, stage)
        seen = stocked.staff("GET", f"orders/{placed.number}").get_data(as_text=True)
        tasks = stocked.staff("GET", "tasks?limit=100").get_data(as_text=True)
        picked = stocked.pick(placed, {"MUG": 1}).get_data(as_text=True)
        assert placed.token not in seen + tasks + picked
        assert f'"{placed.code}"' not in seen + tasks + picked


@each([call for call in OF_AN_ORDER if "hand-over" not in call.path])
def test_staff_requests_never_derive_the_pickup_code(
    stocked: Shop, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = Till(stocked, call)
    monkeypatch.setattr(DerivedSecrets, "digits", forbidden)
    assert till.do().status_code == 200


def forbidden(*_: object) -> str:
    raise AssertionError("a pickup code was derived")

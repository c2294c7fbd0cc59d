"""The shoppers' API, call by call: works, wrong method, not allowed, missing, repeated, bad input."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from werkzeug.test import TestResponse

from tests.drivers.refusals import refusal, wrong_fields
from tests.drivers.shop import Shop, checkout_body, new_key, open_shop

API = "/api/v1"


class Call(NamedTuple):
    method: str
    path: str
    body: Any = None
    status: int = 200

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"


CHECKOUT = checkout_body(800)
CALLS = [
    Call("GET", "/products"),
    Call("GET", "/products?q=mug&category=Gifts&limit=1"),
    Call("GET", "/products/mug"),
    Call("GET", "/availability?line=MUG:1&near=53.8,-1.5&limit=1"),
    Call("POST", "/carts", None, 201),
    Call("GET", "/carts/{cart}"),
    Call("PUT", "/carts/{cart}/lines/MUG", {"quantity": 2}),
    Call("PUT", "/carts/{cart}/fulfilment", {"type": "pickup", "location": "yrk"}),
    Call("POST", "/carts/{cart}/checkout", CHECKOUT, 201),
    Call("GET", "/orders/{number}"),
    Call("GET", "/orders/{number}/events?limit=5"),
    Call("POST", "/orders/{number}/arrived"),
    Call("POST", "/orders/{number}/cancel"),
]
POSTS = [call for call in CALLS if call.method == "POST"]
WITH_BODY = [call for call in CALLS if call.body]
OF_A_CART = [call for call in CALLS if "{cart}" in call.path]
OF_AN_ORDER = [call for call in CALLS if "{number}" in call.path]


def each(calls: list[Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=str)


class Counter:
    """A shop with a cart of one mug and an order of another, and the tokens of both."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.cart, self.order = shop.cart({"MUG": 1}), shop.order({"MUG": 1})
        self.names = {"cart": self.cart["id"], "number": self.order.number}

    def do(self, call: Call, key: str | None = None, **changes: Any) -> TestResponse:
        """Make the call with the permitted token; `changes` replace names in the path, the token or the body."""
        path = API + call.path.format(**{**self.names, **changes})
        token = changes.get("token", self.token_of(call))
        key = key or (new_key() if call.path.endswith("/checkout") else None)
        return self.shop.call(call.method, path, token, changes.get("body", call.body), key)

    def token_of(self, call: Call) -> str | None:
        if "{cart}" in call.path:
            return str(self.cart["token"])
        return self.order.token if "{number}" in call.path else None

    def raw(
        self, call: Call, data: bytes | str, content_type: str = "application/json"
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token_of(call)}", "Idempotency-Key": new_key()}
        path = API + call.path.format(**self.names)
        return self.shop.client.open(
            path, method=call.method, data=data, content_type=content_type, headers=headers
        )


@pytest.fixture(scope="module")
def stocked(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(server, "api", tmp_path_factory.mktemp("api")) as shop:
        shop.stock("MUG", 800, lds=10_000, yrk=10_000)
        yield shop


@pytest.fixture
def counter(stocked: Shop) -> Counter:
    return Counter(stocked)


@each(CALLS)
def test_it_works(counter: Counter, call: Call) -> None:
    answer = counter.do(call)
    assert answer.status_code == call.status, answer.get_json()
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert counter.shop.violations() == {}


@each(CALLS)
def test_it_allows_no_other_method(counter: Counter, call: Call) -> None:
    for method in {"DELETE", "PATCH"}:
        answer = counter.do(call._replace(method=method))
        assert refusal(answer) == (405, "method_not_allowed")
        assert call.method in answer.headers["Allow"]


@each(OF_A_CART + OF_AN_ORDER)
def test_it_is_for_the_holder_of_the_token_only(counter: Counter, call: Call) -> None:
    others = (counter.shop.cart({"MUG": 1})["token"], counter.shop.order({"MUG": 1}).token)
    mine = {str(counter.cart["token"]), counter.order.token} - {counter.token_of(call)}
    guesses = [None, "", "guess", "naïve", *others, *mine, counter.shop.tokens["lds"]]
    for token in guesses:
        answer = counter.do(call, token=token)
        assert refusal(answer) == (401, "unauthorised"), token
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@each(OF_A_CART)
def test_an_unknown_cart_is_indistinguishable_from_another_shoppers_cart(
    counter: Counter, call: Call
) -> None:
    answer = counter.do(call, cart="01a20122-2610-7699-8ea7-ac71676e87f0")
    assert refusal(answer) == (401, "unauthorised")
    assert refusal(counter.do(call, cart="nonsense")) == (404, "not_found")


@each(OF_AN_ORDER)
def test_an_unknown_order_is_indistinguishable_from_another_shoppers_order(
    counter: Counter, call: Call
) -> None:
    assert refusal(counter.do(call, number="K7QXM3W9T")) == (404, "not_found"), "a mistyped number"
    assert refusal(counter.do(call, number="000000000")) == (401, "unauthorised")


@each(OF_AN_ORDER)
def test_common_notations_of_an_order_number_are_accepted(counter: Counter, call: Call) -> None:
    number = counter.order.number
    typed = f"{number[:4]}-{number[4:]}".lower()
    assert counter.do(call, number=typed).status_code == call.status


@pytest.mark.parametrize(
    "call",
    [
        Call("GET", "/products/no-such"),
        Call("PUT", "/carts/{cart}/lines/NO-SUCH", {"quantity": 1}),
        Call("PUT", "/carts/{cart}/lines/NO-SUCH", {"quantity": 0}),
        Call("PUT", "/carts/{cart}/fulfilment", {"type": "pickup", "location": "no-such"}),
        Call("GET", "/availability?line=MUG:1&line=NO-SUCH:1"),
        Call("GET", "/no-such"),
    ],
    ids=str,
)
def test_an_unknown_resource_is_404(counter: Counter, call: Call) -> None:
    assert refusal(counter.do(call)) == (404, "not_found")


@each(POSTS)
def test_the_same_key_returns_the_same_response_in_the_same_bytes(
    counter: Counter, call: Call
) -> None:
    key = new_key()
    first = counter.do(call, key)
    assert first.status_code == call.status
    events = counter.shop.count("events")
    for _ in range(2):
        again = counter.do(call, key)
        assert (again.status_code, again.data) == (first.status_code, first.data)
    assert counter.shop.count("events") == events


@each([call for call in WITH_BODY if call.method == "POST"])
def test_the_same_key_with_another_body_is_refused(counter: Counter, call: Call) -> None:
    counter.do(call, "one-key")
    changed = {**call.body, "expected_total": 1}
    answer = counter.do(call, "one-key", body=changed)
    assert refusal(answer) == (422, "idempotency_key_reused")


def test_a_checkout_needs_a_key(counter: Counter) -> None:
    path, token = f"{API}/carts/{counter.cart['id']}/checkout", counter.cart["token"]
    answer = counter.shop.call("POST", path, token, CHECKOUT)
    assert refusal(answer) == (400, "idempotency_key_required")


@pytest.mark.parametrize("key", ["", " ", "two words", "ключ", "x" * 256])
def test_an_invalid_key_is_refused(counter: Counter, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("utf-8").decode("latin-1")}
    answer = counter.shop.client.post(f"{API}/carts", headers=headers)
    assert refusal(answer) == (422, "invalid")


@each(WITH_BODY)
def test_an_unknown_field_is_refused(counter: Counter, call: Call) -> None:
    assert wrong_fields(counter.do(call, body={**call.body, "extra": 1})) == {"extra"}


@each([call for call in CALLS if "?" in call.path])
def test_an_unknown_parameter_is_refused(counter: Counter, call: Call) -> None:
    assert wrong_fields(counter.do(call._replace(path=f"{call.path}&extra=1"))) == {"extra"}


@each(WITH_BODY)
def test_a_missing_body_is_reported_with_the_missing_fields(counter: Counter, call: Call) -> None:
    assert wrong_fields(counter.do(call, body={})) >= set(call.body) - {"pickup_person"}
    assert wrong_fields(counter.raw(call, b"", "")) >= set(call.body) - {"pickup_person"}


@each(WITH_BODY)
@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null"])
def test_a_body_that_is_not_an_object_is_refused(counter: Counter, call: Call, body: str) -> None:
    assert refusal(counter.raw(call, body)) == (422, "invalid")


NOT_JSON = {
    "cut off": '{"quantity": ',
    "not UTF-8": b'{"quantity": "\xff"}',
    "nested too deeply": "[" * 100_000,
    "a number without end": '{"quantity": ' + "9" * 5000 + "}",
    "nothing": " ",
}


@each(WITH_BODY)
@pytest.mark.parametrize("data", NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_not_json_is_refused(
    counter: Counter, call: Call, data: bytes | str
) -> None:
    assert refusal(counter.raw(call, data)) == (400, "bad_request")


@each(WITH_BODY)
def test_another_content_type_is_refused_and_not_treated_as_an_empty_body(
    counter: Counter, call: Call
) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = counter.raw(call, '{"quantity": 1}', content_type)
        assert refusal(answer) == (415, "unsupported_media_type")


@each(WITH_BODY)
def test_a_body_of_more_than_a_megabyte_is_refused(counter: Counter, call: Call) -> None:
    assert refusal(counter.raw(call, '"' + "x" * 1_000_000 + '"')) == (413, "too_large")


@pytest.mark.parametrize("key", ["1", "cart", "x" * 36])
def test_an_anonymous_callers_key_must_be_unguessable(counter: Counter, key: str) -> None:
    """Otherwise a stranger who sent it first would hold the token of the next caller's cart."""
    answer = counter.shop.client.post(f"{API}/carts", headers={"Idempotency-Key": key})
    assert refusal(answer) == (422, "invalid")


def test_a_repeated_random_uuid_returns_the_same_cart(counter: Counter) -> None:
    headers = {"Idempotency-Key": new_key()}
    first, again = (counter.shop.client.post(f"{API}/carts", headers=headers) for _ in range(2))
    assert (first.status_code, first.data) == (201, again.data)

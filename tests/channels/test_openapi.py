"""The description of each call in the OpenAPI, compared with its behaviour."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from tests.drivers.shop import Shop

NEED_A_KEY = {
    "/api/v1/carts/{cart_id}/checkout",
    "/api/pos/v1/counts",
    "/api/pos/v1/fulfilments/{fulfilment_id}/picks",
    "/api/pos/v1/fulfilments/{fulfilment_id}/restock",
    "/api/pos/v1/orders/{number}/hand-over",
    "/api/pos/v1/orders/{number}/refunds",
    "/api/pos/v1/orders/{number}/manual-refunds",
    "/api/pos/v1/shifts",
    "/api/pos/v1/shifts/current/cash",
    "/api/pos/v1/shifts/current/close",
    "/api/admin/v1/orders/{number}/refunds",
    "/api/admin/v1/orders/{number}/manual-refunds",
    "/api/admin/v1/orders/{number}/captures",
    "/api/admin/v1/orders/{number}/payment-requests",
    "/api/admin/v1/gift-cards",
    "/api/admin/v1/customers/{customer_id}/credit",
}
"""Operations that move goods or money."""
TOKENS = {
    "/api/v1/carts/": "cartToken",
    "/api/v1/orders/": "orderToken",
    "/api/pos/": "deviceToken",
    "/api/admin/": "merchantKey",
    "/api/v1/account": "accessToken",
    "/live/orders/": "orderToken",
    "/live/tasks": "deviceToken",
}
DOORS = {
    ("/api/pos/v1/pair", "post"),
    ("/api/admin/v1/sessions", "post"),
    ("/api/admin/v1/invitations/accept", "post"),
}
"""Operations that require a token."""
OPEN = {f"/api/v1/account/{way}" for way in (
    "codes", "sign-in/code", "sign-in/password", "sign-in/passkey", "sign-in/passkey/options",
    "password-reset", "refresh",
)}  # fmt: skip
"""The ways to sign in."""
KEYLESS = OPEN | {
    "/api/v1/account/sign-out", "/api/v1/account/contact-methods", "/api/v1/account/contact-methods/verify",
    "/api/v1/account/passkeys/options", "/api/pos/v1/sessions", "/api/admin/v1/sessions",
    "/api/admin/v1/invitations/accept", "/api/v1/account/erasure", "/api/v1/account/erasure/code",
    "/api/admin/v1/orders/{number}/refund-plan", "/api/admin/v1/disputes/{dispute_id}/answer",
    "/api/v1/orders/{number}/payments", "/api/pos/v1/orders/{number}/payments",
    "/api/pos/v1/orders/{number}/refund-plan", "/api/v1/gift-cards/balance", "/api/pos/v1/gift-cards/balance",
    "/api/v1/account/cards", "/api/v1/account/store-credit-codes",
}  # fmt: skip
"""Posts that store no response: their content must not be kept for a day, nor be compared with a repeated one."""


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_each_call_declares_whose_token_it_needs(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert all(scheme["scheme"] == "bearer" for scheme in schemes.values())
    for path, method, operation in operations(document):
        token = next((name for start, name in TOKENS.items() if path.startswith(start)), None)
        token = None if (path, method) in DOORS or path in OPEN else token
        assert operation["security"] == ([{token: []}] if token else []), path


def test_each_post_accepts_a_key_and_those_that_move_goods_require_it(
    document: dict[str, Any],
) -> None:
    parameters = document["components"]["parameters"]
    for path, method, operation in operations(document):
        named = {
            one["$ref"].rpartition("/")[2]: parameters[one["$ref"].rpartition("/")[2]]
            for one in operation.get("parameters", ())
            if "$ref" in one
        }
        needed = [one.get("required", False) for one in named.values() if "Idem" in one["name"]]
        takes = method == "post" and path not in KEYLESS
        assert needed == ([path in NEED_A_KEY] if takes else []), path


def test_a_call_that_needs_a_key_is_refused_without_one(shop: Shop) -> None:
    answer = shop.call("POST", "/api/pos/v1/counts", shop.tokens["lds"], {"lines": []})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_required")


def test_every_refusal_is_documented_with_its_status_and_the_common_error_body(
    document: dict[str, Any],
) -> None:
    responses = document["components"]["responses"]
    for path, method, operation in operations(document):
        assert "default" not in operation["responses"], f"{method} {path}"
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                body = responses[response["$ref"].rpartition("/")[2]]["content"]["application/json"]
                assert body["schema"]["$ref"].endswith("/Error"), f"{method} {path} {status}"
    error = document["components"]["schemas"]["Error"]
    assert set(error["required"]) == {"code", "status", "message", "errors"}


def test_every_error_code_is_documented(document: dict[str, Any]) -> None:
    code = document["components"]["schemas"]["Error"]["properties"]["code"]
    assert code["$ref"] == "#/components/schemas/ErrorCode"
    known, any_other = document["components"]["schemas"]["ErrorCode"]["anyOf"]
    assert any_other == {"type": "string"}, "clients accept codes that are added later"
    announced = known["enum"]
    assert announced == sorted(set(announced))
    assert {"not_found", "insufficient_stock", "invalid_state", "method_not_allowed"} < set(
        announced
    )

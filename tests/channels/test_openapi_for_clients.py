"""Requirements of client generators on the OpenAPI: names, tags, enums, patterns, examples, streams."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import class_registry
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from app.channels.live import stream
from app.core.orders.event_feed import FeedEntry
from app.core.orders.statuses import ORDER

PYTHON_ONLY = re.compile(r"\\[AZ]|\(\?[P#aiLmsux(>-]|[*+?}]\+")
"""Anchors of Python, its named groups, comments, flags, conditions and atomic groups, possessive quantifiers."""
SHOWN = ("application/json", "text/event-stream")


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return document


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each body of a request or response, of the kinds that an example can show."""
    refusals = list(document["components"]["responses"].items())
    for name, operation in operations(document):
        answers = operation["responses"].values()
        refusals += [(name, place) for place in (operation.get("requestBody", {}), *answers)]
    for name, place in refusals:
        for kind, content in place.get("content", {}).items():
            if kind in SHOWN:
                yield f"{name}: {kind}", content


def example_of(document: dict[str, Any], content: dict[str, Any]) -> Any:
    if "example" in content:
        return content["example"]
    (reference,) = content["examples"].values()
    return document["components"]["examples"][reference["$ref"].rpartition("/")[2]]["value"]


def everything(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from everything(child)


def test_each_operation_has_a_unique_id(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids) > 150
    assert {"createCart", "placeOrder", "posGetOrder", "adminListProducts"} < set(ids)
    assert [name for name in ids if not re.fullmatch("[a-z]+([A-Z][a-z]+)+", name)] == []


def test_each_operation_has_a_summary_and_one_described_tag(
    document: dict[str, Any],
) -> None:
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    for name, operation in operations(document):
        assert re.fullmatch(r"\S.*\S", operation["summary"]), f"{name} has one, on one line"
        assert len(operation["tags"]) == 1, name
        assert set(operation["tags"]) <= described, name


def test_the_server_is_the_address_of_the_shop(document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": "http://localhost:8000"}]


def test_schemas_are_named_like_types_of_clients(document: dict[str, Any]) -> None:
    names = set(document["components"]["schemas"])
    assert {"Cart", "Order", "EvidenceRefund", "PaymentDetail", "HandOverEvidence"} < names
    assert [name for name in names if not re.fullmatch("([A-Z][a-z]*)+", name)] == []
    assert [name for name in names if name.endswith("Schema")] == []


def test_a_schema_has_no_field_of_its_own_name(document: dict[str, Any]) -> None:
    """Such a field hides the class in generated Python code."""
    hidden = [
        name
        for name, schema in document["components"]["schemas"].items()
        if re.sub("(?<!^)([A-Z])", r"_\1", name).lower() in schema.get("properties", {})
    ]
    assert hidden == []


def test_every_status_field_lists_its_values(document: dict[str, Any]) -> None:
    found = {
        f"{name}.{field}": schema
        for name, content in document["components"]["schemas"].items()
        for field, schema in content.get("properties", {}).items()
        if field in ("status", "status") and schema["type"] != "integer"
    }
    assert len(found) > 15
    assert [name for name, schema in found.items() if not schema.get("enum")] == []
    assert found["Order.status"]["enum"] == list(ORDER.statuses)


def test_a_response_may_get_fields_and_a_request_may_not(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    strict = {name for name, known in schemas.items() if known.get("additionalProperties") is False}
    assert {"Checkout", "NewProduct", "PaymentRequest"} <= strict
    assert not {"Cart", "Order", "PlacedOrder", "PaymentSession", "Error"} & strict


def test_no_pattern_has_python_only_syntax(document: dict[str, Any]) -> None:
    patterns = {
        node["pattern"] for node in everything(document) if isinstance(node.get("pattern"), str)
    }
    assert len(patterns) > 10
    assert [one for one in patterns if PYTHON_ONLY.search(one)] == []
    assert [one for one in patterns if not (one.startswith("^") and one.endswith("$"))] == []


@pytest.mark.parametrize("pattern", [r"^a\Z", r"\Aa$", "^(?P<a>b)$", "^(?i)a$", "^a++$", "^(?>a)$"])
def test_python_only_syntax_is_detected(pattern: str) -> None:
    assert PYTHON_ONLY.search(pattern)


def test_each_body_has_an_example_that_matches_its_schema(document: dict[str, Any]) -> None:
    shown = list(contents(document))
    assert len(shown) > 200
    wrong = {}
    for name, content in shown:
        schema = {**content["schema"], "components": document["components"]}
        checked = OAS31Validator(schema, format_checker=oas31_format_checker)
        for error in checked.iter_errors(example_of(document, content)):
            wrong[name] = error.message
    assert wrong == {}


def test_each_request_example_is_accepted(app: Flask, document: dict[str, Any]) -> None:
    """It also satisfies the rules between fields, which the document cannot express."""
    examples = document["components"]["examples"]
    requested = [name.removesuffix(".request") for name in examples if name.endswith(".request")]
    assert len(requested) > 50
    with app.test_request_context():
        for name in requested:
            schema: Any = class_registry.get_class(f"{name}Schema")
            schema().load(examples[f"{name}.request"]["value"])


def test_the_streams_are_documented_as_they_are(document: dict[str, Any]) -> None:
    for path, name in {
        "/live/orders/{number}": "streamOrder",
        "/live/tasks": "posStreamTasks",
    }.items():
        operation = document["paths"][path]["get"]
        assert operation["operationId"] == name
        assert operation["servers"] == [{"url": "http://localhost:8001"}]
        assert set(operation["responses"]["200"]["content"]) == {"text/event-stream"}


@pytest.mark.parametrize("status", ["ready", None])
def test_an_event_of_a_stream_has_the_documented_form(
    document: dict[str, Any], status: str | None
) -> None:
    entry = FeedEntry(
        7, "order.ready", datetime(2026, 11, 22, tzinfo=UTC), status, "2JXZQ5JG9", UUID(int=1)
    )
    data = stream._message("order", entry).partition("data: ")[2]
    schema = {"$ref": "#/components/schemas/LiveEvent", "components": document["components"]}
    OAS31Validator(schema, format_checker=oas31_format_checker).validate(json.loads(data))

"""The streams in the OpenAPI document, which the web process serves beside its own calls."""

from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from marshmallow import Schema, fields, validate
from werkzeug.routing import BaseConverter, Map, Rule

from app.channels.http import examples
from app.channels.http.guards import DEVICE, ORDER
from app.channels.http.openapi import TOKENS, refusal
from app.channels.live.stream import ORDER_ROUTE, TASK_ROUTE
from app.core.orders.statuses import ORDER as ORDER_STATUS

TAG = {
    "name": "live",
    "description": "Server-sent events. `hello` comes first; every later event says that something happened, and "
    "its `id` goes into Last-Event-ID when the client connects again. A stream ends after half an hour at most",
}

STREAMS: tuple[tuple[str, str, str, str, tuple[int, ...], tuple[str, ...]], ...] = (
    (ORDER_ROUTE, "streamOrder", "What happens to an order", ORDER, (401, 404, 503), ()),
    (
        TASK_ROUTE, "posStreamTasks", "What happens at the device's store", DEVICE, (401, 403, 503),
        ("StaffToken",),
    ),
)  # fmt: skip
"""Route, name, summary, caller, refusals, and the headers beside Authorization."""

LAST_EVENT_ID = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The id of the last event that the client received: the stream begins with the next one",
    "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
}


class LiveEventSchema(Schema):
    """The `data` of one server-sent event. Ask the API for the status: it may have changed since."""

    kind = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    order = fields.String(required=True, allow_none=True)
    status = fields.String(
        validate=validate.OneOf(ORDER_STATUS.statuses),
        metadata={"description": "Of the order, if the event changed it", "example": "ready"},
    )


def document(spec: APISpec, address: str, converters: Mapping[str, type[BaseConverter]]) -> None:
    """Add the streams of the live process, which answers at `address`."""
    spec.tag(TAG)
    for route, name, summary, caller, refusals, headers in STREAMS:
        operation = {
            "operationId": name,
            "tags": [TAG["name"]],
            "summary": summary,
            "servers": [{"url": address}],
            "security": [{TOKENS[caller][0]: []}],
            "parameters": [*headers, LAST_EVENT_ID],
            "responses": {"200": _events(), **{str(one): refusal(one) for one in refusals}},
        }
        rule = Rule(route, defaults={})
        Map([rule], converters=converters)
        spec.path(rule=rule, operations={"get": operation})


def _events() -> dict[str, Any]:
    content = {"schema": LiveEventSchema, "example": examples.response(LiveEventSchema())}
    return {"description": "OK", "content": {"text/event-stream": content}}

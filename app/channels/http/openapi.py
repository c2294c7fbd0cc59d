"""What the OpenAPI says of every operation without a declaration: its callers, its key, its errors."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls, resolve_schema_instance
from marshmallow import Schema, fields

from app.channels.http import errors, examples, guards
from app.channels.http.bearer import STAFF_TOKEN
from app.core.error_codes import ERROR_CODES

TOKENS = {
    guards.SHOPPER: (
        "accessToken",
        "An app's access token. Browsers send the cookie that signing in set, and with changes their Origin",
    ),
    guards.CART: ("cartToken", "The token that came with the cart"),
    guards.ORDER: (
        "orderToken",
        "The token that came with the order; the link in its mails has it",
    ),
    guards.DEVICE: ("deviceToken", "The token of a device of a store, which sees that store only"),
    guards.TILL: ("deviceToken", "The token of a device of a store, which sees that store only"),
    guards.MERCHANT: ("merchantKey", "A merchant's key, or the token of a user who signed in"),
}
"""By caller: the name of the security scheme, and what to send as `Authorization: Bearer …`."""

JSON = "application/json"
CHANNEL = re.compile("/api/(pos|admin)/")

SHOPPERS = (guards.CART, guards.ORDER)
BY_COOKIE = (guards.SHOPPER, guards.CART, guards.ORDER)

REFUSALS = {
    400: "The request cannot be read, or lacks the Idempotency-Key that it needs",
    401: "The token or key is missing or is not the right one",
    403: "Not with this code, not with these rights, or not from this page: `errors` says what is missing",
    404: "There is no such thing, or not for this caller",
    409: "The state does not allow it, or the same request is still running: `code` says which",
    413: "The body is larger than 1 MB",
    415: "The body is not JSON",
    422: "Some values are wrong: see `errors`; or the key came before with another body",
    429: "Too many tries: wait for as long as Retry-After says",
    503: "Too busy, nothing was done: try again as Retry-After says",
}

RETRY_AFTER = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "New for each new request, the same when it is repeated: the answer is then the first "
    "one's, byte for byte, for 24 hours",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
CLIENT_KEY = {
    "name": "X-Client-Key",
    "in": "header",
    "description": "Which program calls, such as the app; left out: the web shop",
    "schema": {"type": "string", "pattern": "^[!-~]*$"},
}
STAFF = {
    "name": STAFF_TOKEN,
    "in": "header",
    "description": "Who is signed in at the device; a device that is trusted may leave it out",
    "schema": {"type": "string", "pattern": "^[!-~]*$"},
}


def schema_name(schema: Any) -> str:
    """Return the name of a schema in the document and in generated clients: `Cart` for CartSchema."""
    kind: Any = resolve_schema_cls(schema)
    return str(kind.__name__).removesuffix("Schema")


def open_enum(_: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """Let a field that is an ErrorCode refer to the list of codes."""
    if not isinstance(field, errors.ErrorCode):
        return {}
    ret.pop("type")
    return {"$ref": "#/components/schemas/ErrorCode"}


class SchemaPlugin(MarshmallowPlugin):
    """Turns our schemas into those of the document."""

    def __init__(self) -> None:
        super().__init__(schema_name_resolver=schema_name)

    def init_spec(self, spec: APISpec) -> None:
        super().init_spec(spec)
        assert self.converter is not None, "init_spec makes it"  # noqa: S101
        self.converter.add_attribute_function(open_enum)


def register(spec: APISpec) -> None:
    """Register the components that `describe` refers to."""
    for name, description in dict.fromkeys(TOKENS.values()):
        scheme = {"type": "http", "scheme": "bearer", "description": description}
        spec.components.security_scheme(name, scheme)
    known = {"type": "string", "enum": sorted(ERROR_CODES)}
    spec.components.schema(
        "ErrorCode",
        {
            "anyOf": [known, {"type": "string"}],
            "description": "Clients must accept codes that are new to them",
        },
    )
    spec.components.parameter("IdempotencyKey", "header", KEY)
    spec.components.parameter("NeededIdempotencyKey", "header", {**KEY, "required": True})
    spec.components.parameter("ClientKey", "header", CLIENT_KEY)
    spec.components.parameter("StaffToken", "header", STAFF)
    for status, description in REFUSALS.items():
        response: dict[str, Any] = {
            "description": description,
            "content": {
                "application/json": {
                    "schema": errors.ErrorSchema,
                    "example": errors.example(status),
                }
            },
        }
        if status in (429, 503):
            response["headers"] = RETRY_AFTER
        spec.components.response(refusal(status), response)


def open_responses(spec: APISpec) -> None:
    """Let responses have fields that the document does not name yet, so that a new field breaks no client.

    Requests stay strict. A schema of both is open, because generators make one type of it.
    """
    document = spec.to_dict()
    waiting = [document["components"]["responses"]]
    for path in document["paths"].values():
        waiting += [call["responses"] for call in path.values() if "responses" in call]
    reached: set[str] = set()
    while waiting:
        names = set(re.findall(r"#/components/schemas/(\w+)", str(waiting.pop()))) - reached
        reached |= names
        waiting += [document["components"]["schemas"][name] for name in names]
    for name in reached:
        if spec.components.schemas[name].get("additionalProperties") is False:
            del spec.components.schemas[name]["additionalProperties"]


def refusal(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def add_examples(spec: APISpec, doc: dict[str, Any]) -> None:
    """Refer to an example of the request and of each response."""
    _add_example(spec, doc.get("requestBody"), "request", examples.request)
    for answer in doc["responses"].values():
        _add_example(spec, answer, "response", examples.response)


def _add_example(
    spec: APISpec, place: Any, kind: str, make: Callable[[Schema], dict[str, Any]]
) -> None:
    content = place.get("content", {}).get(JSON, {}) if isinstance(place, dict) else {}
    if "schema" not in content:
        return
    schema = resolve_schema_instance(content["schema"])
    name = f"{schema_name(schema)}.{kind}"
    if name not in spec.components.examples:
        spec.components.example(name, {"value": make(schema)})
    content["examples"] = {kind: name}


def operation_id(url_prefix: str, name: str) -> str:
    """Return `getOrder` for shoppers, `posGetOrder` at tills, `adminGetOrder` for merchants. The name outlives its
    route."""
    channel = CHANNEL.match(url_prefix)
    return channel[1] + name[0].upper() + name[1:] if channel else name


def describe(doc: dict[str, Any], doc_info: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Complete the documentation of one operation from what its view declares."""
    call, method = doc_info["call"], options["method"]
    doc["operationId"] = call["operation"]
    docstring = doc_info["docstring"]
    docstring["summary"] = " ".join(docstring["summary"].split())  # a docstring may break the line
    add_examples(options["spec"], doc)
    token = TOKENS.get(call["who"])
    doc["security"] = [{token[0]: []}] if token else []
    parameters = doc.setdefault("parameters", [])
    if method == "post" and call["accepts_key"]:
        parameters.append("NeededIdempotencyKey" if call["requires_key"] else "IdempotencyKey")
    statuses = {503, *call["also_returns"]}
    statuses |= {400, 413, 415, 422} if "requestBody" in doc else set()
    statuses |= {422} if parameters else set()
    statuses |= {400} if call["requires_key"] else set()
    statuses |= {404} if "<" in call["rule"] else set()
    statuses |= {409} if method != "get" else set()
    if call["who"] in (guards.DEVICE, guards.TILL):
        parameters.append("StaffToken")
    statuses |= {403} if call["needs_right"] else set()
    if call["who"] in SHOPPERS or (call["who"] == guards.ANYONE and method != "get"):
        parameters.append("ClientKey")
        statuses.add(401)
    statuses |= {401} if token else set()
    # Changes by a cookie must come from a page of ours.
    statuses |= {403} if call["who"] in BY_COOKIE and method != "get" else set()
    doc["responses"].update({str(status): refusal(status) for status in sorted(statuses)})
    return doc

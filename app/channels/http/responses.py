"""How views respond: a use case performed and rendered once per idempotency key, or a read."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Response, current_app, g, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from app.channels.http import guards
from app.core import secret_labels
from app.core.access.staff.approval import Approval, with_approval
from app.core.errors import IdempotencyKeyRequired, Invalid
from app.core.idempotency import RequestKey

KEY_FORM = re.compile(r"[!-~]{1,255}")
UNGUESSABLE = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class EmptySchema(Schema):
    """An empty object: the call succeeded, and there is nothing to return."""


def perform(
    use_case: Callable[..., Any],
    command: Any,
    schema: type[Schema],
    status: int = 200,
    *,
    present: Callable[[Session, Any], Any] | None = None,
    approval: Approval | None = None,
) -> Response:
    """Perform a use case and render its result by `schema`; `present` may read more for it in the transaction's
    session. The same Idempotency-Key returns the same bytes. A use case that needs a manager's approval is refused
    without one."""
    rendering = schema_instance(schema)
    use_case = with_approval(use_case, g.permission, approval, g.needs_approval)

    def render(session: Session, result: Any) -> bytes:
        return _dumps(rendering.dump(present(session, result) if present else result))

    answer = current_app.extensions["runner"].answer(
        use_case, command, guards.actor(), _key(), render
    )
    return Response(answer, status, mimetype="application/json")


def perform_without_key(
    use_case: Callable[..., Any], command: Any, schema: type[Schema], status: int = 200
) -> Response:
    """Perform without an Idempotency-Key, as for a sign-in: not even a hash of a password is stored.

    Otherwise a stored response could tell whether a PIN is right without counting the attempt.
    """
    result = current_app.extensions["runner"].perform(use_case, command, guards.actor())
    answer = json_response(result, schema)
    answer.status_code = status
    return answer


def read(query: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Run a read on a connection without a transaction. Each statement is a snapshot of its own, so one statement
    reads what must agree, such as an order and its lines."""
    with current_app.extensions["reader"].connect() as reader:
        return query(reader, *arguments, **options)


def json_response(content: Any, schema: type[Schema] | None = None) -> Response:
    """Return 200 with the content, rendered by the schema if one is given."""
    return Response(
        _dumps(schema_instance(schema).dump(content) if schema else content),
        mimetype="application/json",
    )


@cache
def schema_instance(schema: type[Schema]) -> Schema:
    """Return the one instance of a schema. A new instance would copy all its fields."""
    return schema()


def _dumps(content: Any) -> bytes:
    return current_app.json.dumps(content).encode() + b"\n"


def require_key() -> None:
    """Raises IdempotencyKeyRequired if the request has no key."""
    if "Idempotency-Key" not in request.headers:
        raise IdempotencyKeyRequired(
            "Send a new Idempotency-Key header with each new request of this kind."
        )


def _key() -> RequestKey | None:
    """Return the key; None if there is none, and for GET, which must show the present state and record each
    view."""
    value = request.headers.get("Idempotency-Key")
    if value is None or request.method == "GET":
        return None
    if not KEY_FORM.fullmatch(value):
        raise Invalid("An Idempotency-Key has 1 to 255 visible ASCII characters: a UUID is fine.")
    if g.caller == guards.ANONYMOUS and not UNGUESSABLE.fullmatch(value):
        # A caller who guesses another's key is given the same response, with the token of their cart.
        raise Invalid("Without a token, the Idempotency-Key must be a random UUID: send a new one.")
    # Keyed, since a body can be little more than a code: readers of the database must not try them all.
    secrets = current_app.extensions["ports"].secrets
    body = secrets.token(secret_labels.REQUEST, hashlib.sha256(_requested()).hexdigest())
    return RequestKey(g.caller, f"{request.method} {request.path}", value, body.encode())


def _requested() -> bytes:
    """Return the body that identifies a repeat, without the approving manager.

    Whether their PIN is right is checked against its limit of attempts, never by a comparison with the PIN that
    came with this key before.
    """
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or "approval" not in body:
        return request.get_data()
    return current_app.json.dumps({**body, "approval": None}).encode()

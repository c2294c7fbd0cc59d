"""How a view answers: a use case performed and rendered once per idempotency key, or a read."""

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
    """Perform a use case and render what it returns by `schema`; `show` may read what the rendering needs,
    still in the transaction's session. The same Idempotency-Key brings the same bytes.

    Who may do it only with a manager's approval does not get past here without one."""
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
    """Perform without an Idempotency-Key, as at a sign-in: of a password not even a hash is kept, and no
    stored answer judges a PIN that is sent with the key of the right one, without a try being counted."""
    result = current_app.extensions["runner"].perform(use_case, command, guards.actor())
    answer = json_response(result, schema)
    answer.status_code = status
    return answer


def read(query: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Run a read on a connection without a transaction: each of its statements is a snapshot of its own, so what
    must agree, as an order and its lines, is read by one."""
    with current_app.extensions["reader"].connect() as reader:
        return query(reader, *arguments, **options)


def json_response(content: Any, schema: type[Schema] | None = None) -> Response:
    """A 200 with the content, rendered by the schema if one is named."""
    return Response(
        _dumps(schema_instance(schema).dump(content) if schema else content),
        mimetype="application/json",
    )


@cache
def schema_instance(schema: type[Schema]) -> Schema:
    """The one instance of a schema: making one copies all its fields."""
    return schema()


def _dumps(content: Any) -> bytes:
    return current_app.json.dumps(content).encode() + b"\n"


def require_key() -> None:
    """Raises IdempotencyKeyRequired where the request has none."""
    if "Idempotency-Key" not in request.headers:
        raise IdempotencyKeyRequired(
            "Send a new Idempotency-Key header with each new request of this kind."
        )


def _key() -> RequestKey | None:
    """None where none was sent, and for what only looks: that must be seen as it is, and leave its trace."""
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
    """The body by which a repeat is known: without the manager who approved. Whether their PIN is right is judged
    against its budget, and never by comparing it with the one that came with this key before."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or "approval" not in body:
        return request.get_data()
    return current_app.json.dumps({**body, "approval": None}).encode()

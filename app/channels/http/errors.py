"""One error body for every channel: {code, status, message, errors}. Sources of the statuses: RFC 9110, and for
idempotency keys draft-ietf-httpapi-idempotency-key-header (a missing key is 400, a reused one 422)."""

from typing import Any

import structlog
from flask import Flask, Response, current_app, request
from marshmallow import Schema, fields
from psycopg.errors import LockNotAvailable, QueryCanceled
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.core import errors
from app.core.error_codes import ERROR_CODES, AnyCode

log = structlog.get_logger()


class ErrorCode(fields.String):
    """One of ERROR_CODES. The OpenAPI shows it as an open list, to which codes may be added."""


class ErrorSchema(Schema):
    code = ErrorCode(required=True, metadata={"description": "Stable, for programs"})
    status = fields.Integer(required=True)
    message = fields.String(
        required=True, metadata={"description": "What happened and what to do next"}
    )
    errors = fields.Dict(
        required=True, metadata={"description": "By field, or what a program needs to act on it"}
    )


CODES: dict[int, tuple[AnyCode, str]] = {
    400: (
        "bad_request",
        "The request could not be read: send JSON with Content-Type application/json.",
    ),
    404: ("not_found", "There is nothing at this address: see /api/docs."),
    405: ("method_not_allowed", "This address does not take that method: see /api/docs."),
    413: ("too_large", "The request is too large: send less at once."),
    415: ("unsupported_media_type", "Send JSON with Content-Type application/json."),
    422: ("invalid", "Some fields are wrong: see errors."),
    429: ("too_many_requests", "Too many requests: wait, then try again."),
}


def status_of(error: errors.DomainError) -> int:
    return ERROR_CODES[error.code].status


def example(status: int) -> dict[str, Any]:
    """Return an error with this status, for the OpenAPI."""
    raised = (code for code, error in ERROR_CODES.items() if error.status == status)
    code, message = CODES.get(status) or (next(raised), "What happened, and what to do next.")
    return {"code": code, "status": status, "message": message, "errors": {}}


def body(
    code: AnyCode, status: int, message: str, detail: dict[str, Any], retry_after: int | None = None
) -> Response:
    content = {"code": code, "status": status, "message": message, "errors": detail}
    response = current_app.response_class(
        current_app.json.dumps(content) + "\n", status=status, mimetype="application/json"
    )
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def handle_domain_error(error: errors.DomainError) -> Response:
    data = dict(error.data)
    retry_after = data.pop("retry_after", None)
    return body(error.code, status_of(error), error.message, data, retry_after)


def handle_http_error(error: HTTPException) -> Response:
    """Handle an error of Flask or the parser, with its own message if that helps the caller."""
    status = error.code or 500
    code, message = CODES.get(status, ("http_error", error.description or error.name))
    detail = getattr(error, "data", {}).get("messages", {})
    response = body(code, status, message, detail.get("json", detail.get("query", detail)))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def handle_database_error(error: Exception) -> Response:
    """Handle an overload or a lost database: nothing was done, and the caller may retry."""
    cause = getattr(error, "orig", None)
    away = isinstance(error, OperationalError | PoolTimeout) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
    if away or isinstance(cause, LockNotAvailable | QueryCanceled):
        log.warning("busy", reason=type(cause or error).__name__)
        return body(
            "busy", 503, "Too busy for this moment: try again in a second.", {}, retry_after=1
        )
    return handle_unexpected(error)


def handle_unexpected(error: Exception) -> Response:
    log.exception("failed", path=request.url_rule.rule if request.url_rule else None)
    return body("failed", 500, "This failed on our side and was noted: try again, or tell us.", {})


def register(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, handle_domain_error)
    app.register_error_handler(HTTPException, handle_http_error)
    app.register_error_handler(DBAPIError, handle_database_error)
    app.register_error_handler(PoolTimeout, handle_database_error)
    app.register_error_handler(Exception, handle_unexpected)

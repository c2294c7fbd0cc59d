"""flask-smorest, set up once: its parser, the declarations of views, and our error body."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import flask_smorest
from flask import Flask, Response, current_app
from flask_smorest.arguments import FlaskParser
from marshmallow import RAISE, Schema, ValidationError, missing
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType
from werkzeug.routing import PathConverter, UnicodeConverter

from app.channels.http import errors, openapi, responses
from app.config import Settings

View = Callable[..., Any]


class Parser(FlaskParser):
    """Accepts strict JSON, and no text that the database cannot store."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(("json", "query", "path", "form"), RAISE)

    def load_json(self, req: Any, schema: Any) -> Any:  # noqa: ARG002 - the parser gives it
        raw = req.get_data(cache=True)
        if not raw:
            return missing
        if not req.is_json:
            raise UnsupportedMediaType
        try:
            body = current_app.json.loads(raw)
        except ValueError:
            raise BadRequest from None
        if rb"\u0000" in raw:
            refuse_nul(body)
        return body

    def load_querystring(self, req: Any, schema: Any) -> Any:
        refuse_nul(req.args.to_dict(flat=False))
        return super().load_querystring(req, schema)


def refuse_nul(fields: Any) -> None:
    """Raises ValidationError for a NUL character: JSON may hold it, PostgreSQL's text may not."""
    wrong = [name for name in fields if has_nul(fields[name])] if isinstance(fields, dict) else []
    if wrong:
        raise ValidationError(
            {name: ["Remove the characters that are not text."] for name in wrong}
        )


def has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return has_nul([*value, *value.values()])
    if isinstance(value, list):
        return any(has_nul(item) for item in value)
    return isinstance(value, str) and "\0" in value


class Blueprint(flask_smorest.Blueprint):
    ARGUMENTS_PARSER = Parser()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._prepare_doc_cbks.append(openapi.describe)

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any
    ) -> None:
        """Pass the declarations of the view's decorators to the documentation."""
        view_func._apidoc["call"] = {
            "rule": rule,
            "operation": openapi.operation_id(self.url_prefix or "", view_func.__operation__),
            "who": view_func.__who__,
            "needs_right": bool(view_func.__permission__),
            "requires_key": getattr(view_func, "__requires_idempotency_key__", False),
            "accepts_key": not getattr(view_func, "__no_idempotency__", False),
            "also_returns": getattr(view_func, "__also_returns__", ()),
        }
        super().add_url_rule(rule, endpoint, view_func, **options)

    def arguments(self, schema: type[Schema], **options: Any) -> Any:
        """Do as the parent does, with one instance of the schema instead of one for each request."""
        return super().arguments(responses.schema_instance(schema), **options)

    def operation(self, name: str) -> Callable[[View], View]:
        """Name the operation in generated clients, such as getOrder; `openapi.operation_id` adds the channel."""

        def declare(view: View) -> View:
            view.__operation__ = name  # type: ignore[attr-defined]  # read by add_url_rule
            return view

        return declare

    def requires_idempotency_key(self, view: View) -> View:
        """Refuse a call without an Idempotency-Key, because it moves goods or money."""

        @wraps(view)
        def keyed(*arguments: Any, **named: Any) -> Any:
            responses.require_key()
            return view(*arguments, **named)

        keyed.__requires_idempotency_key__ = True  # type: ignore[attr-defined]  # read by add_url_rule
        return keyed

    def no_idempotency(self, view: View) -> View:
        """Accept no Idempotency-Key: not even a hash of a body with a password is stored."""
        view.__no_idempotency__ = True  # type: ignore[attr-defined]  # read by add_url_rule
        return view

    def also_returns(self, *statuses: int) -> Callable[[View], View]:
        """Declare error statuses beyond those that every such call has."""

        def declare(view: View) -> View:
            view.__also_returns__ = statuses  # type: ignore[attr-defined]  # read by add_url_rule
            return view

        return declare


class Api(flask_smorest.Api):
    ERROR_SCHEMA = errors.ErrorSchema
    DEFAULT_ERROR_RESPONSE_NAME = None  # each status is documented instead

    def _register_pagination_header(self) -> None:
        """Register nothing: our pages carry their cursor in the body, not in a header."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        return errors.handle_http_error(error)


class Segment(UnicodeConverter):
    """A part of a path. A path with NUL in it does not match."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.regex = self.regex.replace("[^/]", "[^/\0]")


class Segments(PathConverter):
    regex = "[^/\0][^\0]*?"


def make_api(app: Flask) -> Api:
    app.url_map.converters.update(default=Segment, string=Segment, path=Segments)
    settings: Settings = app.config["SETTINGS"]
    app.config.update(
        API_TITLE="Onecounter",
        API_VERSION="v1",
        API_SPEC_OPTIONS={"servers": [{"url": settings.base_url}]},
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="v1/openapi.json",
    )
    api = Api(app, spec_kwargs={"marshmallow_plugin": openapi.SchemaPlugin()})
    openapi.register(api.spec)
    return api

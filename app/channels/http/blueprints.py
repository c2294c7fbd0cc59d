"""flask-smorest set up once: our error body, unknown fields refused everywhere, and our page of documentation."""

from typing import Any

import flask_smorest
from flask import Flask, Response
from flask_smorest.arguments import FlaskParser
from marshmallow import RAISE
from werkzeug.exceptions import HTTPException

from app.channels.http import errors


class Parser(FlaskParser):
    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(("json", "query", "path", "form"), RAISE)


class Blueprint(flask_smorest.Blueprint):
    ARGUMENTS_PARSER = Parser()


class Api(flask_smorest.Api):
    ERROR_SCHEMA = errors.ErrorSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        return errors.handle_http_error(error)


def make_api(app: Flask, **options: Any) -> Api:
    app.config.update(
        API_TITLE="Onecounter",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="v1/openapi.json",
    )
    return Api(app, **options)

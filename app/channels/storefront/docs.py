"""/api/docs: the OpenAPI as pages, from an installed package. Nothing is loaded from elsewhere."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, send_from_directory

from app.channels.http.guards import ANYONE, allowed

blueprint = Blueprint("docs", __name__, template_folder="templates")

ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; frame-ancestors 'none'"
)
"""Swagger UI writes style attributes; its scripts are files."""


@blueprint.get("/api/docs")
@allowed(ANYONE)
def page() -> Response:
    response = Response(render_template("docs.html"))
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.get("/api/docs/<path:name>")
@allowed(ANYONE)
def asset(name: str) -> Response:
    response = send_from_directory(ASSETS, name)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response

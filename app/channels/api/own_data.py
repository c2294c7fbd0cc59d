"""Requests of customers about their own data: export and erasure."""

from typing import Any

from flask import Response, current_app, render_template

from app.channels.api.schemas.sign_in import CodeChallengeSchema, CodeVerificationSchema
from app.channels.api.sign_in import given
from app.channels.http import shopper_auth
from app.channels.http.blueprints import Blueprint
from app.channels.http.customer_schemas import DataExportSchema, ErasureSchema
from app.channels.http.guards import SHOPPER, actor, allowed
from app.channels.http.responses import json_response, perform, perform_without_key
from app.channels.http.shopper_auth import customer_id
from app.channels.http.throttle import throttled
from app.core.privacy.erasure import EraseOwnData, erase_own_data
from app.core.privacy.export_customer import ExportCustomer, export_customer
from app.core.privacy.request_erasure import RequestErasure, request_erasure

blueprint = Blueprint(
    "own-data",
    __name__,
    url_prefix="/api/v1/account",
    description="Export and erasure of the shopper's own data",
    template_folder="../http/templates",
)


@blueprint.route("/export")
@allowed(SHOPPER)
@blueprint.operation("exportAccount")
@throttled("mails")
@blueprint.also_returns(429)
@blueprint.response(200, DataExportSchema)
def get_export() -> Response:
    """Export all data of the customer as JSON."""
    return perform(export_customer, ExportCustomer(customer_id()), DataExportSchema)


@blueprint.route("/export.html")
@allowed(SHOPPER)
@blueprint.operation("exportAccountAsPage")
@throttled("mails")
@blueprint.also_returns(429)
@blueprint.response(200, content_type="text/html")
def get_export_page() -> Response:
    """Export all data of the customer as a page to read."""
    command = ExportCustomer(customer_id())
    found = current_app.extensions["runner"].perform(export_customer, command, actor())
    return Response(render_template("export.html", **found._asdict()), mimetype="text/html")


@blueprint.route("/erasure/code", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("requestErasureCode")
@throttled("mails")
@blueprint.no_idempotency
@blueprint.also_returns(404, 429)
@blueprint.response(202, CodeChallengeSchema)
def post_erasure_code() -> Response:
    """Send a code to an address of the customer. Erasing the account requires it."""
    command = RequestErasure(customer_id(), current_app.config["LOCALE"])
    return perform_without_key(request_erasure, command, CodeChallengeSchema, 202)


@blueprint.route("/erasure", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("eraseAccount")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(429)
@blueprint.arguments(CodeVerificationSchema)
@blueprint.response(200, ErasureSchema)
def post_erasure(body: dict[str, Any]) -> Response:
    """Erase the customer for good, and end all sessions. What tax law requires is kept."""
    command = EraseOwnData(customer_id(), given(body))
    erased = current_app.extensions["runner"].perform(erase_own_data, command, actor())
    return shopper_auth.with_cookie(json_response({"id": erased}, ErasureSchema), None)

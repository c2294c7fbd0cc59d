"""Requests of customers that merchants carry out: consents, export of their data, and erasure."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, current_app, render_template
from sqlalchemy.orm import Session

from app.channels.admin import customer_schemas as schemas
from app.channels.http import customer_schemas
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, actor, allowed
from app.channels.http.responses import perform
from app.core.carts.consents import ViewConsents, of_customer, view_consents
from app.core.customers.consents import ConsentRow, SetConsent, set_consent
from app.core.privacy.erasure import EraseCustomer, EraseGuest, erase_customer, erase_guest
from app.core.privacy.export_customer import ExportCustomer, export_customer

blueprint = Blueprint(
    "admin-privacy",
    __name__,
    url_prefix="/api/admin/v1",
    description="Consents, exports and erasures of customers",
    template_folder="../http/templates",
)


@blueprint.route("/customers/<uuid:customer_id>/consents")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("listCustomerConsents")
@blueprint.response(200, customer_schemas.ConsentListSchema)
def get_consents(customer_id: UUID) -> Response:
    """List the latest consent of a customer by purpose and channel, over all their orders."""
    return perform(
        view_consents, ViewConsents(customer_id), customer_schemas.ConsentListSchema, present=listed
    )


@blueprint.route("/customers/<uuid:customer_id>/consents", methods=["PUT"])
@allowed(MERCHANT, "customers.change")
@blueprint.operation("setCustomerConsent")
@blueprint.arguments(customer_schemas.ConsentInputSchema)
@blueprint.response(200, customer_schemas.ConsentListSchema)
def put_consent(body: dict[str, Any], customer_id: UUID) -> Response:
    """Record the consent that a customer gave to staff. Only the customer can allow again what they withdrew."""
    command = SetConsent(customer_id, customer_schemas.statement(body, "merchant"))
    return perform(
        set_consent, command, customer_schemas.ConsentListSchema, present=present_consents
    )


@blueprint.route("/customers/<uuid:customer_id>/export")
@allowed(MERCHANT, "privacy.export")
@blueprint.operation("exportCustomer")
@blueprint.response(200, customer_schemas.DataExportSchema)
def get_export(customer_id: UUID) -> Response:
    """Export all data of a customer as JSON."""
    return perform(export_customer, ExportCustomer(customer_id), customer_schemas.DataExportSchema)


@blueprint.route("/customers/<uuid:customer_id>/export.html")
@allowed(MERCHANT, "privacy.export")
@blueprint.operation("exportCustomerAsPage")
@blueprint.response(200, content_type="text/html")
def get_export_page(customer_id: UUID) -> Response:
    """Export all data of a customer as a page to read."""
    runner = current_app.extensions["runner"]
    found = runner.perform(export_customer, ExportCustomer(customer_id), actor())
    return Response(render_template("export.html", **found._asdict()), mimetype="text/html")


@blueprint.route("/customers/<uuid:customer_id>/erase", methods=["POST"])
@allowed(MERCHANT, "privacy.erase")
@blueprint.operation("eraseCustomer")
@blueprint.response(200, customer_schemas.ErasureSchema)
def post_erase(customer_id: UUID) -> Response:
    """Erase a customer and all that was merged into them, for good. What tax law requires is kept."""
    return perform(
        erase_customer, EraseCustomer(customer_id), customer_schemas.ErasureSchema, present=only_id
    )


@blueprint.route("/erasures", methods=["POST"])
@allowed(MERCHANT, "privacy.erase")
@blueprint.operation("eraseAddress")
@blueprint.also_returns(404)
@blueprint.arguments(schemas.ErasureRequestSchema)
@blueprint.response(200, customer_schemas.ErasureSchema)
def post_erasure(body: dict[str, Any]) -> Response:
    """Erase everyone with an address, also guests, after the requester proved that it is theirs."""
    return perform(
        erase_guest, EraseGuest(body["email"]), customer_schemas.ErasureSchema, present=only_id
    )


def only_id(_: Session, erasure_id: UUID) -> dict[str, UUID]:
    return {"id": erasure_id}


def listed(_: Session, found: Sequence[ConsentRow]) -> dict[str, Any]:
    return {"items": found}


def present_consents(session: Session, customer_id: UUID) -> dict[str, Any]:
    return {"items": of_customer(session, customer_id)}

"""Tax rates, and how countries tax and round prices."""

from flask import Response

from app.channels.admin.tax_schemas import MarketSchema, TaxRateSchema
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.responses import perform
from app.core.pricing.set_market import SetMarket, set_market
from app.core.pricing.set_tax_rate import SetTaxRate, set_tax_rate

blueprint = Blueprint(
    "admin-taxes", __name__, url_prefix="/api/admin/v1", description="Tax rates and markets"
)


@blueprint.route("/tax-rates", methods=["PUT"])
@allowed(MERCHANT, "taxes.change")
@blueprint.operation("setTaxRate")
@blueprint.arguments(TaxRateSchema)
@blueprint.response(200, TaxRateSchema)
def put_tax_rate(command: SetTaxRate) -> Response:
    """Let a rate of a tax category start, now or later, in a country or a region of it."""
    return perform(set_tax_rate, command, TaxRateSchema)


@blueprint.route("/markets", methods=["PUT"])
@allowed(MERCHANT, "taxes.change")
@blueprint.operation("setMarket")
@blueprint.arguments(MarketSchema)
@blueprint.response(200, MarketSchema)
def put_market(command: SetMarket) -> Response:
    """Set how a country taxes and rounds prices from now on. Until then it has the rules of the United Kingdom."""
    return perform(set_market, command, MarketSchema)

"""/account/cards: the page to which a shopper returns after they entered a card at the payment provider."""

from flask import Blueprint, Response, current_app, render_template

from app.channels.http import errors
from app.channels.http.guards import SHOPPER, allowed
from app.channels.http.responses import read
from app.channels.http.shopper_auth import customer_id
from app.core.errors import Unauthorised
from app.core.payment_processing.saved_cards import queries
from app.core.payment_processing.saved_cards.sync_cards import sync_expected_cards

blueprint = Blueprint("cards-page", __name__, template_folder="templates")

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "diners": "Diners Club",
}


@blueprint.get("/account/cards")
@allowed(SHOPPER)
def page() -> Response:
    """Show the saved cards, with one that was just added."""
    sync_expected_cards(current_app.extensions["runner"], customer_id())
    now = current_app.extensions["ports"].clock.now()
    return _render(cards=read(queries.cards, customer_id(), now))


@blueprint.errorhandler(Unauthorised)
def _sign_in_page(error: Unauthorised) -> Response:
    """Ask a customer who returned in another browser to sign in."""
    return _render(status=errors.handle_domain_error(error).status_code, cards=None)


@blueprint.app_template_filter("brand")
def brand(name: str) -> str:
    """Return the brand as it is printed on the card."""
    return BRANDS.get(name, name.replace("_", " ").capitalize())


def _render(status: int = 200, **variables: object) -> Response:
    response = Response(render_template("cards.html", **variables), status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response

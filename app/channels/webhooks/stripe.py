"""Webhooks of Stripe."""

from flask import Blueprint, Response, current_app, g

from app.channels.http.guards import PROVIDER, allowed
from app.core.payments.webhook_events import ReceiveWebhook, receive_webhook

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.post("/stripe")
@allowed(PROVIDER)
def post_stripe() -> Response:
    """Store the event by its id before it is acknowledged. A repeat changes nothing."""
    current_app.extensions["runner"].perform(receive_webhook, ReceiveWebhook(g.notice))
    return Response(status=204)

"""What the payment provider tells us unasked."""

from flask import Blueprint, Response, current_app, g

from app.channels.http.guards import PROVIDER, allowed
from app.core.payments.webhook_events import ReceiveWebhook, receive_webhook

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.post("/stripe")
@allowed(PROVIDER)
def post_stripe() -> Response:
    """Kept by its id before it is answered. Again changes nothing."""
    current_app.extensions["runner"].perform(receive_webhook, ReceiveWebhook(g.notice))
    return Response(status=204)

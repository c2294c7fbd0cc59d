"""The webhooks that providers call."""

from app.channels.webhooks import stripe

BLUEPRINTS = (stripe.blueprint,)

"""The pages of the web shop."""

from app.channels.storefront import (
    cards_page,
    docs,
    health,
    order_page,
)

BLUEPRINTS = tuple(
    views.blueprint
    for views in (
        docs,
        health,
        order_page,
        cards_page,
    )
)

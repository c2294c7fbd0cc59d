"""The API for shoppers, their apps and the web shop."""

from app.channels.api import (
    account,
    address_book,
    carts,
    catalogue,
    documents,
    guest_orders,
    orders,
    own_data,
    passkeys,
    payments,
    privacy,
    saved_cards,
    sign_in,
    signing_keys,
)

BLUEPRINTS = tuple(
    views.blueprint
    for views in (
        catalogue,
        carts,
        signing_keys,
        orders,
        documents,
        payments,
        privacy,
        sign_in,
        account,
        guest_orders,
        passkeys,
        address_book,
        saved_cards,
        own_data,
    )
)

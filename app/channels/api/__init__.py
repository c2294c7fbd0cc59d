"""The API for shoppers, their apps and the web shop."""

from app.channels.api import (
    account,
    address_book,
    carts,
    catalogue,
    documents,
    order_claims,
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
        order_claims,
        passkeys,
        address_book,
        saved_cards,
        own_data,
    )
)

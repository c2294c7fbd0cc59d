"""The API for merchants and their programs."""

from app.channels.admin import (
    audit,
    customers,
    devices_and_api_keys,
    disputes,
    gift_cards,
    invoices,
    payments,
    preferences,
    prices,
    privacy,
    products,
    promotions,
    reports,
    staff,
    taxes,
    users,
)

BLUEPRINTS = tuple(
    views.blueprint
    for views in (
        products,
        prices,
        promotions,
        taxes,
        invoices,
        customers,
        privacy,
        preferences,
        users,
        staff,
        devices_and_api_keys,
        audit,
        payments,
        gift_cards,
        disputes,
        reports,
    )
)

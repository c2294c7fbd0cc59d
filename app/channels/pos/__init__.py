"""The API for devices in stores."""

from app.channels.pos import (
    customers,
    documents,
    merges,
    orders,
    payments,
    preferences,
    sign_in,
)

BLUEPRINTS = tuple(
    views.blueprint
    for views in (
        orders,
        sign_in,
        customers,
        preferences,
        merges,
        payments,
        documents,
    )
)

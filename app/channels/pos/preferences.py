"""Preferences of customers, for staff at a till."""

from app.channels.http.guards import DEVICE
from app.channels.http.preferences import make_blueprint

blueprint = make_blueprint(
    "pos-preferences", DEVICE, "/api/pos/v1/customers", "Preferences of customers at a till"
)

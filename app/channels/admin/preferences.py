"""Preferences of customers, for merchants."""

from app.channels.http.guards import MERCHANT
from app.channels.http.preferences import make_blueprint

blueprint = make_blueprint(
    "admin-preferences", MERCHANT, "/api/admin/v1/customers", "Preferences of customers"
)

"""Staff and users of a busy shop for the fuzzer: working codes, PINs, invitations and ids."""

from datetime import timedelta
from itertools import count
from typing import Any

from app.core.access.api_clients import CreateApiClient, create_api_client
from app.core.access.devices import AddDevice, CreatePairingCode, add_device, create_pairing_code
from app.core.ids import new_id
from tests.drivers import staff
from tests.drivers.shop import Shop
from tests.drivers.staff import PASSWORD, Person


class Workplace:
    def __init__(self, shop: Shop) -> None:
        self.shop, self._numbers = shop, count(100)
        self.owner = Person(shop, "owner@shop.example", "owner")
        self.owners_token = self.owner.sign_in()
        self.invitation = staff.invite(shop, "invited@shop.example", "stock").invitation
        self.pin = staff.hire(shop, "7", "cashier").pin
        staff.hire(shop, "8", "picker")
        self.users = {
            verb: staff.invite(shop, f"{verb}@shop.example", "stock").id
            for verb in ("roles", "disable")
        }
        self.device = shop.runner.perform(add_device, AddDevice("yrk", "Spare")).id
        self.key = shop.runner.perform(create_api_client, CreateApiClient("merchant", "Spare")).id

    def names(self, label: str) -> dict[str, Any]:
        """Return the values of the names in the path."""
        names: dict[str, Any] = {
            "device_id": str(self.device),
            "key_id": str(self.key),
            "store": "yrk",
        }
        if "{staff_number}" in label:
            names["staff_number"] = self._hired() if label.endswith("/deactivate") else "8"
        if "{user_id}" in label:
            names["user_id"] = str(self.users[label.rpartition("/")[2]])
        if "{session_id}" in label:
            names["session_id"] = self._session()
        return names

    def body(self, label: str) -> Any:
        """Return a body that works; None if the call is not about staff or users."""
        fresh = next(self._numbers)
        bodies: dict[str, Any] = {
            "pos/v1/sessions": {"number": "7", "pin": self.pin},
            "/users": {"email": f"{fresh}@shop.example", "name": "Ada", "roles": ["prices"]},
            "/roles": {"roles": ["prices", "stock"]},
            "/accept": {"invitation": self.invitation, "password": PASSWORD},
            "/staff": {"number": str(fresh), "name": "Ada", "store": "yrk", "role": "picker"},
            "/stores/{store}": {"role": "manager"},
            "/devices": {"store": "lds", "name": "New"},
            "/api-keys": {"name": "Feed", "scopes": ["catalogue.see"]},
        }
        if label.endswith("/pair"):
            offered = self.shop.runner.perform(create_pairing_code, CreatePairingCode("lds", "New"))
            return {"code": offered.code}
        if label == "POST /api/admin/v1/sessions":
            return self._sign_in()
        return next((body for ending, body in bodies.items() if label.endswith(ending)), None)

    def _sign_in(self) -> dict[str, str]:
        self.shop.clock.advance(timedelta(seconds=30))  # until the phone shows another code
        return {"email": self.owner.email, "password": PASSWORD, "code": self.owner.code}

    def _hired(self) -> str:
        return staff.hire(self.shop, str(next(self._numbers)), "picker").number

    def _session(self) -> str:
        session = str(new_id())
        self.shop.change(
            "INSERT INTO user_sessions (id, user_id, token_hash, created_at, expires_at) "
            "VALUES (CAST(:id AS uuid), :user, CAST(:hash AS bytea), now(), '2099-01-01')",
            id=session, user=self.owner.id, hash=session.encode(),
        )  # fmt: skip
        return session

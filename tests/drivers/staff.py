"""Staff with PINs at the tills, users with passwords and one-time codes, and API keys with scopes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pyotp
from werkzeug.test import TestResponse

from app.core.access.api_clients import CreateApiClient, create_api_client
from app.core.access.devices import CreatePairingCode, create_pairing_code
from app.core.access.staff.staff import AddStaff, StaffWithPin, add_staff
from app.core.access.users.invitations import (
    AcceptInvitation,
    InviteUser,
    IssuedInvitation,
    accept_invitation,
    invite_user,
)
from app.core.transaction import Actor
from tests.drivers.shop import LEEDS, Shop

PASSWORD = "correct horse battery"
POS, ADMIN = "/api/pos/v1", "/api/admin/v1"


def hire(shop: Shop, number: str, role: str, store: str = LEEDS) -> StaffWithPin:
    return shop.runner.perform(add_staff, AddStaff(number, f"Worker {number}", store, role))


def give_pin(shop: Shop, token: str, number: str, pin: str) -> TestResponse:
    """Sign in at the device of that token."""
    return shop.call("POST", f"{POS}/sessions", token, {"number": number, "pin": pin})


def at_work(shop: Shop, number: str, role: str, store: str = LEEDS) -> str:
    """Return the token of a new staff member who signed in at the store's till."""
    hired = hire(shop, number, role, store)
    answer = give_pin(shop, shop.tokens[store], number, hired.pin)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["token"])


def work(
    shop: Shop, method: str, path: str, staff_token: str, body: Any = None, store: str = LEEDS
) -> TestResponse:
    """Make a call of the store's till with a staff member signed in."""
    headers = {"Authorization": f"Bearer {shop.tokens[store]}", "X-Staff-Token": staff_token}
    if method == "POST":
        headers["Idempotency-Key"] = f"key-{UUID(int=_next())}"
    return shop.client.open(f"{POS}/{path}", method=method, headers=headers, json=body)


def _next(count: list[int] = [0]) -> int:  # noqa: B006 - it counts the calls of the run
    count[0] += 1
    return count[0]


def strict_till(shop: Shop, store: str = LEEDS) -> str:
    """Return the token of a paired device that does nothing until staff sign in."""
    offered = shop.runner.perform(create_pairing_code, CreatePairingCode(store, "Strict till"))
    answer = shop.client.post(f"{POS}/pair", json={"code": offered.code})
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["token"])


def invite(shop: Shop, email: str, *roles: str) -> IssuedInvitation:
    return shop.runner.perform(invite_user, InviteUser(email, "Somebody", roles))


class Person:
    """A user who accepted the invitation, with a second factor."""

    def __init__(self, shop: Shop, email: str, *roles: str) -> None:
        self.shop, self.email = shop, email
        self.id = (invited := invite(shop, email, *roles)).id
        accepted = shop.runner.perform(
            accept_invitation,
            AcceptInvitation(invited.invitation, PASSWORD),
            Actor("merchant", "console"),
        )
        self.phone = pyotp.TOTP(accepted.secret)

    @property
    def code(self) -> str:
        return self.phone.at(self.shop.clock.now())

    def try_in(self, **wrong: str) -> TestResponse:
        body = {"email": self.email, "password": PASSWORD, "code": self.code} | wrong
        return self.shop.client.post(f"{ADMIN}/sessions", json=body)

    def sign_in(self) -> str:
        answer = self.try_in()
        assert answer.status_code == 201, answer.get_json()
        return str(answer.get_json()["token"])


def key(shop: Shop, scopes: Sequence[str]) -> str:
    return shop.runner.perform(
        create_api_client, CreateApiClient("integration", "Ours", scopes)
    ).key


def entries(shop: Shop, token: str, query: str = "") -> list[dict[str, Any]]:
    answer = shop.call("GET", f"{ADMIN}/audit{query}", token)
    assert answer.status_code == 200, answer.get_json()
    return list(answer.get_json()["items"])

"""A password or PIN is replaced during a sign-in with the old one: that session does not stay open."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.core.access.staff.staff import RenewPin, renew_pin
from app.core.access.users.invitations import AcceptInvitation, accept_invitation
from app.core.transaction import Actor
from tests.concurrency import wait_until, waiting_for_locks
from tests.drivers import staff
from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS, Shop
from tests.drivers.shopper import ADA, PASSWORD, Shopper
from tests.drivers.staff import Person, give_pin, work

CONSOLE = Actor("merchant", "console")


class Slow:
    """Password hashing so slow that something else happens during a verification."""

    def __init__(self, quick: Any) -> None:
        self.quick, self.then = quick, list[Callable[[], Any]]()

    def hash(self, password: str) -> str:
        return str(self.quick.hash(password))

    def verify(self, hashed: str | None, password: str) -> bool:
        right = bool(self.quick.verify(hashed, password))
        while self.then:
            self.then.pop()()
        return right


@pytest.fixture
def slow(shop: Shop) -> Slow:
    ports = shop.app.extensions["ports"]
    slow = Slow(ports.passwords)
    object.__setattr__(ports, "passwords", slow)
    return slow


def test_a_new_pin_ends_a_sign_in_with_the_old_one(shop: Shop, slow: Slow) -> None:
    hired = staff.hire(shop, "7", "cashier")
    with ThreadPoolExecutor(1) as pool:
        renewed = []

        def renew() -> None:
            renewed.append(pool.submit(shop.runner.perform, renew_pin, RenewPin("7")))
            wait_until(
                lambda: renewed[0].done() or bool(waiting_for_locks(shop.engine)), "the new PIN"
            )

        slow.then.append(renew)
        token = give_pin(shop, shop.tokens[LEEDS], "7", hired.pin).get_json()["token"]
    assert renewed[0].result().pin != hired.pin
    assert refusal(work(shop, "GET", "tasks", token)) == (401, "staff_sign_in_required")
    assert refusal(give_pin(shop, shop.tokens[LEEDS], "7", hired.pin)) == (403, "invalid_pin")


def test_a_users_new_password_ends_a_sign_in_with_the_old_one(shop: Shop, slow: Slow) -> None:
    person = Person(shop, "ada@shop.example", "owner")
    again = staff.invite(shop, person.email, "owner")
    command = AcceptInvitation(again.invitation, "something else entirely")
    slow.then.append(lambda: shop.runner.perform(accept_invitation, command, CONSOLE))
    assert refusal(person.try_in()) == (401, "unauthorised")
    assert [session for session in shop.user_sessions() if not session.ended_at] == []


def test_a_password_reset_ends_a_sign_in_with_the_old_one(shop: Shop, slow: Slow) -> None:
    ada, thief = Shopper(shop, app=True), Shopper(shop, app=True)
    ada.sign_in(password=PASSWORD)
    requested = ada.ask("reset", email=ADA)
    reset = {
        "challenge": requested,
        "code": ada.read(requested),
        "password": "something else entirely",
    }
    slow.then.append(lambda: ada.took(ada.call("POST", "account/password-reset", reset)))
    stolen = {"email": ADA, "password": PASSWORD}
    assert refusal(thief.call("POST", "account/sign-in/password", stolen)) == (401, "unauthorised")
    assert len(ada.account("GET", "/sessions")["items"]) == 1

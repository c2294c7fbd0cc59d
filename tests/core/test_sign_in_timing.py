"""The refusal of an unknown person takes the same work as that of a known one: a difference in time would
reveal them."""

from dataclasses import dataclass, field

import pytest

from app.core.access.staff.sessions import SignInStaff, sign_in_staff
from app.core.access.users.sessions import SignInUser, sign_in_user
from app.core.errors import InvalidPin, Unauthorised
from app.core.transaction import Actor
from tests.core.test_staff import device
from tests.core.test_statement_budgets import statements
from tests.drivers import staff
from tests.drivers.shop import Shop
from tests.drivers.staff import Person


@dataclass
class Counted:
    """Password hashing that counts its calls."""

    known: list[bool] = field(default_factory=list)

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def verify(self, hashed: str | None, password: str) -> bool:
        self.known.append(hashed is not None)
        return hashed == self.hash(password)


@pytest.fixture
def hashing(shop: Shop) -> Counted:
    counted = Counted()
    object.__setattr__(shop.app.extensions["ports"], "passwords", counted)
    return counted


def test_an_unknown_staff_number_costs_one_hash_like_a_known_one(
    shop: Shop, hashing: Counted
) -> None:
    staff.hire(shop, "7", "cashier")
    work = []
    for number in ("7", "8"):
        with statements(shop.engine) as seen, pytest.raises(InvalidPin):
            shop.runner.perform(sign_in_staff, SignInStaff(number, "000"), device(shop))
        work.append(len(seen))
    assert hashing.known == [True, False]
    assert work[0] == work[1]


def test_an_unknown_email_costs_one_hash_like_a_known_one(shop: Shop, hashing: Counted) -> None:
    Person(shop, "ada@shop.example", "owner")
    work = []
    for name in ("ada", "eve"):
        wrong = SignInUser(f"{name}@shop.example", "192.0.2.1", "wrong", "000000")
        with statements(shop.engine) as seen, pytest.raises(Unauthorised):
            shop.runner.perform(sign_in_user, wrong, Actor("merchant", "console"))
        work.append(len(seen))
    assert hashing.known == [True, False]
    assert work[0] == work[1]

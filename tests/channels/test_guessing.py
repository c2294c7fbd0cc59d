"""Guessing is stopped, the victim is not locked out, and no response reveals whether an account exists."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from app.core import rate_limits
from app.core.accounts.attempt_limits import (
    ATTEMPTS_PER_CODE,
    CODE_REQUESTS,
    DAY,
    PASSWORD_ATTEMPTS,
    PASSWORD_ATTEMPTS_A_DAY,
    SHORT_CODES_A_DAY,
    WINDOW,
)
from tests.drivers.shop import Shop
from tests.drivers.shopper import ADA, PASSWORD, Shopper, code_of, wrong_code

A_FEW = 150
"""Guesses of an ordinary run: more than are verified of any kind in a window."""


class Passwords:
    """The port, with a counter: one hash is one verified guess."""

    def __init__(self, real: Any) -> None:
        self.real, self.verified = real, 0

    def hash(self, password: str) -> str:
        return str(self.real.hash(password))

    def verify(self, hashed: str | None, password: str) -> bool:
        self.verified += 1
        return bool(self.real.verify(hashed, password))


@contextmanager
def counting(shop: Shop) -> Iterator[Passwords]:
    ports = shop.runner.ports
    counted = Passwords(ports.passwords)
    object.__setattr__(ports, "passwords", counted)
    yield counted
    object.__setattr__(ports, "passwords", counted.real)


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shopper = Shopper(shop)
    shopper.sign_in(password=PASSWORD)
    return shopper


def guess_passwords(shop: Shop, guesses: int, every: timedelta) -> Counter[int]:
    """Return the statuses; the clock advances by `every` between two guesses."""
    eve, seen = Shopper(shop), Counter[int]()
    for number in range(guesses):
        body = {"email": ADA, "password": f"guess {number}"}
        seen[eve.call("POST", "account/sign-in/password", body).status_code] += 1
        shop.clock.advance(every)
    return seen


def guess_codes(shop: Shop, purpose: str, guesses: int) -> tuple[Counter[int], Counter[str]]:
    """Return the statuses, and how many guesses at each code were verified. A new code is requested as often as
    the limit allows, all of them within a window."""
    eve, seen, evaluated = Shopper(shop), Counter[int](), Counter[str]()
    way = "account/sign-in/code" if purpose == "sign_in" else "account/password-reset"
    more = {} if purpose == "sign_in" else {"password": PASSWORD}
    challenge = eve.ask(purpose, email=ADA)
    wrong = wrong_code(code_of(shop, challenge))
    for _ in range(guesses):
        answer = eve.call("POST", way, {"challenge": challenge, "code": wrong} | more)
        seen[answer.status_code] += 1
        if answer.status_code == 403:
            evaluated[challenge] += 1
            continue
        requested = eve.call("POST", "account/codes", {"email": ADA, "purpose": purpose})
        if requested.status_code == 202:
            challenge = requested.get_json()["challenge"]
            wrong = wrong_code(code_of(shop, challenge))
    return seen, evaluated


def check_passwords(shop: Shop, guesses: int) -> None:
    with counting(shop) as counted:
        seen = guess_passwords(shop, guesses, timedelta(0))
    assert seen == {401: PASSWORD_ATTEMPTS, 429: guesses - PASSWORD_ATTEMPTS}
    assert counted.verified == PASSWORD_ATTEMPTS


def check_codes(shop: Shop, purpose: str, guesses: int, codes_before: int) -> None:
    seen, evaluated = guess_codes(shop, purpose, guesses)
    assert set(seen) == {403, 429}
    assert max(evaluated.values()) <= ATTEMPTS_PER_CODE <= 20
    assert sum(evaluated.values()) <= (CODE_REQUESTS - codes_before) * ATTEMPTS_PER_CODE <= 100


def test_of_many_passwords_only_a_few_are_verified(shop: Shop, ada: Shopper) -> None:
    check_passwords(shop, A_FEW)


@pytest.mark.parametrize("purpose", ["sign_in", "reset"])
def test_of_many_codes_only_a_few_are_verified(shop: Shop, ada: Shopper, purpose: str) -> None:
    check_codes(shop, purpose, A_FEW, codes_before=1)


@pytest.mark.soak
def test_of_10000_passwords_at_most_100_are_verified(shop: Shop, ada: Shopper) -> None:
    check_passwords(shop, 10_000)


@pytest.mark.soak
def test_of_10000_passwords_over_a_day_at_most_100_are_verified(shop: Shop, ada: Shopper) -> None:
    with counting(shop) as counted:
        guess_passwords(shop, 10_000, DAY / 10_001)
    assert counted.verified == PASSWORD_ATTEMPTS_A_DAY


@pytest.mark.soak
@pytest.mark.parametrize("purpose", ["sign_in", "reset"])
def test_of_10000_codes_at_most_100_are_verified(shop: Shop, ada: Shopper, purpose: str) -> None:
    check_codes(shop, purpose, 10_000, codes_before=1)


def test_the_same_guessing_detects_a_limit_that_does_not_count(
    shop: Shop, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "consume", lambda *_, **__: True)
    with pytest.raises(AssertionError):
        check_passwords(shop, A_FEW)
    with pytest.raises(AssertionError):
        check_codes(shop, "sign_in", A_FEW, codes_before=1)


def test_over_a_day_100_passwords_are_verified_and_a_code_still_works(
    shop: Shop, ada: Shopper
) -> None:
    with counting(shop) as counted:
        seen = guess_passwords(shop, 140, WINDOW / PASSWORD_ATTEMPTS)
    assert counted.verified == PASSWORD_ATTEMPTS_A_DAY
    assert seen[429] == 40
    right = {"email": ADA, "password": PASSWORD}
    assert ada.call("POST", "account/sign-in/password", right).status_code == 429
    assert Shopper(shop).sign_in()["new"] is False


def test_a_victim_waits_15_minutes_at_most(shop: Shop, ada: Shopper) -> None:
    guess_passwords(shop, PASSWORD_ATTEMPTS + 5, timedelta(0))
    guess_codes(shop, "sign_in", 60)
    right = {"email": ADA, "password": PASSWORD}
    ada = Shopper(shop)
    assert ada.call("POST", "account/sign-in/password", right).status_code == 429
    assert ada.call("POST", "account/codes", {"email": ADA}).status_code == 429
    shop.clock.advance(WINDOW)
    assert ada.call("POST", "account/sign-in/password", right).status_code == 200
    assert Shopper(shop).sign_in()["new"] is False


def test_the_right_password_resets_the_attempts(shop: Shop, ada: Shopper) -> None:
    right = {"email": ADA, "password": PASSWORD}
    for _ in range(3):
        guess_passwords(shop, PASSWORD_ATTEMPTS - 1, timedelta(0))
        assert Shopper(shop).call("POST", "account/sign-in/password", right).status_code == 200


def test_code_requests_all_day_give_longer_codes(shop: Shop) -> None:
    """Guessing for weeks is then useless, and the shopper can still sign in."""
    lengths = []
    for _ in range(SHORT_CODES_A_DAY + 5):
        lengths.append(len(code_of(shop, Shopper(shop).ask(email=ADA))))
        shop.clock.advance(WINDOW / CODE_REQUESTS)
    assert lengths == [6] * SHORT_CODES_A_DAY + [8] * 5
    assert Shopper(shop).sign_in()["new"]
    shop.clock.advance(DAY)
    assert len(code_of(shop, Shopper(shop).ask(email=ADA))) == 6


def test_wrong_passwords_for_a_change_are_limited_too(shop: Shop, ada: Shopper) -> None:
    shop.clock.advance(timedelta(minutes=16))
    body = {"current": "a guess", "password": "the one of a thief"}
    seen = Counter(ada.call("PUT", "account/password", body).status_code for _ in range(30))
    assert seen == {403: PASSWORD_ATTEMPTS, 429: 30 - PASSWORD_ATTEMPTS}

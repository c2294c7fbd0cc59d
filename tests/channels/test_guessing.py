"""Whoever guesses is stopped, whoever is guessed at is not locked out, and nobody learns who has an account."""

import math
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core import budgets
from app.core.accounts import tries
from app.core.accounts.tries import (
    CODES,
    DAY,
    PASSWORDS,
    PASSWORDS_A_DAY,
    SHORT_CODES_A_DAY,
    TRIES_PER_CODE,
    WINDOW,
)
from app.core.errors import Unauthorised
from tests.core.test_statement_budgets import statements
from tests.shop import Shop
from tests.shopper import ADA, PASSWORD, Shopper, code_of, wrong_code

A_FEW = 150
"""Guesses of an ordinary run; more than are evaluated of any kind in a window."""


class Passwords:
    """The port, counting: a guess that was evaluated is one hash."""

    def __init__(self, real: Any) -> None:
        self.real, self.verified = real, 0

    def hash(self, password: str) -> str:
        return str(self.real.hash(password))

    def verify(self, hashed: str | None, password: str) -> bool:
        self.verified += 1
        return bool(self.real.verify(hashed, password))


@contextmanager
def counting(shop: Shop) -> Iterator[Passwords]:
    ports = shop.performer.ports
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
    """The statuses; time goes on by `every` between two."""
    eve, seen = Shopper(shop), Counter[int]()
    for number in range(guesses):
        body = {"email": ADA, "password": f"guess {number}"}
        seen[eve.call("POST", "account/sign-in/password", body).status_code] += 1
        shop.clock.advance(every)
    return seen


def guess_codes(shop: Shop, purpose: str, guesses: int) -> tuple[Counter[int], Counter[str]]:
    """The statuses, and how many guesses at each code were evaluated: a new one is asked for as often as it
    is given. All of them within a window."""
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
        asked = eve.call("POST", "account/codes", {"email": ADA, "purpose": purpose})
        if asked.status_code == 202:
            challenge = asked.get_json()["challenge"]
            wrong = wrong_code(code_of(shop, challenge))
    return seen, evaluated


def check_passwords(shop: Shop, guesses: int) -> None:
    with counting(shop) as counted:
        seen = guess_passwords(shop, guesses, timedelta(0))
    assert seen == {401: PASSWORDS, 429: guesses - PASSWORDS}
    assert counted.verified == PASSWORDS


def check_codes(shop: Shop, purpose: str, guesses: int, codes_before: int) -> None:
    seen, evaluated = guess_codes(shop, purpose, guesses)
    assert set(seen) == {403, 429}
    assert max(evaluated.values()) <= TRIES_PER_CODE <= 20
    assert sum(evaluated.values()) <= (CODES - codes_before) * TRIES_PER_CODE <= 100


def test_of_many_passwords_only_a_few_are_evaluated(shop: Shop, ada: Shopper) -> None:
    check_passwords(shop, A_FEW)


@pytest.mark.parametrize("purpose", ["sign_in", "reset"])
def test_of_many_codes_only_a_few_are_evaluated(shop: Shop, ada: Shopper, purpose: str) -> None:
    check_codes(shop, purpose, A_FEW, codes_before=1)


@pytest.mark.soak
def test_of_10000_passwords_at_most_100_are_evaluated(shop: Shop, ada: Shopper) -> None:
    check_passwords(shop, 10_000)


@pytest.mark.soak
def test_of_10000_passwords_over_a_day_at_most_100_are_evaluated(shop: Shop, ada: Shopper) -> None:
    with counting(shop) as counted:
        guess_passwords(shop, 10_000, DAY / 10_001)
    assert counted.verified == PASSWORDS_A_DAY


@pytest.mark.soak
@pytest.mark.parametrize("purpose", ["sign_in", "reset"])
def test_of_10000_codes_at_most_100_are_evaluated(shop: Shop, ada: Shopper, purpose: str) -> None:
    check_codes(shop, purpose, 10_000, codes_before=1)


def test_the_same_guessing_finds_a_budget_that_is_not_spent(
    shop: Shop, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "spend", lambda *_, **__: True)
    with pytest.raises(AssertionError):
        check_passwords(shop, A_FEW)
    with pytest.raises(AssertionError):
        check_codes(shop, "sign_in", A_FEW, codes_before=1)


def test_over_a_day_100_passwords_are_evaluated_and_a_code_still_opens(
    shop: Shop, ada: Shopper
) -> None:
    with counting(shop) as counted:
        seen = guess_passwords(shop, 140, WINDOW / PASSWORDS)
    assert counted.verified == PASSWORDS_A_DAY
    assert seen[429] == 40
    right = {"email": ADA, "password": PASSWORD}
    assert ada.call("POST", "account/sign-in/password", right).status_code == 429
    assert Shopper(shop).sign_in()["new"] is False


def test_a_victim_waits_15_minutes_at_most(shop: Shop, ada: Shopper) -> None:
    guess_passwords(shop, PASSWORDS + 5, timedelta(0))
    guess_codes(shop, "sign_in", 60)
    right = {"email": ADA, "password": PASSWORD}
    ada = Shopper(shop)
    assert ada.call("POST", "account/sign-in/password", right).status_code == 429
    assert ada.call("POST", "account/codes", {"email": ADA}).status_code == 429
    shop.clock.advance(WINDOW)
    assert ada.call("POST", "account/sign-in/password", right).status_code == 200
    assert Shopper(shop).sign_in()["new"] is False


def test_the_right_password_gives_the_tries_back(shop: Shop, ada: Shopper) -> None:
    right = {"email": ADA, "password": PASSWORD}
    for _ in range(3):
        guess_passwords(shop, PASSWORDS - 1, timedelta(0))
        assert Shopper(shop).call("POST", "account/sign-in/password", right).status_code == 200


def test_whoever_asks_for_codes_all_day_is_given_longer_ones(shop: Shop) -> None:
    """So that guessing on for weeks brings nothing, and the shopper gets in all the same."""
    lengths = []
    for _ in range(SHORT_CODES_A_DAY + 5):
        lengths.append(len(code_of(shop, Shopper(shop).ask(email=ADA))))
        shop.clock.advance(WINDOW / CODES)
    assert lengths == [6] * SHORT_CODES_A_DAY + [8] * 5
    assert Shopper(shop).sign_in()["new"]
    shop.clock.advance(DAY)
    assert len(code_of(shop, Shopper(shop).ask(email=ADA))) == 6


def test_a_wrong_password_for_a_change_has_a_budget_too(shop: Shop, ada: Shopper) -> None:
    shop.clock.advance(timedelta(minutes=16))
    body = {"current": "a guess", "password": "the one of a thief"}
    seen = Counter(ada.call("PUT", "account/password", body).status_code for _ in range(30))
    assert seen == {403: PASSWORDS, 429: 30 - PASSWORDS}


# Known and unknown.

UNKNOWN = "nobody@example.com"


def both(shop: Shop, call: Callable[[str], Any]) -> tuple[Any, Any]:
    """Status, body and headers of a call for a known and for an unknown address."""
    answers = [call(address) for address in (ADA, UNKNOWN)]
    return tuple(
        (one.status_code, set(one.headers.keys()), shape(one.get_json())) for one in answers
    )  # type: ignore[return-value]  # two


def shape(body: dict[str, Any]) -> dict[str, Any]:
    """The body without what is another each time."""
    return {name: value for name, value in body.items() if name != "challenge"}


@pytest.mark.parametrize("purpose", ["sign_in", "reset"])
def test_asking_for_a_code_is_answered_alike(shop: Shop, ada: Shopper, purpose: str) -> None:
    known, unknown = both(
        shop,
        lambda address: Shopper(shop).call(
            "POST", "account/codes", {"email": address, "purpose": purpose}
        ),
    )
    assert known == unknown


def test_a_wrong_password_is_answered_alike_to_the_last_try(shop: Shop, ada: Shopper) -> None:
    for _ in range(PASSWORDS + 2):
        known, unknown = both(
            shop,
            lambda address: Shopper(shop).call(
                "POST", "account/sign-in/password", {"email": address, "password": "wrong"}
            ),
        )
        assert known == unknown


def work(shop: Shop, path: str, body: dict[str, Any]) -> tuple[list[str], int]:
    """The statements and hashes that a call takes."""
    with counting(shop) as counted, statements(shop.engine) as seen:
        Shopper(shop).call("POST", path, body)
    return [" ".join(statement.split()) for statement in seen], counted.verified


def test_known_and_unknown_addresses_take_the_same_statements_and_hashes(
    shop: Shop, ada: Shopper
) -> None:
    for path, body in (
        ("account/codes", {}),
        ("account/codes", {"purpose": "reset"}),
        ("account/sign-in/password", {"password": "wrong"}),
    ):
        known, unknown = (work(shop, path, {"email": one, **body}) for one in (ADA, UNKNOWN))
        assert known == unknown
        assert known[1] == (1 if "password" in body else 0)


def test_the_same_comparison_sees_a_hash_that_is_left_out(
    shop: Shop, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.core.accounts import passwords, sign_in_by_password

    def hurried(tx: Any, who: Any) -> Any:
        found = passwords.of_address(tx, who)
        if found is None:
            raise Unauthorised("Address and password do not fit.")
        return found

    class Hurried:
        of_address = staticmethod(hurried)

    monkeypatch.setattr(sign_in_by_password, "passwords", Hurried)
    known, unknown = (
        work(shop, "account/sign-in/password", {"email": one, "password": "wrong"})
        for one in (ADA, UNKNOWN)
    )
    assert known != unknown


def timings(shop: Shop, pairs: int) -> list[float]:
    """How much longer a wrong password for the known address took, seconds; in turns, so that what slows the
    machine slows both."""
    differences = []
    eve = Shopper(shop)
    for number in range(pairs):
        took = {}
        for address in (ADA, UNKNOWN) if number % 2 else (UNKNOWN, ADA):
            shop.change("DELETE FROM budgets")
            began = time.perf_counter()
            eve.call("POST", "account/sign-in/password", {"email": address, "password": "wrong"})
            took[address] = time.perf_counter() - began
        differences.append(took[ADA] - took[UNKNOWN])
    return differences


def sign_test(differences: list[float]) -> float:
    """How many standard deviations the number of longer ones is from a half: 4 happens once in 16,000 runs."""
    longer = sum(one > 0 for one in differences)
    return abs(longer - len(differences) / 2) / (math.sqrt(len(differences)) / 2)


@pytest.mark.soak
def test_200_paired_timings_of_known_and_unknown_differ_by_no_more_than_noise(
    shop: Shop, ada: Shopper
) -> None:
    differences = timings(shop, 200)
    assert sign_test(differences) < 4
    spread = statistics.stdev(differences) / len(differences) ** 0.5
    assert abs(statistics.mean(differences)) < 4 * spread


def test_the_sign_test_sees_three_milliseconds_and_no_noise() -> None:
    noise = [0.001 * (-1) ** number * (1 + number / 100) for number in range(200)]
    assert sign_test(noise) < 1
    assert sign_test([one + 0.003 for one in noise]) > 4


def test_no_address_and_no_code_is_left_in_clear(shop: Shop) -> None:
    ada = Shopper(shop)
    code = ada.read(ada.ask(email=ADA))
    guess_passwords(shop, 3, timedelta(0))
    with shop.engine.connect() as connection:
        for table in ("account_challenges", "budgets", "events", "stored_answers"):
            rows = str(connection.execute(text(f"SELECT t::text FROM {table} t")).all())
            assert ADA not in rows, table
            assert code not in rows, table
    assert tries.TRIES_PER_CODE <= 20

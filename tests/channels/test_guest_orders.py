"""Neither the response nor its time reveals whether an account with an address exists."""

import math
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.accounts import attempt_limits
from app.core.accounts.attempt_limits import PASSWORD_ATTEMPTS
from app.core.errors import Unauthorised
from tests.channels.test_guessing import counting, guess_passwords
from tests.core.test_statement_budgets import statements
from tests.drivers.shop import Shop
from tests.drivers.shopper import ADA, PASSWORD, Shopper


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shopper = Shopper(shop)
    shopper.sign_in(password=PASSWORD)
    return shopper


UNKNOWN = "nobody@example.com"


def both(shop: Shop, call: Callable[[str], Any]) -> tuple[Any, Any]:
    """Return status, body and headers of a call for a known and for an unknown address."""
    answers = [call(address) for address in (ADA, UNKNOWN)]
    return tuple(
        (one.status_code, set(one.headers.keys()), shape(one.get_json())) for one in answers
    )  # type: ignore[return-value]  # two


def shape(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body without the values that differ each time."""
    return {name: value for name, value in body.items() if name != "challenge"}


@pytest.mark.parametrize("purpose", ["sign_in", "reset"])
def test_a_code_request_gets_the_same_response(shop: Shop, ada: Shopper, purpose: str) -> None:
    known, unknown = both(
        shop,
        lambda address: Shopper(shop).call(
            "POST", "account/codes", {"email": address, "purpose": purpose}
        ),
    )
    assert known == unknown


def test_a_wrong_password_gets_the_same_response_to_the_last_attempt(
    shop: Shop, ada: Shopper
) -> None:
    for _ in range(PASSWORD_ATTEMPTS + 2):
        known, unknown = both(
            shop,
            lambda address: Shopper(shop).call(
                "POST", "account/sign-in/password", {"email": address, "password": "wrong"}
            ),
        )
        assert known == unknown


def work(shop: Shop, path: str, body: dict[str, Any]) -> tuple[list[str], int]:
    """Return the statements and hashes of a call."""
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


def test_the_same_comparison_detects_a_missing_hash(
    shop: Shop, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.core.accounts import passwords, sign_in

    def hurried(tx: Any, who: Any) -> Any:
        found = passwords.find_by_address(tx, who)
        if found is None:
            raise Unauthorised("Address and password do not fit.")
        return found

    class Hurried:
        find_by_address = staticmethod(hurried)

    monkeypatch.setattr(sign_in, "passwords", Hurried)
    known, unknown = (
        work(shop, "account/sign-in/password", {"email": one, "password": "wrong"})
        for one in (ADA, UNKNOWN)
    )
    assert known != unknown


def timings(shop: Shop, pairs: int) -> list[float]:
    """Return how much longer a wrong password for the known address took, in seconds. The pairs alternate, so
    that a slow machine slows both."""
    differences = []
    eve = Shopper(shop)
    for number in range(pairs):
        took = {}
        for address in (ADA, UNKNOWN) if number % 2 else (UNKNOWN, ADA):
            shop.change("DELETE FROM rate_limits")
            began = time.perf_counter()
            eve.call("POST", "account/sign-in/password", {"email": address, "password": "wrong"})
            took[address] = time.perf_counter() - began
        differences.append(took[ADA] - took[UNKNOWN])
    return differences


def sign_test(differences: list[float]) -> float:
    """Return how many standard deviations the number of longer ones is from a half: 4 happens once in 16,000
    runs."""
    longer = sum(one > 0 for one in differences)
    return abs(longer - len(differences) / 2) / (math.sqrt(len(differences)) / 2)


@pytest.mark.soak
def test_200_paired_timings_of_known_and_unknown_differ_only_by_noise(
    shop: Shop, ada: Shopper
) -> None:
    differences = timings(shop, 200)
    assert sign_test(differences) < 4
    spread = statistics.stdev(differences) / len(differences) ** 0.5
    assert abs(statistics.mean(differences)) < 4 * spread


def test_the_sign_test_detects_three_milliseconds_and_no_noise() -> None:
    noise = [0.001 * (-1) ** number * (1 + number / 100) for number in range(200)]
    assert sign_test(noise) < 1
    assert sign_test([one + 0.003 for one in noise]) > 4


def test_no_address_and_no_code_is_stored_in_clear_text(shop: Shop) -> None:
    ada = Shopper(shop)
    code = ada.read(ada.ask(email=ADA))
    guess_passwords(shop, 3, timedelta(0))
    for table in ("account_challenges", "rate_limits", "events", "idempotency_keys"):
        rows = shop.text_of(table)
        assert ADA not in rows, table
        assert code not in rows, table
    assert attempt_limits.ATTEMPTS_PER_CODE <= 20

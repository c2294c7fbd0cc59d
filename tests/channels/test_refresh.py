"""Refresh tokens: each works once, a stolen one is detected, a lost response can be repeated."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.config import Settings
from app.core.accounts import refresh_tokens as refreshing
from app.core.accounts.refresh_tokens import REFRESH_RETRY_WINDOW
from app.wiring import make_app
from tests.concurrency import at_once
from tests.drivers.shop import Shop
from tests.drivers.shopper import DEVICE, Shopper


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shopper = Shopper(shop, app=True)
    shopper.sign_in()
    return shopper


def ended(shop: Shop) -> list[str]:
    return [payload["reason"] for payload in shop.payloads("account.session_ended")]


def test_a_token_is_replaced_by_a_new_one(ada: Shopper) -> None:
    first = ada.tokens["refresh_token"]
    second = ada.refresh().get_json()["refresh_token"]
    third = ada.refresh(second).get_json()["refresh_token"]
    assert len({first, second, third}) == 3


def test_a_lost_response_is_repeated_to_the_same_device(shop: Shop, ada: Shopper) -> None:
    lost = ada.refresh()
    shop.clock.advance(REFRESH_RETRY_WINDOW)
    again = ada.refresh()
    assert (again.status_code, again.data) == (200, lost.data)


def test_a_repetition_after_a_minute_ends_the_session(shop: Shop, ada: Shopper) -> None:
    newest = ada.refresh().get_json()
    shop.clock.advance(REFRESH_RETRY_WINDOW + timedelta(seconds=1))
    assert ada.refresh().status_code == 401
    assert ada.refresh(newest["refresh_token"]).status_code == 401
    ada.tokens = newest
    assert ada.call("GET", "account").status_code == 401
    assert ended(shop) == ["token_reused"]


def test_a_token_before_the_last_is_always_refused(shop: Shop, ada: Shopper) -> None:
    second = ada.refresh().get_json()["refresh_token"]
    third = ada.refresh(second).get_json()["refresh_token"]
    assert ada.refresh().status_code == 401
    assert ada.refresh(third).status_code == 401
    assert ended(shop) == ["token_reused"]


@pytest.mark.parametrize("used", [True, False])
def test_a_thief_without_the_device_secret_is_detected(
    shop: Shop, ada: Shopper, used: bool
) -> None:
    if used:
        ada.refresh()
    assert ada.refresh(device="the device of another person").status_code == 401
    assert ada.refresh().status_code == 401
    assert ended(shop) == ["token_reused"]


def test_without_a_device_secret_no_repetition_is_allowed(shop: Shop) -> None:
    ada = Shopper(shop, app=True)
    ada.sign_in(device=None)
    body = {"refresh_token": ada.tokens["refresh_token"]}
    answers = [ada.call("POST", "account/refresh", body).status_code for _ in range(2)]
    assert answers == [200, 401]


@pytest.mark.parametrize("change", ["other session", "next generation", "other mark", "nonsense"])
def test_a_forged_token_is_refused_and_ends_nothing(shop: Shop, ada: Shopper, change: str) -> None:
    session, generation, mark = ada.tokens["refresh_token"].split(".")
    other = Shopper(shop, app=True).sign_in()["session"]
    forged = {
        "other session": f"{other}.{generation}.{mark}",
        "next generation": f"{session}.2.{mark}",
        "other mark": f"{session}.{generation}.{'A' * 22}",
        "nonsense": "ä..",
    }[change]
    assert ada.refresh(forged).status_code == 401
    assert ada.refresh().status_code == 200
    assert ended(shop) == []


@pytest.fixture
def wide(shop: Shop, settings: Settings) -> Iterator[Flask]:
    """Return the same shop, served by 50 threads with a connection each."""
    app = make_app(replace(settings, threads=50), clock=shop.clock)
    yield app
    app.extensions["engine"].dispose()


def refreshed_50_times(app: Flask, ada: Shopper) -> list[int]:
    """Return the statuses of 50 simultaneous refreshes."""
    body = {"refresh_token": ada.tokens["refresh_token"], "device": DEVICE}
    headers = {"X-Client-Key": ada.shop.keys["app"]}

    def refresh() -> TestResponse:
        return app.test_client().post("/api/v1/account/refresh", json=body, headers=headers)

    answers = at_once(*[refresh] * 50)
    assert len({one.data for one in answers if one.status_code == 200}) <= 1, "different tokens"
    return [one.status_code for one in answers]


def test_50_simultaneous_refreshes_of_one_token_all_get_one_successor(
    shop: Shop, ada: Shopper, wide: Flask
) -> None:
    """One family, one generation on: the first refresh rotates the token, the 49 others get the same tokens."""
    assert refreshed_50_times(wide, ada) == [200] * 50
    session = shop.account_session()
    assert (session.generation, session.ended_at) == (2, None)


def test_the_same_storm_detects_a_rotation_that_reads_before_it_writes(
    ada: Shopper, wide: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its condition on the generation, each of the 50 would be a rotation of its own."""
    careless = str(refreshing._ROTATE.text).replace("AND generation = :generation", "")
    monkeypatch.setattr(refreshing, "_ROTATE", text(careless))
    with pytest.raises(AssertionError, match="different tokens"):
        refreshed_50_times(wide, ada)

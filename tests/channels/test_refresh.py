"""Refresh tokens: each works once, a stolen one is found out, a lost answer is forgiven."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core.accounts import refresh as refreshing
from app.core.accounts.sessions import FORGIVEN
from tests.rivals import at_once
from tests.shop import Shop
from tests.shopper import Shopper


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shopper = Shopper(shop, app=True)
    shopper.sign_in()
    return shopper


def ended(shop: Shop) -> list[str]:
    found = shop.rows("SELECT payload->>'because' FROM events WHERE kind = 'account.session_ended'")
    return [because for (because,) in found]


def test_a_token_is_renewed_and_the_new_one_is_another(ada: Shopper) -> None:
    first = ada.tokens["refresh_token"]
    second = ada.refresh().get_json()["refresh_token"]
    third = ada.refresh(second).get_json()["refresh_token"]
    assert len({first, second, third}) == 3


def test_a_lost_answer_is_forgiven_to_the_same_device_with_the_same_tokens(
    shop: Shop, ada: Shopper
) -> None:
    lost = ada.refresh()
    shop.clock.advance(FORGIVEN)
    again = ada.refresh()
    assert (again.status_code, again.data) == (200, lost.data)


def test_it_is_not_forgiven_after_a_minute_and_the_session_ends(shop: Shop, ada: Shopper) -> None:
    newest = ada.refresh().get_json()
    shop.clock.advance(FORGIVEN + timedelta(seconds=1))
    assert ada.refresh().status_code == 401
    assert ada.refresh(newest["refresh_token"]).status_code == 401
    ada.tokens = newest
    assert ada.call("GET", "account").status_code == 401
    assert ended(shop) == ["token_reused"]


def test_a_token_before_the_last_is_never_forgiven(shop: Shop, ada: Shopper) -> None:
    second = ada.refresh().get_json()["refresh_token"]
    third = ada.refresh(second).get_json()["refresh_token"]
    assert ada.refresh().status_code == 401
    assert ada.refresh(third).status_code == 401
    assert ended(shop) == ["token_reused"]


@pytest.mark.parametrize("used", [True, False])
def test_a_thief_without_the_device_is_found_out(shop: Shop, ada: Shopper, used: bool) -> None:
    if used:
        ada.refresh()
    assert ada.refresh(device="the device of somebody else").status_code == 401
    assert ada.refresh().status_code == 401
    assert ended(shop) == ["token_reused"]


def test_without_a_device_nothing_is_forgiven(shop: Shop) -> None:
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


def refreshed_50_times(shop: Shop, token: str) -> list[int]:
    """The statuses; eight at once is what one process takes, so they come in bunches of that size."""
    phones = [Shopper(shop, app=True) for _ in range(50)]
    answers = []
    for bunch in range(0, 50, 8):
        works = [lambda phone=phone: phone.refresh(token) for phone in phones[bunch : bunch + 8]]
        answers += at_once(*works)
    bodies = {answer.data for answer in answers if answer.status_code == 200}
    assert len(bodies) <= 1, "they got different tokens"
    return [answer.status_code for answer in answers]


def test_of_50_refreshes_of_one_token_all_get_the_same_one_successor(
    shop: Shop, ada: Shopper
) -> None:
    """One family, one generation on: the first of them rotates, the 49 others are given the same tokens."""
    assert refreshed_50_times(shop, ada.tokens["refresh_token"]) == [200] * 50
    assert shop.rows("SELECT generation, ended_at FROM account_sessions") == [(2, None)]


def test_the_same_storm_catches_a_rotation_that_asks_before_it_writes(
    shop: Shop, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its condition on the generation, each of the 50 would be a rotation of its own."""
    careless = str(refreshing._ROTATE.text).replace("AND generation = :generation", "")
    monkeypatch.setattr(refreshing, "_ROTATE", text(careless))
    with pytest.raises(AssertionError, match="different tokens"):
        refreshed_50_times(shop, ada.tokens["refresh_token"])

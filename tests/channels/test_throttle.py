"""The coarse throttle by address refuses floods and no other requests."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from limits.storage import MemoryStorage

from app.channels.http.throttle import A_MINUTE
from app.config import Settings
from app.wiring import make_app
from tests.drivers.shop import Shop
from tests.fakes.ports import FakeJobQueue, fake_channels

Door = Callable[..., Flask]


@pytest.fixture
def door(shop: Shop, settings: Settings) -> Iterator[Door]:
    """Return a function that makes applications of the shop with other settings."""
    made: list[Flask] = []

    def make(**different: Any) -> Flask:
        changed = replace(settings, throttle=1, **different)
        made.append(
            make_app(changed, jobs=FakeJobQueue(), channels=fake_channels(), clock=shop.clock)
        )
        return made[-1]

    yield make
    for app in made:
        app.extensions["engine"].dispose()


def calls(app: Flask, path: str, number: int, **headers: str) -> Counter[int]:
    client = app.test_client()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    seen = [
        client.post(urljoin("/api/v1/", path), json={}, headers=sent).status_code
        for _ in range(number)
    ]
    return Counter(seen)


CALLS = [
    ("carts", "carts", 201),
    ("carts/7ccef234-63d8-46d3-ab16-78aaf119c8b1/checkout", "checkout", 401),
    ("account/sign-in/password", "sign_in", 422),
    ("account/password-reset", "sign_in", 422),
    ("account/refresh", "sign_in", 422),
    ("account/codes", "mails", 422),
    ("/api/admin/v1/sessions", "sign_in", 422),
    ("/api/admin/v1/invitations/accept", "sign_in", 422),
    ("/api/pos/v1/pair", "sign_in", 422),
]


@pytest.mark.parametrize(("path", "what", "status"), CALLS)
def test_a_flood_from_one_address_is_refused(door: Door, path: str, what: str, status: int) -> None:
    limit = A_MINUTE[what]
    assert calls(door(), path, limit + 3) == {status: limit, 429: 3}


def test_a_refusal_says_when_to_retry(door: Door) -> None:
    app = door()
    calls(app, "account/codes", A_MINUTE["mails"])
    answer = app.test_client().post("/api/v1/account/codes", json={})
    assert answer.get_json()["code"] == "too_many_requests"
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_all_ways_to_sign_in_share_one_throttle(door: Door) -> None:
    app, half = door(), A_MINUTE["sign_in"] // 2
    for way in ("password", "code"):
        assert calls(app, f"account/sign-in/{way}", half) == {422: half}
    assert calls(app, "account/sign-in/passkey", 1) == {429: 1}
    assert app.test_client().get("/api/v1/products").status_code == 200


def test_shoppers_behind_our_proxy_are_counted_separately(door: Door) -> None:
    app, limit = door(trusted_proxies=1), A_MINUTE["mails"]
    assert calls(app, "account/codes", limit + 1, X_Forwarded_For="203.0.113.7")[429] == 1
    assert calls(app, "account/codes", 1, X_Forwarded_For="203.0.113.8") == {422: 1}
    assert calls(app, "account/codes", 1, X_Forwarded_For="203.0.113.8, 203.0.113.7") == {429: 1}


def test_without_a_proxy_a_client_cannot_choose_its_address(door: Door) -> None:
    app, limit = door(), A_MINUTE["mails"]
    seen = Counter[int]()
    for number in range(limit + 1):
        seen += calls(app, "account/codes", 1, X_Forwarded_For=f"203.0.113.{number}")
    assert seen[429] == 1


def test_requests_pass_if_the_counter_store_fails(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store of the counters is unavailable: the limits in the database still hold."""

    def away(*_: object, **__: object) -> int:
        raise ConnectionError

    monkeypatch.setattr(MemoryStorage, "incr", away)
    app = door()
    assert calls(app, "account/codes", A_MINUTE["mails"] + 3)[429] == 0


def test_the_throttle_can_be_switched_off_for_load_tests(shop: Shop) -> None:
    seen = calls(shop.app, "account/codes", A_MINUTE["mails"] + 3)
    assert set(seen) == {422}

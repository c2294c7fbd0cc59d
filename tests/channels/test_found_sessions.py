"""A person who finds an open session, for example at a shared browser, cannot take over the account."""

from datetime import timedelta

import pytest

from app.core.accounts.sessions import RECENT_SIGN_IN
from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop
from tests.drivers.shopper import PASSWORD, Shopper

KEPT = [
    ("POST", "account/contact-methods", {"email": "eve@example.com"}),
    ("POST", "account/passkeys/options", None),
    ("PUT", "account/password", {"password": PASSWORD}),
]


@pytest.mark.parametrize(("method", "path", "body"), KEPT)
def test_a_sign_in_method_can_only_be_added_soon_after_a_sign_in(
    shop: Shop, method: str, path: str, body: dict[str, str] | None
) -> None:
    ada = Shopper(shop)
    ada.sign_in()
    assert ada.call(method, path, body).status_code < 300
    shop.clock.advance(RECENT_SIGN_IN + timedelta(seconds=1))
    assert refusal(ada.call(method, path, body)) == (403, "forbidden")
    assert ada.call("GET", "account").status_code == 200
    ada.sign_in()
    assert ada.call(method, path, body).status_code < 300

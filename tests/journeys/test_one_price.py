"""J8 of the journeys, for web and app: one price everywhere, and the same after it was frozen."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.core import money
from app.core.pricing.engine.quote_tokens import parse_qr
from tests.data import rows
from tests.drivers.shop import LEEDS, Placed, Shop, checkout_body, new_key

API = "/api/v1"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """SHIRTs for £9.99, and a coupon for £5.00 off."""
    shop.stock("SHIRT", 999, lds=20)
    with shop.engine.begin() as connection:
        coupon = {"coupon": True}
        rows.make_promotion(
            connection,
            "FIVE",
            "amount",
            {"amount": 500},
            title="Five pounds off",
            conditions=coupon,
        )
        rows.make_coupon(connection, "SAVE-5", "FIVE")
    return shop


class Channel:
    """A program that sells: the web shop, or with its key the app."""

    def __init__(self, shop: Shop, key: str | None = None) -> None:
        self.shop = shop
        self.headers = {"X-Client-Key": key} if key else {}

    def call(self, method: str, path: str, token: str = "", body: Any = None) -> dict[str, Any]:
        headers = {**self.headers, "Idempotency-Key": new_key()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = self.shop.client.open(f"{API}/{path}", method=method, headers=headers, json=body)
        assert answer.status_code in (200, 201), answer.get_json()
        return dict(answer.get_json())

    def cart(self, sku: str, units: int, coupon: str | None = None) -> dict[str, Any]:
        begun = self.call("POST", "carts")
        path, token = f"carts/{begun['id']}", begun["token"]
        self.call("PUT", f"{path}/lines/{sku}", token, {"quantity": units})
        if coupon:
            self.call("PUT", f"{path}/coupons/{coupon}", token)
        chosen = {"type": "pickup", "location": LEEDS}
        return {**self.call("PUT", f"{path}/fulfilment", token, chosen), "token": token}

    def order(self, cart: dict[str, Any], **more: Any) -> Placed:
        body = {**checkout_body(cart["quote"]["total"]), **more}
        placed = self.call("POST", f"carts/{cart['id']}/checkout", cart["token"], body)
        return Placed(placed["number"], placed["token"], placed["fulfilments"][0]["code"], placed)


def channels(shop: Shop) -> list[Channel]:
    return [Channel(shop), Channel(shop, shop.keys["app"])]


def figures(priced: dict[str, Any]) -> list[int]:
    return [priced["total"], priced["tax"], priced["net"]]


def test_j8_web_and_app_show_the_same_price_and_the_same_hash(stocked: Shop) -> None:
    quotes = [one.cart("SHIRT", 3, "save 5")["quote"] for one in channels(stocked)]
    assert [figures(quote) for quote in quotes] == [[2497, 416, 2081]] * 2
    assert quotes[0] == quotes[1]
    assert sorted(cart.sales_channel for cart in stocked.cart_records()) == ["app", "web"]


def test_j8_an_order_freezes_the_price_and_its_units_are_refunded_by_shares(stocked: Shop) -> None:
    for channel in channels(stocked):
        cart = channel.cart("SHIRT", 3, "SAVE-5")
        placed = channel.order(cart)
        assert placed.body["quote_hash"] == cart["quote"]["hash"]
        [line] = stocked.seen(placed)["lines"]
        refunds = [money.share(line["total"], 3, unit, 1) for unit in range(3)]
        taxes = [money.share(line["tax"], 3, unit, 1) for unit in range(3)]
        assert (refunds, taxes) == ([832, 833, 832], [139, 138, 139])
        assert [sum(refunds), sum(taxes)] == [2497, 416]
    assert stocked.violations() == {}


def test_j8_a_quote_of_23_58_is_honoured_at_00_05_after_the_end_of_its_promotion(
    shop: Shop,
) -> None:
    shop.stock("SHIRT", 999, lds=20)
    here = shop.clock.now().astimezone(ZoneInfo("Europe/London"))
    shop.clock.advance(here.replace(hour=23, minute=58) - here)
    last_second = {"ends": f"{here:%Y-%m-%d}T23:59:59"}
    shop.promote("amount", {"amount": 500}, title="Five pounds off", conditions=last_second)
    carts = [channel.cart("SHIRT", 3) for channel in channels(shop)]
    signed = [
        channel.call("POST", f"carts/{cart['id']}/quote", cart["token"])
        for channel, cart in zip(channels(shop), carts, strict=True)
    ]
    shop.clock.advance(timedelta(minutes=7))
    assert Channel(shop).cart("SHIRT", 3)["quote"]["total"] == 2997
    for channel, cart, quote in zip(channels(shop), carts, signed, strict=True):
        placed = channel.order(cart, quote=quote["token"])
        assert figures(placed.body) == [2497, 416, 2081]
        assert placed.body["quote_hash"] == quote["quote"]["hash"] == cart["quote"]["hash"]
    [at_the_till] = {till_price(shop, quote["qr"]) for quote in signed}
    assert at_the_till == (2497, 416, 2081, signed[0]["quote"]["hash"])
    assert shop.violations() == {}


def till_price(shop: Shop, qr: str) -> tuple[int, int, int, str]:
    """Compute the price of the code like an offline till: with pure modules only, and the public key of its
    last feed."""
    [key] = shop.client.get(f"{API}/signing-keys").get_json()["items"]
    public_key = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["public_key"] + "="))
    scanned = parse_qr(qr)
    token = scanned.token
    public_key.verify(token.signature, token.claim.message)
    assert token.claim.expires_at > shop.clock.now()
    quote = scanned.quote
    assert quote.hash == token.claim.quote_hash
    return quote.total, quote.tax, quote.net, quote.hash


@pytest.mark.parametrize(("there", "payable"), [(2, [1665, 277, 1388]), (1, [832, 139, 693])])
def test_j8_unavailable_units_are_cancelled_by_their_shares(
    stocked: Shop, there: int, payable: list[int]
) -> None:
    channel = Channel(stocked)
    placed = channel.order(channel.cart("SHIRT", 3, "SAVE-5"))
    answer = stocked.pick(placed, {"SHIRT": there}, SHIRT=3 - there).get_json()
    assert figures(answer["totals_after_cancellation"]) == payable


def test_j8_both_channels_explain_it_in_the_same_words_before_and_after(stocked: Shop) -> None:
    reported = []
    for channel in channels(stocked):
        cart = channel.cart("SHIRT", 3, "SAVE-5")
        reported.append(channel.call("GET", f"carts/{cart['id']}/price-breakdown", cart["token"]))
        placed = channel.order(cart)
        reported.append(
            channel.call("GET", f"orders/{placed.number}/price-breakdown", placed.token)
        )
    assert [step["text"] for step in reported[0]["steps"]] == [
        "3 × SHIRT at £9.99 = £29.97",
        "Five pounds off (£5.00 off) saves £5.00",
        "£5.00 of it on SHIRT",
        "VAT 20 % included in £24.97: £4.16",
    ]
    assert reported == [reported[0]] * 4

"""A signed price, and a changed price, at the checkout."""

from datetime import timedelta
from typing import Any

import pytest

from app.jobs.housekeeping import purge_idempotency
from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS, YORK, Shop

COUPON: dict[str, Any] = {"coupon": True}
FIVE: dict[str, Any] = {"kind": "amount", "terms": {"amount": 500}}


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 999, lds=50, yrk=50)
    shop.stock("TEA", 350, lds=3, yrk=3)
    return shop


def sign(shop: Shop, cart: dict[str, Any]) -> dict[str, Any]:
    answer = shop.call("POST", f"/api/v1/carts/{cart['id']}/quote", cart["token"])
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def reprice(shop: Shop, sku: str, amount: int | None, **more: Any) -> None:
    price = None if amount is None else {"amount": amount, "currency": "GBP"}
    shop.merchant("PUT", "prices", {"prices": [{"sku": sku, "price": price, **more}]})


def later(shop: Shop, **by: float) -> None:
    shop.clock.advance(timedelta(**by))


def test_a_signed_price_outlasts_a_new_price_and_the_end_of_its_promotion(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions=COUPON)
    cart = stocked.with_coupon(stocked.cart({"MUG": 3}))
    promised = sign(stocked, cart)
    assert promised["quote"] == cart["quote"]
    reprice(stocked, "MUG", 1099)
    stocked.merchant("POST", "promotions/FIVE/deactivate")
    later(stocked, minutes=9, seconds=59)
    assert refusal(stocked.checkout(cart)) == (409, "price_changed")
    placed = stocked.checkout(cart, quote=promised["token"])
    assert placed.status_code == 201, placed.get_json()
    body = placed.get_json()
    assert (body["total"], body["quote_hash"]) == (2497, promised["quote"]["hash"])
    used = [(one.amount, one.coupon_id is not None) for one in stocked.redemptions()]
    assert used == [(500, True)]
    assert stocked.violations() == {}


def test_a_signed_price_binds_exactly_until_it_expires(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    promised = sign(stocked, cart)
    reprice(stocked, "MUG", 1099)
    later(stocked, minutes=10)
    refused = stocked.checkout(cart, quote=promised["token"])
    assert refusal(refused) == (409, "price_changed")
    [why] = refused.get_json()["errors"]["why"]
    assert why["text"].startswith("The quote was valid until ")
    assert stocked.checkout(cart, expected_total=1099, quote=promised["token"]).status_code == 201


def test_another_line_or_quantity_voids_it(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 2})
    promised = sign(stocked, cart)
    reprice(stocked, "MUG", 1099)
    put = f"/api/v1/carts/{cart['id']}/lines/"
    for sku, quantity in (("MUG", 3), ("TEA", 1)):
        changed = stocked.call("PUT", put + sku, cart["token"], {"quantity": quantity})
        refused = stocked.checkout(cart, expected_total=1998, quote=promised["token"])
        assert refusal(refused) == (409, "price_changed")
        errors = refused.get_json()["errors"]
        assert errors["quote"]["total"] == changed.get_json()["quote"]["total"]
        assert [one["text"] for one in errors["why"]] == [
            "The quote was for other items or quantities"
        ]
    for sku, quantity in (("MUG", 2), ("TEA", 0)):
        stocked.call("PUT", put + sku, cart["token"], {"quantity": quantity})
    assert stocked.checkout(cart, expected_total=1998, quote=promised["token"]).status_code == 201


def test_a_store_with_other_taxes_voids_it_and_another_store_does_not(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    promised = sign(stocked, cart)
    choose = f"/api/v1/carts/{cart['id']}/fulfilment"
    stocked.call("PUT", choose, cart["token"], {"type": "pickup", "location": YORK})
    reprice(stocked, "MUG", 1099)
    stocked.change("UPDATE locations SET region = 'SCT' WHERE code = :code", code=YORK)
    refused = stocked.checkout(cart, quote=promised["token"])
    assert [one["step"] for one in refused.get_json()["errors"]["why"]] == ["tax"]
    stocked.change("UPDATE locations SET region = '' WHERE code = :code", code=YORK)
    assert stocked.checkout(cart, quote=promised["token"]).status_code == 201


def test_a_price_of_one_store_does_not_apply_at_another(stocked: Shop) -> None:
    different = {"currency": "GBP", "location": YORK, "reason": "Opening", "approved_by": "Ada"}
    stocked.merchant("POST", "price-lists", {"code": "york", "name": "York", **different})
    reprice(stocked, "MUG", 500, list="york")
    york, leeds = stocked.cart({"MUG": 1}, YORK), stocked.cart({"MUG": 1}, LEEDS)
    token = sign(stocked, york)["token"]
    refused = stocked.checkout(leeds, expected_total=500, quote=token)
    assert refusal(refused) == (409, "price_changed")
    [why] = refused.get_json()["errors"]["why"]
    assert why["text"] == "The quote was for the prices of another store"
    assert stocked.checkout(york, quote=token).status_code == 201


def test_a_promotion_of_one_store_does_not_apply_at_another(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions={"locations": [YORK]}, reason="Opening", approved_by="Ada")
    cart = stocked.cart({"MUG": 1}, YORK)
    token = sign(stocked, cart)["token"]
    choose = f"/api/v1/carts/{cart['id']}/fulfilment"
    stocked.call("PUT", choose, cart["token"], {"type": "pickup", "location": LEEDS})
    assert refusal(stocked.checkout(cart, quote=token)) == (409, "price_changed")
    stocked.call("PUT", choose, cart["token"], {"type": "pickup", "location": YORK})
    assert stocked.checkout(cart, quote=token).status_code == 201


def test_a_stored_quote_binds_only_if_its_hash_is_the_signed_one(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    token = sign(stocked, cart)["token"]
    stocked.change("UPDATE signed_quotes SET facts = jsonb_set(facts, '{lines,0,unit_price}', '1')")
    refused = stocked.checkout(cart, quote=token, expected_total=1)
    assert refusal(refused) == (409, "price_changed")
    assert refused.get_json()["errors"]["quote"]["total"] == 999
    assert stocked.checkout(cart, quote=token).status_code == 201


def test_a_signed_price_reserves_neither_stock_nor_redemptions(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions=COUPON, uses_limit=1)
    carts = [stocked.with_coupon(stocked.cart({"MUG": 1})) for _ in range(2)]
    tokens = [sign(stocked, cart)["token"] for cart in carts]
    assert stocked.checkout(carts[0], quote=tokens[0]).status_code == 201
    refused = stocked.checkout(carts[1], quote=tokens[1])
    assert refusal(refused) == (409, "price_changed")
    [why] = refused.get_json()["errors"]["why"]
    assert why["text"] == "Promotion FIVE has reached its limit"
    assert stocked.checkout(carts[1], quote=tokens[1], expected_total=999).status_code == 201
    tea = stocked.cart({"TEA": 2})
    token = sign(stocked, tea)["token"]
    assert stocked.checkout(stocked.cart({"TEA": 2})).status_code == 201
    assert refusal(stocked.checkout(tea, quote=token)) == (409, "insufficient_stock")


def test_a_gift_of_a_signed_quote_is_given_after_the_end_of_its_promotion(stocked: Shop) -> None:
    stocked.promote("gift", {"units": 1}, "GIFT", gift_sku="TEA")
    cart = stocked.cart({"MUG": 1})
    promised = sign(stocked, cart)
    stocked.merchant("POST", "promotions/GIFT/deactivate")
    assert stocked.checkout(cart, quote=promised["token"]).status_code == 201
    assert stocked.levels("TEA").reserved == 1
    assert stocked.violations() == {}


def test_a_signed_first_order_discount_is_not_given_twice(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions={"first_order": True})
    carts = [stocked.cart({"MUG": 1}) for _ in range(2)]
    tokens = [sign(stocked, cart)["token"] for cart in carts]
    assert stocked.checkout(carts[0], quote=tokens[0]).status_code == 201
    refused = stocked.checkout(carts[1], quote=tokens[1])
    assert refusal(refused) == (409, "price_changed")
    assert refused.get_json()["errors"]["quote"]["total"] == 999
    assert "first orders only" in refused.get_json()["message"]


def test_a_token_with_an_invalid_signature_is_refused_with_a_remedy(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    token = sign(stocked, cart)["token"]
    forged = token[:60] + ("A" if token[60] != "A" else "B") + token[61:]
    for bad in (forged, "nonsense", "ü", token[:-1]):
        assert refusal(stocked.checkout(cart, quote=bad)) == (422, "invalid")
    assert stocked.checkout(cart, quote=token).status_code == 201


def test_a_quote_can_be_signed_again_unless_the_cart_is_empty_or_ordered(
    stocked: Shop,
) -> None:
    cart = stocked.cart({"MUG": 1})
    first, second = sign(stocked, cart), sign(stocked, cart)
    assert first["token"] != second["token"]  # though the clock stood still
    assert stocked.checkout(cart, quote=first["token"]).status_code == 201
    path = "/api/v1/carts/{}/quote"
    ordered = stocked.call("POST", path.format(cart["id"]), cart["token"])
    assert refusal(ordered) == (409, "cart_ordered")
    empty = stocked.client.post("/api/v1/carts").get_json()
    refused = stocked.call("POST", path.format(empty["id"]), empty["token"])
    assert refusal(refused) == (409, "cart_incomplete")


def test_expired_quotes_are_deleted_a_day_later(stocked: Shop) -> None:
    sign(stocked, stocked.cart({"MUG": 1}))
    later(stocked, days=1, minutes=10)
    assert purge_idempotency(stocked.jobs) == 0
    later(stocked, seconds=1)
    assert purge_idempotency(stocked.jobs) == 1


def test_a_changed_price_is_reported_with_old_new_and_reason(stocked: Shop) -> None:
    stocked.promote(**FIVE)
    cart = stocked.cart({"MUG": 3})
    later(stocked, minutes=1)
    reprice(stocked, "MUG", 1099)
    stocked.merchant("POST", "promotions/FIVE/deactivate")
    refused = stocked.checkout(cart)
    assert refusal(refused) == (409, "price_changed")
    reported = refused.get_json()
    assert reported["message"] == (
        "The price is £32.97, and not £24.97. MUG costs £10.99 each, and cost £9.99. "
        "Promotion FIVE no longer applies: it saved £5.00. Show the new total and send it."
    )
    errors = reported["errors"]
    assert (errors["expected_total"], errors["quote"]["total"]) == (2497, 3297)
    assert errors["old"] == cart["quote"]
    assert [(one["step"], one["sku"], one["code"]) for one in errors["why"]] == [
        ("base", "MUG", None), ("promotion", None, "FIVE"),
    ]  # fmt: skip


def test_a_promotion_that_began_is_a_reason_too(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 3})
    later(stocked, minutes=1)
    stocked.promote(**FIVE)
    [why] = stocked.checkout(cart).get_json()["errors"]["why"]
    assert why["text"] == "Promotion FIVE applies now: it saves £5.00"


def test_no_reason_is_guessed_for_an_amount_that_was_never_shown(stocked: Shop) -> None:
    refused = stocked.checkout(stocked.cart({"MUG": 1}), expected_total=12345)
    reported = refused.get_json()
    assert (
        reported["message"]
        == "The price is £9.99, and not £123.45. Show the new total and send it."
    )
    assert (reported["errors"]["old"], reported["errors"]["why"]) == (None, [])


def test_the_store_is_part_of_the_price_only_if_taxes_differ(stocked: Shop) -> None:
    """Leeds and York are taxed alike: the hash is the same."""
    hashes = {stocked.cart({"MUG": 1}, code)["quote"]["hash"] for code in (LEEDS, YORK)}
    assert len(hashes) == 1

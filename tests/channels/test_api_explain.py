"""The price breakdown in the API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.data import rows
from tests.drivers.shop import Placed, Shop

API = "/api/v1"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 999, lds=20)
    shop.stock("TEA", 350, lds=20)
    return shop


def promote(shop: Shop, code: str, kind: str, terms: dict[str, Any], **different: Any) -> None:
    with shop.engine.begin() as connection:
        rows.make_promotion(connection, code, kind, terms, **different)


def explained(shop: Shop, cart: dict[str, Any]) -> dict[str, Any]:
    answer = shop.call("GET", f"{API}/carts/{cart['id']}/price-breakdown", cart["token"])
    assert answer.status_code == 200
    return dict(answer.get_json())


def explained_order(shop: Shop, placed: Placed) -> dict[str, Any]:
    answer = shop.call("GET", f"{API}/orders/{placed.number}/price-breakdown", placed.token)
    assert answer.status_code == 200
    return dict(answer.get_json())


def test_a_carts_breakdown_has_the_hash_of_its_quote(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 2})
    assert explained(stocked, cart) == {
        "currency": "GBP", "total": 1998, "hash": cart["quote"]["hash"],
        "steps": [
            {"step": "base", "text": "2 × MUG at £9.99 = £19.98", "sku": "MUG", "code": None},
            {"step": "tax", "text": "VAT 20 % included in £19.98: £3.33", "sku": None, "code": None},
        ],
    }  # fmt: skip


def test_an_empty_cart_has_no_breakdown(stocked: Shop) -> None:
    assert explained(stocked, stocked.cart({}))["steps"] == []


def test_a_price_list_and_its_tier_are_shown_with_their_effect(stocked: Shop) -> None:
    stocked.change(
        "INSERT INTO price_lists (id, code, name, currency, priority, reason, approved_by, created_at, event_id) "
        "SELECT gen_random_uuid(), 'SALE', 'Sale', 'GBP', 1, '', '', :at, id FROM events LIMIT 1",
        "INSERT INTO prices (id, list_id, variant_id, currency, min_quantity, amount, starts_at, event_id) "
        "SELECT gen_random_uuid(), l.id, v.id, 'GBP', n, 1000 - 50 * n, :at, l.event_id "
        "FROM price_lists l, variants v, unnest(ARRAY[1, 4]) n WHERE v.sku = 'MUG'",
        at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    reported = explained(stocked, stocked.cart({"MUG": 4}))
    assert [step["text"] for step in reported["steps"][:-1]] == [
        "4 × MUG at £9.99 = £39.96",
        "Price list SALE: £9.50 = £38.00, instead of £9.99 each",
        "From 4 units: £8.00 = £32.00, instead of £9.50 each",
    ]


def test_the_choice_between_promotions_is_shown(stocked: Shop) -> None:
    promote(stocked, "FIVE", "amount", {"amount": 500}, title="Five off")
    promote(stocked, "HALF", "percentage", {"rate": 5000}, title="Half price", exclusive=True)
    [choice] = [
        step["text"]
        for step in explained(stocked, stocked.cart({"MUG": 2}))["steps"]
        if step["step"] == "choice"
    ]
    assert choice == "Half price saves £9.99: the most, so applied; Five off would have saved £5.00"


def test_an_orders_breakdown_stays_as_it_was_when_placed(
    stocked: Shop,
) -> None:
    promote(stocked, "TEA", "gift", {"units": 1}, title="A tea for you", gift_sku="TEA")
    promote(stocked, "FIVE", "amount", {"amount": 500}, title="Five off", priority=1)
    cart = stocked.cart({"MUG": 2})
    reported = explained(stocked, cart)
    answer = stocked.checkout(cart).get_json()
    placed = Placed(answer["number"], answer["token"], answer["fulfilments"][0]["code"], answer)
    stocked.set_price("MUG", 1)
    stocked.change("UPDATE promotions SET deactivated_at = now(), priority = 300 - priority")
    assert explained_order(stocked, placed) == reported
    assert [step["code"] for step in reported["steps"] if step["step"] == "promotion"] == [
        "TEA",
        "FIVE",
    ]

"""Merchants create, edit, publish and withdraw products."""

from datetime import timedelta
from typing import Any

import pytest

from tests.drivers.catalogue import BOWL, MUG, call, create_mug, done, events, in_shop, refused

BAD_PRODUCTS: list[dict[str, Any]] = [
    {"title": ""},
    {"title": "  "},
    {"title": "x" * 256},
    {"title": "two\nlines"},
    {"title": None},
    {"description": "nul \0"},
    {"description": "x" * 50_001},
    {"vendor": "x" * 256},
    {"category": 7},
    {"tags": ["\0"]},
    {"tags": ["x"] * 101},
    {"handle": "Red Mug"},
    {"handle": "a/b"},
    {"handle": ""},
    {"variants": None},
    {"variants": [{}]},
    {"variants": [{"sku": f"X{n}"} for n in range(251)]},
    {"variants": [{"sku": "A"}, {"sku": "A"}]},
    {"variants": [{"sku": "A", "barcode": "1"}, {"sku": "B", "barcode": "1"}]},
    {"variants": [{"sku": "a b"}]},
    {"variants": [{"sku": "a/b"}]},
    {"variants": [{"sku": "x" * 65}]},
    {"variants": [{"sku": "zero\u200bwidth"}]},
    {"variants": [{"sku": "A", "barcode": ""}]},
    {"variants": [{"sku": "A", "options": {"Size": 7}}]},
    {"variants": [{"sku": "A", "options": {"Size": "\0"}}]},
    {"variants": [{"sku": "A", "options": {"\0": "S"}}]},
    {"variants": [{"sku": "A", "options": {str(n): "x" for n in range(11)}}]},
    {"variants": [{"sku": "A", "grams": -1}]},
    {"variants": [{"sku": "A", "grams": 10**10}]},
    {"variants": [{"sku": "A", "grams": 1.5}]},
    {"variants": [{"sku": "A", "price": 900}]},
    {"variants": [{"sku": "A", "price": {"amount": 900}}]},
    {"variants": [{"sku": "A", "price": {"amount": -1, "currency": "GBP"}}]},
    {"variants": [{"sku": "A", "price": {"amount": 10**13, "currency": "GBP"}}]},
    {"variants": [{"sku": "A", "price": {"amount": "9", "currency": "GBP"}}]},
    {"variants": [{"sku": "A", "price": {"amount": True, "currency": "GBP"}}]},
    {"variants": [{"sku": "A", "price": {"amount": 900, "currency": "EUR"}}]},
    {"variants": [{"sku": "A", "active": False}]},
    {"status": "active"},
]


class TestCreate:
    def test_a_new_product_is_a_draft_and_shows_all_sent_fields(self, shop):
        product = create_mug(shop)

        assert product == {
            "handle": "red-mug",
            "title": "Red mug",
            "description": "Holds 30 cl.\nDishwasher safe.",
            "vendor": "Potters",
            "category": "Kitchen",
            "tags": ["mugs", "red"],
            "status": "draft",
            "created_at": "2054-11-24T12:00:00+00:00",
            "updated_at": "2054-11-24T12:00:00+00:00",
            "variants": [
                {
                    "sku": "MUG-S",
                    "barcode": "5012345678900",
                    "options": {"Size": "S"},
                    "position": 1,
                    "grams": 280,
                    "tax_category": "standard",
                    "active": True,
                    "price": {"amount": 900, "currency": "GBP"},
                    "cost": {"amount": 310, "currency": "GBP"},
                },
                {
                    "sku": "MUG-L",
                    "barcode": None,
                    "options": {"Size": "L"},
                    "position": 2,
                    "grams": 0,
                    "tax_category": "standard",
                    "active": True,
                    "price": None,
                    "cost": None,
                },
            ],
        }
        assert call(shop, "GET", "products/red-mug").get_json() == product
        assert in_shop(shop) == []

    def test_it_can_be_published_at_once(self, shop):
        assert create_mug(shop, publish=True)["status"] == "active"
        assert in_shop(shop) == ["red-mug"]
        assert shop.cart({"MUG-S": 2})["quote"]["total"] == 1800

    def test_it_is_not_published_without_a_price(self, shop):
        body = MUG | {"publish": True, "variants": [{"sku": "MUG-L"}]}
        assert refused(shop, "POST", "products", body) == (409, "no_sellable_variant")
        assert shop.count("products") == 0

    def test_it_can_have_no_variants(self, shop):
        assert create_mug(shop, variants=[])["variants"] == []

    def test_the_event_has_ids_and_amounts_and_no_long_texts(self, shop):
        create_mug(shop)
        [(kind, payload)] = events(shop)
        recorded = [(v["sku"], v["price"], v["cost"]) for v in payload["variants"]]
        assert kind == "product.created"
        assert (payload["handle"], payload["status"]) == ("red-mug", "draft")
        assert recorded == [("MUG-S", 900, 310), ("MUG-L", None, None)]
        assert "Dishwasher" not in str(payload)

    def test_a_price_names_the_event_that_set_it(self, shop):
        create_mug(shop)
        assert [price.event_kind for price in shop.prices()] == ["product.created"]

    @pytest.mark.parametrize(
        ("title", "handle"),
        [("Crème brûlée, 2 pieces", "creme-brulee-2-pieces"), ("Men’s  Socks!", "mens-socks")],
    )
    def test_the_handle_is_made_of_the_title(self, shop, title, handle):
        assert create_mug(shop, title=title)["handle"] == handle

    def test_a_given_handle_is_kept(self, shop):
        assert create_mug(shop, handle="mug-2")["handle"] == "mug-2"

    def test_a_title_that_gives_no_handle_needs_one(self, shop):
        body = MUG | {"title": "茶碗"}
        assert refused(shop, "POST", "products", body) == (422, "invalid")
        assert create_mug(shop, title="茶碗", handle="chawan")["title"] == "茶碗"

    @pytest.mark.parametrize(
        ("different", "code", "reported"),
        [
            ({"title": "Red mug"}, "handle_taken", {}),
            ({"variants": [{"sku": "MUG-L"}]}, "sku_taken", {"sku": "MUG-L", "product": "red-mug"}),
            (
                {"variants": [{"sku": "X", "barcode": "5012345678900"}]},
                "barcode_taken",
                {"barcode": "5012345678900", "sku": "MUG-S", "product": "red-mug"},
            ),
        ],
    )
    def test_a_handle_sku_or_barcode_of_another_product_is_refused(
        self, shop, different, code, reported
    ):
        create_mug(shop)
        answer = call(shop, "POST", "products", BOWL | different)
        assert answer.status_code == 409
        assert (answer.get_json()["code"], answer.get_json()["errors"]) == (code, reported)
        assert (shop.count("products"), shop.count("variants")) == (1, 2)

    def test_bad_input_is_refused_by_its_field(self, shop):
        for different in BAD_PRODUCTS:
            answer = call(shop, "POST", "products", MUG | different)
            assert answer.status_code == 422, different
            assert set(answer.get_json()["errors"]) == set(different)
        assert shop.count("products") == 0

    def test_an_unpaired_surrogate_is_refused(self, shop):
        headers = {"Authorization": f"Bearer {shop.keys['merchant']}"}
        answer = shop.client.post(
            "/api/admin/v1/products",
            data=r'{"title": "half \ud83d", "variants": []}',
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code in (400, 422)


class TestEdit:
    def test_only_the_named_fields_change(self, shop):
        before = create_mug(shop)
        shop.clock.advance(timedelta(hours=1))

        after = done(shop, "PATCH", "products/red-mug", {"title": "Blue mug", "tags": []})

        assert after == before | {
            "title": "Blue mug",
            "tags": [],
            "updated_at": "2054-11-24T13:00:00+00:00",
        }
        assert events(shop)[-1][0] == "product.changed"
        assert events(shop)[-1][1]["fields"] == ["tags", "title"]

    @pytest.mark.parametrize("body", [{}, {"title": "Red mug", "tags": ["mugs", "red"]}])
    def test_unchanged_values_write_nothing(self, shop, body):
        before = create_mug(shop)
        shop.clock.advance(timedelta(hours=1))
        assert done(shop, "PATCH", "products/red-mug", body) == before
        assert len(events(shop)) == 1

    def test_bad_input_is_refused(self, shop):
        create_mug(shop)
        wrong = [
            {"handle": "x"},
            {"status": "active"},
            {"title": None},
            {"title": ""},
            {"vendor": "\0"},
            {"description": "x" * 50_001},
        ]
        for body in wrong:
            assert refused(shop, "PATCH", "products/red-mug", body) == (422, "invalid"), body

    def test_the_search_finds_its_new_title(self, shop):
        create_mug(shop, publish=True)
        done(shop, "PATCH", "products/red-mug", {"title": "Blue mug"})
        assert (in_shop(shop, "?q=blue"), in_shop(shop, "?q=red")) == (["red-mug"], [])


class TestPublishAndWithdraw:
    def test_a_published_product_is_on_sale_and_a_withdrawn_one_is_not(self, shop):
        create_mug(shop)
        assert done(shop, "POST", "products/red-mug/publish")["status"] == "active"
        assert in_shop(shop) == ["red-mug"]
        assert done(shop, "POST", "products/red-mug/withdraw")["status"] == "archived"
        assert in_shop(shop) == []
        assert shop.client.get("/api/v1/products/red-mug").status_code == 404
        assert done(shop, "POST", "products/red-mug/publish")["status"] == "active"

    @pytest.mark.parametrize("verb", ["publish", "withdraw"])
    def test_a_repetition_changes_nothing(self, shop, verb):
        create_mug(shop)
        first = done(shop, "POST", f"products/red-mug/{verb}")
        shop.clock.advance(timedelta(hours=1))
        assert done(shop, "POST", f"products/red-mug/{verb}") == first
        assert len(events(shop)) == 2

    @pytest.mark.parametrize("variants", [[], [{"sku": "MUG-L"}]])
    def test_a_product_without_a_price_is_not_published(self, shop, variants):
        create_mug(shop, variants=variants)
        answer = refused(shop, "POST", "products/red-mug/publish")
        assert answer == (409, "no_sellable_variant")

    def test_a_product_whose_priced_variant_is_withdrawn_is_not_published(self, shop):
        create_mug(shop)
        done(shop, "POST", "products/red-mug/variants/MUG-S/withdraw")
        answer = refused(shop, "POST", "products/red-mug/publish")
        assert answer == (409, "no_sellable_variant")

    def test_an_open_order_can_be_completed_after_the_withdrawal(self, shop):
        shop.stock("TRAY", 700, lds=3)
        placed = shop.order({"TRAY": 2})
        done(shop, "POST", "products/tray/withdraw")
        assert shop.make_ready(placed).status_code == 200
        assert shop.hand_over(placed, 1400).status_code == 200
        assert shop.on_hand("TRAY") == 1

    def test_the_checkout_of_a_cart_with_a_withdrawn_product_is_refused(self, shop):
        shop.stock("TRAY", 700, lds=3)
        cart = shop.cart({"TRAY": 1})
        done(shop, "POST", "products/tray/withdraw")
        answer = shop.checkout(cart)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "product_unavailable")

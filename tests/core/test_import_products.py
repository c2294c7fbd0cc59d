from datetime import timedelta

import pytest

from app.core.catalogue.import_outcome import Tally
from app.core.merchandising.import_products import ProductRows
from app.core.merchandising.new_variant import MAX_VARIANTS
from tests.drivers.imports import Merchant, a_product, a_variant, reported


@pytest.fixture
def merchant(engine, clock, tmp_path):
    return Merchant(engine, clock, tmp_path)


def test_a_product_is_created_with_variants_prices_and_costs(merchant):
    red = a_variant(
        "MUG-R", 1250, cost=400, barcode="2000000000015", options={"Style": "Red"}, grams=300
    )
    blue = a_variant("MUG-B", 1200, options={"Style": "Blue"})
    outcome = merchant.products(a_product("mug", red, blue, category="Kitchen", tags=["a", "b"]))

    assert outcome.counts == {
        "products": Tally(created=1), "variants": Tally(created=2), "prices": Tally(created=2),
        "variant_costs": Tally(created=1),
    }  # fmt: skip
    (mug,) = merchant.product_records()
    assert (mug.handle, mug.title, mug.category, mug.tags) == ("mug", "Mug", "Kitchen", ["a", "b"])
    assert (mug.status, mug.skus) == ("active", "MUG-R 2000000000015 MUG-B")
    assert [
        (one.sku, one.options, one.position, one.grams, one.active) for one in merchant.variants()
    ] == [
        ("MUG-R", {"Style": "Red"}, 1, 300, True),
        ("MUG-B", {"Style": "Blue"}, 2, 0, True),
    ]
    prices = sorted((price.amount or 0, price.currency) for price in merchant.prices())
    assert prices == [(1200, "GBP"), (1250, "GBP")]
    assert [(cost.currency, cost.amount) for cost in merchant.costs()] == [("GBP", 400)]


def test_a_repeated_import_writes_no_row_and_no_event(merchant):
    product = a_product(
        "mug", a_variant("MUG", 1200, cost=400, barcode="1", options={"Style": "Red"})
    )
    merchant.products(product)
    merchant.clock.advance(timedelta(days=1))
    outcome = merchant.products(product)

    assert {name: tally.unchanged for name, tally in outcome.counts.items()} == {
        "products": 1, "variants": 1, "prices": 1, "variant_costs": 1
    }  # fmt: skip
    assert not any(tally.written for tally in outcome.counts.values())
    assert [len(rows) for rows in (merchant.events(), merchant.prices(), merchant.costs())] == [
        1, 1, 1
    ]  # fmt: skip
    (mug,) = merchant.product_records()
    assert mug.updated_at == merchant.clock.now() - timedelta(days=1)


def test_an_import_records_its_changes_in_one_event_that_its_prices_name(merchant):
    merchant.products(a_product("mug", a_variant("MUG")), a_product("cup", a_variant("CUP")))

    event = merchant.event("catalogue.imported")
    assert event.payload == {"products": 2, "variants": 2, "prices": 2, "variant_costs": 0}
    assert {price.event_id for price in merchant.prices()} == {event.id}


def test_a_new_price_and_cost_are_added_and_the_old_ones_stay(merchant):
    merchant.products(a_product("mug", a_variant("MUG", 1200, cost=400)))
    merchant.clock.advance(timedelta(days=1))
    outcome = merchant.products(a_product("mug", a_variant("MUG", 1100, cost=410)))

    assert outcome.counts["prices"] == outcome.counts["variant_costs"] == Tally(changed=1)
    assert outcome.counts["variants"] == Tally(unchanged=1)
    prices = sorted(merchant.prices(), key=lambda price: price.starts_at)
    assert [price.amount for price in prices] == [1200, 1100]
    assert [cost.amount for cost in merchant.costs()] == [400, 410]


def test_a_missing_cost_stays_unknown_and_a_known_cost_stays_in_force(merchant):
    merchant.products(
        a_product("mug", a_variant("MUG", cost=400)), a_product("cup", a_variant("CUP"))
    )
    merchant.clock.advance(timedelta(days=1))
    merchant.products(a_product("mug", a_variant("MUG")))

    assert [cost.amount for cost in merchant.costs()] == [400]


def test_a_price_in_another_currency_is_added_beside_the_first(merchant):
    merchant.products(a_product("mug", a_variant("MUG", 1200)))
    outcome = merchant.products(a_product("mug", a_variant("MUG", 1200)), currency="EUR")

    assert outcome.counts["prices"] == Tally(created=1)
    assert sorted(price.currency for price in merchant.prices()) == ["EUR", "GBP"]


def test_fields_that_the_file_omits_stay_unchanged(merchant):
    merchant.products(
        a_product("mug", a_variant("MUG", barcode="1", grams=300), status="draft", vendor="Potter")
    )
    outcome = merchant.products(a_product("mug", a_variant("MUG"), title="Big mug"))

    assert outcome.counts["products"] == Tally(changed=1)
    (mug,) = merchant.product_records()
    assert (mug.title, mug.status, mug.vendor) == ("Big mug", "draft", "Potter")
    assert [(one.barcode, one.grams) for one in merchant.variants()] == [("1", 300)]


def test_the_search_finds_a_changed_title_and_a_changed_barcode(merchant):
    merchant.products(a_product("mug", a_variant("MUG", barcode="1")))
    merchant.products(a_product("mug", a_variant("MUG", barcode="777"), title="Beaker"))

    assert [merchant.products_found(word) for word in ("beaker", "777", "mug", "1")] == [
        1,
        1,
        1,
        0,
    ]
    assert [product.skus for product in merchant.product_records()] == ["MUG 777"]


def test_a_later_variant_is_added_at_the_end_of_its_product(merchant):
    merchant.products(a_product("mug", a_variant("MUG-R"), a_variant("MUG-B")))
    outcome = merchant.products(ProductRows("mug", None, [a_variant("MUG-G")]))

    assert "products" in outcome.counts
    assert outcome.counts["products"] == Tally()
    assert [variant.sku for variant in merchant.variants()] == ["MUG-R", "MUG-B", "MUG-G"]
    assert [product.skus for product in merchant.product_records()] == ["MUG-R MUG-B MUG-G"]


def test_a_variant_without_a_product_is_refused(merchant):
    outcome = merchant.products(ProductRows("ghost", None, [a_variant("G", line=7)]))

    assert reported(outcome.refused) == [(7, "Handle", "ghost")]
    assert (merchant.variants(), merchant.events()) == ([], [])


def test_a_barcode_of_another_variant_is_refused_and_the_good_rows_are_imported(merchant):
    merchant.products(a_product("mug", a_variant("MUG", barcode="1")))
    outcome = merchant.products(
        a_product(
            "cup", a_variant("CUP-A", barcode="1", line=3), a_variant("CUP-B", barcode="2", line=4)
        )
    )

    assert reported(outcome.refused) == [(3, "Variant Barcode", "1")]
    assert "MUG" in outcome.refused[0].fix
    assert sorted(variant.sku for variant in merchant.variants()) == ["CUP-B", "MUG"]


def test_a_product_without_a_good_variant_is_not_created(merchant):
    merchant.products(a_product("mug", a_variant("MUG", barcode="1")))
    merchant.products(a_product("cup", a_variant("CUP", barcode="1")))

    assert [product.handle for product in merchant.product_records()] == ["mug"]


def test_the_sku_of_another_product_is_refused(merchant):
    merchant.products(a_product("mug", a_variant("MUG")), a_product("cup", a_variant("CUP")))
    outcome = merchant.products(a_product("cup", a_variant("MUG", line=5)))

    assert reported(outcome.refused) == [(5, "Variant SKU", "MUG")]
    assert "mug" in outcome.refused[0].fix


def test_a_manually_withdrawn_variant_stays_withdrawn(merchant):
    merchant.products(a_product("mug", a_variant("MUG", 1200)))
    merchant.change("UPDATE variants SET active = false")
    merchant.products(a_product("mug", a_variant("MUG", 1200, grams=5)))

    assert [(one.active, one.grams) for one in merchant.variants()] == [(False, 5)]


def test_many_products_take_as_many_statements_as_one(merchant):
    def make(count, price, title):
        return [
            a_product(f"p{n}", a_variant(f"S{n}", price, barcode=f"{price}{n}"), title=title)
            for n in range(count)
        ]

    one = merchant.statements(lambda: merchant.products(*make(1, 100, "New")))
    many = merchant.statements(lambda: merchant.products(*make(200, 100, "New")))
    merchant.clock.advance(timedelta(days=1))
    changed = merchant.statements(lambda: merchant.products(*make(200, 300, "Changed")))
    repeated = merchant.statements(lambda: merchant.products(*make(200, 300, "Changed")))

    assert len(one) == len(many) == 6
    assert len(changed) == 8
    assert len(repeated) == 4


def test_too_many_variants_of_a_product_are_refused_and_named(merchant):
    many = [a_variant(f"MUG-{number}", line=number) for number in range(2, 2 + MAX_VARIANTS)]
    assert merchant.products(a_product("mug", *many[:-1])).refused == ()
    outcome = merchant.products(a_product("mug", *many, a_variant("ONE-MORE", line=999)))
    [refused] = outcome.refused
    assert (refused.line, refused.column, refused.value) == (999, "Variant SKU", "ONE-MORE")
    assert len(merchant.variants()) == MAX_VARIANTS

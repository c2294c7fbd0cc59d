"""A reduced price tells the lowest price of the 30 days before it (Directive 98/6/EC, article 6a)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.drivers.catalogue import done
from tests.drivers.shop import Shop

EUROPE = {
    "code": "web", "name": "Web", "currency": "GBP", "channel": "web", "reason": "Trial", "approved_by": "Ada",
}  # fmt: skip


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.stock("MUG", 1000, lds=10)
    return shop


def set_price(shop: Shop, amount: int | None, compare_at: int | None = None, **more: Any) -> None:
    """A price from now on, and then a day goes by."""
    money = None if amount is None else {"amount": amount, "currency": "GBP"}
    row = {"sku": "MUG", "price": money, "compare_at": compare_at, **more}
    done(shop, "PUT", "prices", {"prices": [row]})
    shop.clock.advance(timedelta(days=1))


def shown(shop: Shop) -> dict[str, Any]:
    product = shop.client.get("/api/v1/products/mug").get_json()
    price: dict[str, Any] = product["variants"][0]["price"]
    assert shop.client.get("/api/v1/products").get_json()["items"][0] == product
    return price


def lowest(shop: Shop) -> Any:
    return shown(shop).get("lowest_30_days")


def test_a_price_that_is_not_shown_as_reduced_tells_neither(shop: Shop) -> None:
    set_price(shop, 800)
    assert shown(shop) == {"amount": 800, "currency": "GBP"}


def test_the_price_before_the_reduction_is_told(shop: Shop) -> None:
    set_price(shop, 800, compare_at=1000)
    assert shown(shop) == {
        "amount": 800, "currency": "GBP", "compare_at": 1000, "lowest_30_days": 1000,
    }  # fmt: skip


def test_without_a_price_before_there_is_none_to_tell(shop: Shop) -> None:
    done(shop, "POST", "products", {"title": "Cup", "variants": [{"sku": "CUP"}]})
    row = {"sku": "CUP", "price": {"amount": 500, "currency": "GBP"}, "compare_at": 900}
    done(shop, "PUT", "prices", {"prices": [row]})
    done(shop, "POST", "products/cup/publish")
    price = shop.client.get("/api/v1/products/cup").get_json()["variants"][0]["price"]
    assert price == {"amount": 500, "currency": "GBP", "compare_at": 900}


def test_of_several_prices_in_the_30_days_the_lowest_is_told(shop: Shop) -> None:
    for amount in (950, 700, 1100):
        set_price(shop, amount)
    set_price(shop, 800, compare_at=1100)
    assert lowest(shop) == 700


def test_a_price_that_was_raised_to_be_reduced_does_not_help(shop: Shop) -> None:
    set_price(shop, 2000)
    set_price(shop, 1200, compare_at=2000)
    assert lowest(shop) == 1000


def test_the_price_in_force_when_the_30_days_begin_counts(shop: Shop) -> None:
    set_price(shop, 600)
    shop.clock.advance(timedelta(days=28))
    set_price(shop, 1000)
    set_price(shop, 800, compare_at=1000)
    assert lowest(shop) == 600, "it was paid in the first of the 30 days"


@pytest.mark.parametrize(("days", "reported"), [(29, 600), (30, 1000), (45, 1000)])
def test_a_price_that_ended_before_the_30_days_does_not_count(
    shop: Shop, days: int, reported: int
) -> None:
    set_price(shop, 600)
    set_price(shop, 1000)
    shop.clock.advance(timedelta(days=days - 1))
    set_price(shop, 800, compare_at=1000)
    assert lowest(shop) == reported


def test_the_30_days_are_counted_from_the_reduction_and_not_from_today(shop: Shop) -> None:
    set_price(shop, 800, compare_at=1000)
    shop.clock.advance(timedelta(days=60))
    assert lowest(shop) == 1000


def test_a_reduction_on_top_of_a_reduction_tells_the_first_one(shop: Shop) -> None:
    set_price(shop, 800, compare_at=1000)
    set_price(shop, 700, compare_at=1000)
    assert lowest(shop) == 800


def test_a_row_that_changes_only_what_is_compared_begins_no_new_reduction(shop: Shop) -> None:
    set_price(shop, 800, compare_at=1000)
    set_price(shop, 800, compare_at=1100)
    assert (shown(shop)["compare_at"], lowest(shop)) == (1100, 1000)


def test_a_price_that_is_called_reduced_later_shows_that_it_is_not(shop: Shop) -> None:
    set_price(shop, 800)
    shop.clock.advance(timedelta(days=40))
    set_price(shop, 800, compare_at=1000)
    assert lowest(shop) == 800


def test_a_scheduled_reduction_counts_from_when_it_begins(shop: Shop) -> None:
    begins = shop.clock.now() + timedelta(days=10)
    set_price(shop, 800, compare_at=1000, starts_at=begins.isoformat())
    set_price(shop, 900)
    assert "compare_at" not in shown(shop)
    shop.clock.advance(timedelta(days=10))
    assert (shown(shop)["amount"], lowest(shop)) == (800, 900)


class TestOfAList:
    @pytest.fixture(autouse=True)
    def of_the_web(self, shop: Shop) -> None:
        done(shop, "POST", "price-lists", EUROPE)

    def test_before_the_list_had_a_price_the_base_price_was_paid(self, shop: Shop) -> None:
        set_price(shop, 750, compare_at=1000, list="web")
        assert (shown(shop)["amount"], lowest(shop)) == (750, 1000)

    def test_while_the_list_had_a_price_the_base_price_was_not_paid(self, shop: Shop) -> None:
        set_price(shop, 900, list="web")
        shop.clock.advance(timedelta(days=31))
        set_price(shop, 100)
        set_price(shop, 800, compare_at=900, list="web")
        assert lowest(shop) == 900

    def test_after_the_list_ended_the_base_price_was_paid(self, shop: Shop) -> None:
        set_price(shop, 900, list="web")
        shop.clock.advance(timedelta(days=31))
        set_price(shop, None, list="web")
        set_price(shop, 850)
        set_price(shop, 700, compare_at=900, list="web")
        assert lowest(shop) == 850

    def test_its_own_earlier_prices_count(self, shop: Shop) -> None:
        set_price(shop, 600, list="web")
        set_price(shop, 900, list="web")
        set_price(shop, 800, compare_at=900, list="web")
        assert lowest(shop) == 600


class TestInACart:
    """Its lines tell what the product tells."""

    @pytest.fixture(autouse=True)
    def cup(self, shop: Shop) -> None:
        shop.stock("CUP", 500, lds=10)
        done(shop, "POST", "price-lists", EUROPE)

    def reported(self, shop: Shop) -> list[dict[str, Any]]:
        lines = shop.cart({"CUP": 1, "MUG": 2})["lines"]
        return [
            {name: line[name] for name in ("compare_at", "lowest_30_days") if name in line}
            for line in lines
        ]

    def test_a_reduced_line_tells_both_and_another_neither(self, shop: Shop) -> None:
        set_price(shop, 800, compare_at=1100)
        assert self.reported(shop) == [{}, {"compare_at": 1100, "lowest_30_days": 1000}]

    def test_the_price_of_the_list_counts_where_it_has_one(self, shop: Shop) -> None:
        set_price(shop, 800, compare_at=1100)
        set_price(shop, 700, list="web")
        assert self.reported(shop) == [{}, {}]
        set_price(shop, 600, compare_at=900, list="web")
        assert self.reported(shop) == [{}, {"compare_at": 900, "lowest_30_days": 700}]


class TestOfAnEverybodysList:
    """It comes before the base price, which is not shown meanwhile."""

    @pytest.fixture(autouse=True)
    def sale(self, shop: Shop) -> None:
        done(shop, "POST", "price-lists", {"code": "sale", "name": "Sale", "currency": "GBP"})

    def test_what_it_asked_for_counts_after_it_has_ended(self, shop: Shop) -> None:
        set_price(shop, 600, list="sale")
        set_price(shop, None, list="sale")
        set_price(shop, 800, compare_at=1000)
        assert (shown(shop)["amount"], lowest(shop)) == (800, 600)

    def test_a_base_price_that_it_hid_does_not_count(self, shop: Shop) -> None:
        set_price(shop, 900, list="sale")
        set_price(shop, 100)
        set_price(shop, 1000)
        set_price(shop, None, list="sale")
        set_price(shop, 800, compare_at=1000)
        assert lowest(shop) == 900

    def test_a_reduction_that_it_hid_begins_when_it_ends(self, shop: Shop) -> None:
        set_price(shop, 600, list="sale")
        set_price(shop, 800, compare_at=1000)
        shop.clock.advance(timedelta(days=40))
        set_price(shop, None, list="sale")
        assert (shown(shop)["amount"], lowest(shop)) == (800, 600)

    def test_of_another_channel_or_store_or_currency_it_does_not_count(self, shop: Shop) -> None:
        why = {"name": "-", "reason": "Trial", "approved_by": "Ada"}
        for code, where in (("app", {"channel": "app"}), ("lds", {"location": "lds"})):
            done(shop, "POST", "price-lists", {"code": code, "currency": "GBP", **where, **why})
            set_price(shop, 100, list=code)
        set_price(shop, 800, compare_at=1000)
        assert lowest(shop) == 1000


def test_two_prices_can_never_hold_at_once(shop: Shop) -> None:
    """A row ends when the next begins, and two of one series cannot begin together: there is no end to overlap."""
    with shop.engine.connect() as connection:
        definitions = list(
            connection.scalars(
                text(
                    "SELECT indexdef FROM pg_indexes WHERE tablename = 'prices' ORDER BY indexname"
                )
            )
        )
        columns = set(
            connection.scalars(
                text(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = 'prices'"
                )
            )
        )
    unique = [one for one in definitions if "UNIQUE" in one and "starts_at" in one]
    assert len(unique) == 2, "one for the base list, one for the others"
    assert not columns & {"ends_at", "valid_until"}

"""A reduced price shows the lowest price of the 30 days before it (Directive 98/6/EC, article 6a)."""

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
    """Set a price from now on, and let a day pass."""
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


def test_a_price_without_a_reduction_shows_no_earlier_price(shop: Shop) -> None:
    set_price(shop, 800)
    assert shown(shop) == {"amount": 800, "currency": "GBP"}


def test_the_price_before_the_reduction_is_shown(shop: Shop) -> None:
    set_price(shop, 800, compare_at=1000)
    assert shown(shop) == {
        "amount": 800, "currency": "GBP", "compare_at": 1000, "lowest_30_days": 1000,
    }  # fmt: skip


def test_without_an_earlier_price_none_is_shown(shop: Shop) -> None:
    done(shop, "POST", "products", {"title": "Cup", "variants": [{"sku": "CUP"}]})
    row = {"sku": "CUP", "price": {"amount": 500, "currency": "GBP"}, "compare_at": 900}
    done(shop, "PUT", "prices", {"prices": [row]})
    done(shop, "POST", "products/cup/publish")
    price = shop.client.get("/api/v1/products/cup").get_json()["variants"][0]["price"]
    assert price == {"amount": 500, "currency": "GBP", "compare_at": 900}


def test_the_lowest_of_several_prices_in_the_30_days_is_shown(shop: Shop) -> None:
    for amount in (950, 700, 1100):
        set_price(shop, amount)
    set_price(shop, 800, compare_at=1100)
    assert lowest(shop) == 700


def test_raising_a_price_before_its_reduction_does_not_help(shop: Shop) -> None:
    set_price(shop, 2000)
    set_price(shop, 1200, compare_at=2000)
    assert lowest(shop) == 1000


def test_the_price_in_force_at_the_start_of_the_30_days_counts(shop: Shop) -> None:
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


def test_the_30_days_count_back_from_the_reduction_and_not_from_today(shop: Shop) -> None:
    set_price(shop, 800, compare_at=1000)
    shop.clock.advance(timedelta(days=60))
    assert lowest(shop) == 1000


def test_a_second_reduction_shows_the_lower_first_one(shop: Shop) -> None:
    set_price(shop, 800, compare_at=1000)
    set_price(shop, 700, compare_at=1000)
    assert lowest(shop) == 800


def test_a_change_of_only_the_compared_price_begins_no_new_reduction(shop: Shop) -> None:
    set_price(shop, 800, compare_at=1000)
    set_price(shop, 800, compare_at=1100)
    assert (shown(shop)["compare_at"], lowest(shop)) == (1100, 1000)


def test_a_price_that_is_marked_as_reduced_later_shows_the_same_lowest_price(shop: Shop) -> None:
    set_price(shop, 800)
    shop.clock.advance(timedelta(days=40))
    set_price(shop, 800, compare_at=1000)
    assert lowest(shop) == 800


def test_a_scheduled_reduction_counts_from_its_start(shop: Shop) -> None:
    begins = shop.clock.now() + timedelta(days=10)
    set_price(shop, 800, compare_at=1000, starts_at=begins.isoformat())
    set_price(shop, 900)
    assert "compare_at" not in shown(shop)
    shop.clock.advance(timedelta(days=10))
    assert (shown(shop)["amount"], lowest(shop)) == (800, 900)


class TestPriceList:
    @pytest.fixture(autouse=True)
    def of_the_web(self, shop: Shop) -> None:
        done(shop, "POST", "price-lists", EUROPE)

    def test_the_base_price_counts_before_the_list_had_a_price(self, shop: Shop) -> None:
        set_price(shop, 750, compare_at=1000, list="web")
        assert (shown(shop)["amount"], lowest(shop)) == (750, 1000)

    def test_the_base_price_does_not_count_while_the_list_had_a_price(self, shop: Shop) -> None:
        set_price(shop, 900, list="web")
        shop.clock.advance(timedelta(days=31))
        set_price(shop, 100)
        set_price(shop, 800, compare_at=900, list="web")
        assert lowest(shop) == 900

    def test_the_base_price_counts_after_the_end_of_the_list_price(self, shop: Shop) -> None:
        set_price(shop, 900, list="web")
        shop.clock.advance(timedelta(days=31))
        set_price(shop, None, list="web")
        set_price(shop, 850)
        set_price(shop, 700, compare_at=900, list="web")
        assert lowest(shop) == 850

    def test_earlier_prices_of_the_list_count(self, shop: Shop) -> None:
        set_price(shop, 600, list="web")
        set_price(shop, 900, list="web")
        set_price(shop, 800, compare_at=900, list="web")
        assert lowest(shop) == 600


class TestCart:
    """The lines of a cart show the same earlier price as the product."""

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

    def test_only_the_reduced_line_shows_both_prices(self, shop: Shop) -> None:
        set_price(shop, 800, compare_at=1100)
        assert self.reported(shop) == [{}, {"compare_at": 1100, "lowest_30_days": 1000}]

    def test_the_price_of_the_list_counts_if_it_has_one(self, shop: Shop) -> None:
        set_price(shop, 800, compare_at=1100)
        set_price(shop, 700, list="web")
        assert self.reported(shop) == [{}, {}]
        set_price(shop, 600, compare_at=900, list="web")
        assert self.reported(shop) == [{}, {"compare_at": 900, "lowest_30_days": 700}]


class TestListForEverybody:
    """Its price overrides the base price, which is not shown meanwhile."""

    @pytest.fixture(autouse=True)
    def sale(self, shop: Shop) -> None:
        done(shop, "POST", "price-lists", {"code": "sale", "name": "Sale", "currency": "GBP"})

    def test_its_ended_price_counts(self, shop: Shop) -> None:
        set_price(shop, 600, list="sale")
        set_price(shop, None, list="sale")
        set_price(shop, 800, compare_at=1000)
        assert (shown(shop)["amount"], lowest(shop)) == (800, 600)

    def test_a_base_price_that_it_overrides_does_not_count(self, shop: Shop) -> None:
        set_price(shop, 900, list="sale")
        set_price(shop, 100)
        set_price(shop, 1000)
        set_price(shop, None, list="sale")
        set_price(shop, 800, compare_at=1000)
        assert lowest(shop) == 900

    def test_a_reduction_that_it_overrides_begins_at_its_end(self, shop: Shop) -> None:
        set_price(shop, 600, list="sale")
        set_price(shop, 800, compare_at=1000)
        shop.clock.advance(timedelta(days=40))
        set_price(shop, None, list="sale")
        assert (shown(shop)["amount"], lowest(shop)) == (800, 600)

    def test_the_price_of_another_channel_or_store_does_not_count(self, shop: Shop) -> None:
        why = {"name": "-", "reason": "Trial", "approved_by": "Ada"}
        for code, where in (("app", {"channel": "app"}), ("lds", {"location": "lds"})):
            done(shop, "POST", "price-lists", {"code": code, "currency": "GBP", **where, **why})
            set_price(shop, 100, list=code)
        set_price(shop, 800, compare_at=1000)
        assert lowest(shop) == 1000


def test_two_prices_can_never_be_in_force_at_once(shop: Shop) -> None:
    """A row ends when the next begins, and two rows of one series cannot begin together: no end can overlap."""
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

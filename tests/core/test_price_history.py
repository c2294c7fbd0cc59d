"""Old invoices give old prices, and never change the price in force."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from app.adapters import file_import
from app.adapters.file_import import ImportResult
from app.core.catalogue.import_outcome import Tally
from app.core.clock import SetClock
from tests.drivers.imports import Merchant, a_product, a_variant, invoice_file, invoice_line

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def merchant(engine: Engine, clock: SetClock, tmp_path: Path) -> Merchant:
    return Merchant(engine, clock, tmp_path / "reports")


def sold(*sales: tuple[str, str], **different: str) -> list[str]:
    """Return an invoice for each (day of February 2011, price)."""
    return [
        invoice_line(
            f"{day}-{place}", price=price, InvoiceDate=f"2011-02-{day} 10:00:00", **different
        )
        for place, (day, price) in enumerate(sales)
    ]


def import_invoices(merchant: Merchant, *lines: str) -> ImportResult:
    return merchant.file(file_import.history(), invoice_file(*lines))


def prices(merchant: Merchant) -> list[tuple[Any, ...]]:
    early = [
        price for price in merchant.prices() if price.starts_at < datetime(2012, 1, 1, tzinfo=UTC)
    ]
    return [
        (f"{price.starts_at.astimezone(LONDON):%d %H:%M}", price.amount)
        for price in sorted(early, key=lambda price: price.starts_at)
    ]


def test_a_price_is_stored_for_each_day_of_a_change(merchant: Merchant) -> None:
    merchant.products(a_product("mug", a_variant("MUG", 1500)))
    import_invoices(
        merchant, *sold(("01", "12.50"), ("02", "12.50"), ("04", "13.00"), ("05", "12.50"))
    )
    assert prices(merchant) == [("01 00:00", 1250), ("04 00:00", 1300), ("05 00:00", 1250)]


def test_the_price_of_a_day_is_its_most_frequent_line_price(merchant: Merchant) -> None:
    merchant.products(a_product("mug", a_variant("MUG", 1500)))
    import_invoices(
        merchant, *sold(("01", "9.00"), ("01", "12.50"), ("01", "12.50"), ("01", "13.00"))
    )
    assert prices(merchant) == [("01 00:00", 1250)]


def test_free_and_returned_items_give_no_price(merchant: Merchant) -> None:
    merchant.products(a_product("mug", a_variant("MUG", 1500)))
    import_invoices(merchant, *sold(("01", "0.00")), *sold(("02", "12.50"), Quantity="-1"))
    assert prices(merchant) == []


def test_the_price_in_force_stays_in_force(merchant: Merchant) -> None:
    merchant.products(a_product("mug", a_variant("MUG", 1500)))
    import_invoices(merchant, *sold(("01", "12.50")))
    import_invoices(merchant, invoice_line("late", price="1.00", InvoiceDate="2054-12-24 10:00:00"))
    newest = max(merchant.prices(), key=lambda price: price.starts_at)
    assert newest.amount == 1500


def test_no_imported_price_comes_between_the_shops_own_prices(merchant: Merchant) -> None:
    merchant.clock = SetClock(datetime(2011, 2, 2, tzinfo=UTC))
    early = Merchant(merchant.engine, merchant.clock, merchant.reports)
    early.products(a_product("mug", a_variant("MUG", 1500)))
    early.clock = SetClock(datetime(2011, 2, 9, tzinfo=UTC))
    later = Merchant(merchant.engine, early.clock, merchant.reports)
    later.products(a_product("mug", a_variant("MUG", 1600)))
    import_invoices(later, *sold(("01", "12.50"), ("05", "13.00")))
    assert [amount for _, amount in prices(merchant)] == [1250, 1500, 1600]


def test_a_variant_without_a_price_in_the_currency_gets_none_and_is_reported(
    merchant: Merchant,
) -> None:
    merchant.products(a_product("mug", a_variant("MUG", 1500)), currency="EUR")
    result = import_invoices(merchant, *sold(("01", "12.50")))
    assert prices(merchant) == []
    assert (result.is_complete, result.with_notes) == (True, 1)
    assert result.report
    assert 'MUG,"It has no price now' in result.report.read_text()


def test_later_months_continue_after_the_earlier_ones(merchant: Merchant) -> None:
    merchant.products(a_product("mug", a_variant("MUG", 1500)))
    import_invoices(merchant, *sold(("01", "12.50")))
    result = import_invoices(merchant, *sold(("02", "12.50"), ("03", "13.00")))
    assert result.outcome.counts["prices"] == Tally(created=1, unchanged=1)
    assert prices(merchant) == [("01 00:00", 1250), ("03 00:00", 1300)]


def test_every_stored_price_has_its_event(merchant: Merchant) -> None:
    merchant.products(a_product("mug", a_variant("MUG", 1500)))
    import_invoices(merchant, *sold(("01", "12.50")))
    kinds = [price.event_kind for price in merchant.prices() if price.amount == 1250]
    assert kinds == ["price_history.imported"]

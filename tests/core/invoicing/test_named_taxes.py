"""Several taxes on one line are shown apart on quote, order, invoice and credit note, and add up on each."""

from typing import Any

import pytest

from app.adapters.invoice_pdf.labels import tax_label
from tests.drivers import invoices
from tests.drivers.catalogue import call, done
from tests.drivers.invoices import documents, issue, sold
from tests.drivers.payments import refund
from tests.drivers.refusals import wrong_fields
from tests.drivers.shop import Shop

GST, QST = {"name": "GST", "rate": 50_000}, {"name": "QST", "rate": 99_750}
QUEBEC = {"country": "CA", "region": "QC", "category": "standard", "taxes": [GST, QST]}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop whose stores are in Quebec."""
    shop.change("UPDATE locations SET country = 'CA', region = 'QC'")
    done(shop, "PUT", "markets", {"country": "CA", "tax_included": False, "tax_level": "total"})
    assert done(shop, "PUT", "tax-rates", QUEBEC)["rate"] == 149_750
    invoices.set_up(shop)
    for number, price in enumerate((333, 1999, 7)):
        shop.stock(f"S{number}", price, lds=99)
    return shop


def tax_of(document: dict[str, Any]) -> dict[str, int]:
    return {part["name"]: part["tax"] for part in document["taxes"]}


def test_quote_order_and_invoice_show_each_tax_by_its_name(shop: Shop) -> None:
    placed = sold(shop, {"S0": 2, "S1": 1, "S2": 3})
    net = 2 * 333 + 1999 + 3 * 7
    right = {"GST": round(net * 0.05), "QST": round(net * 0.09975)}
    order = shop.call("GET", f"/api/v1/orders/{placed.number}", placed.token).get_json()
    assert tax_of(order) == right
    assert order["total"] == net + sum(right.values())
    issue(shop)
    [invoice] = documents(shop, placed)
    assert tax_of(invoice) == right
    assert invoice["total"] == order["total"]
    for line in invoice["lines"]:
        assert sum(tax["amount"] for tax in line["taxes"]) == line["tax"]
    path = f"/api/v1/orders/{placed.number}/documents/{invoice['id']}.pdf"
    assert shop.call("GET", path, placed.token).data[:5] == b"%PDF-"
    assert shop.violations() == {}


def test_credit_notes_take_back_each_tax_exactly(shop: Shop) -> None:
    placed = shop.order({"S0": 5, "S1": 3, "S2": 3})
    shop.pick(placed, {"S0": 3, "S1": 2, "S2": 3}, S0=2, S1=1)
    due = shop.make_ready(placed).get_json()["amount_due"]
    shop.hand_over(placed, due)
    issue(shop)
    for part in (1, 500, due - 501):
        refund(shop, placed, part)
        issue(shop)
    invoice, *notes = sorted(documents(shop, placed), key=lambda one: one["kind"] != "invoice")
    assert invoice["total"] == due
    assert sum(note["total"] for note in notes) == due
    for name, tax in tax_of(invoice).items():
        assert sum(tax_of(note).get(name, 0) for note in notes) == tax
    assert shop.violations() == {}


@pytest.mark.parametrize(
    "different",
    [
        {"taxes": [GST, GST]}, {"taxes": [GST | {"name": ""}]}, {"taxes": [GST | {"rate": 0}]},
        {"rate": 149_751}, {"taxes": [GST | {"rate": 900_000}, QST | {"rate": 200_000}]},
    ],
)  # fmt: skip
def test_wrong_taxes_are_refused(shop: Shop, different: dict[str, Any]) -> None:
    answer = call(shop, "PUT", "tax-rates", QUEBEC | {"category": "zero"} | different)
    assert wrong_fields(answer) == {"taxes"}


def test_a_rate_without_a_figure_is_refused(shop: Shop) -> None:
    assert wrong_fields(call(shop, "PUT", "tax-rates", QUEBEC | {"taxes": []})) == {"rate"}


def test_the_taxes_of_a_region_replace_those_of_the_country(shop: Shop) -> None:
    done(shop, "PUT", "tax-rates", {"country": "CA", "category": "standard", "taxes": [GST]})
    shop.change("UPDATE locations SET region = 'AB' WHERE code = 'yrk'")
    for store, names in (("lds", ["QST", "GST"]), ("yrk", ["GST"])):
        cart = shop.cart({"S1": 1}, store)
        seen = shop.call("GET", f"/api/v1/carts/{cart['id']}", cart["token"]).get_json()
        assert [part["name"] for part in seen["quote"]["taxes"]] == names


def test_the_label_of_a_sum_names_the_tax() -> None:
    assert tax_label(99_750, "en", "QST") == "QST 9.975 %"
    assert tax_label(99_750, "de", "QST") == "QST 9,975 %"
    assert tax_label(200_000, "en") == "VAT 20 %"

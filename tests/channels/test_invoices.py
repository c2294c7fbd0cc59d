"""Invoices for shoppers, staff and merchants."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.drivers import customers, invoices
from tests.drivers.catalogue import call, done, refused
from tests.drivers.invoices import BILLING, documents, issue, set_up, sold
from tests.drivers.shop import Placed, Shop, new_key
from tests.drivers.shopper import ADA, Shopper


@pytest.fixture
def invoiced(shop: Shop) -> Placed:
    """Create an order with an invoice and a credit note."""
    set_up(shop)
    shop.stock("MUG", 1200, lds=50)
    placed = sold(shop, {"MUG": 2})
    body = {"amount": 500, "reason": "scratched"}
    shop.staff("POST", f"orders/{placed.number}/refunds", body)
    issue(shop)
    return placed


def test_a_shopper_reads_their_documents_and_downloads_them_as_pdf(
    shop: Shop, invoiced: Placed
) -> None:
    invoice, note = documents(shop, invoiced)
    assert (note["kind"], note["total"], note["reason"]) == ("credit_note", 500, "refund")
    assert note["invoice"] == {"number": invoice["number"], "issued_on": invoice["issued_on"]}
    for one in (invoice, note):
        path = f"/api/v1/orders/{invoiced.number}/documents/{one['id']}.pdf"
        first, again = (shop.call("GET", path, invoiced.token) for _ in range(2))
        assert (first.status_code, first.mimetype) == (200, "application/pdf")
        assert first.data[:5] == b"%PDF-"
        assert first.data == again.data


def test_the_account_opens_them_too(shop: Shop, invoiced: Placed) -> None:
    ada = Shopper(shop, app=True)
    ada.sign_in(email=ADA)
    customers.assign_order(shop, invoiced, shop.account_session().customer_id)
    answer = ada.call("GET", f"orders/{invoiced.number}/documents")
    assert [one["kind"] for one in answer.get_json()["items"]] == ["invoice", "credit_note"]


def test_the_page_of_a_collected_order_links_to_them(shop: Shop, invoiced: Placed) -> None:
    browser = shop.client
    page = browser.get(
        f"/orders/{invoiced.number}?token={invoiced.token}", follow_redirects=True
    ).text
    links = re.findall(r'href="(/orders/[^"]+\.pdf)">([^<]+)<', page)
    assert [name for _, name in links] == [
        f"Invoice {invoice_number(shop, invoiced)}: £24.00 (PDF)",
        f"Credit note {invoice_number(shop, invoiced, 1)}: £5.00 (PDF)",
    ]
    money = re.sub(r"<[^>]+>|\s+", " ", page.partition('<dl class="money">')[2])
    shown = re.findall(r"(Total|VAT|Credited|Paid)\s+(−?£[\d.]+)", money)
    assert shown == [
        ("Total", "£24.00"),
        ("VAT", "£4.00"),
        ("Credited", "−£5.00"),
        ("Paid", "£19.00"),
    ]
    for path, _ in links:
        assert browser.get(path).data[:5] == b"%PDF-"
        assert shop.client.get(path).status_code == 401, "without the cookie of the page"


def invoice_number(shop: Shop, placed: Placed, which: int = 0) -> str:
    return str(documents(shop, placed)[which]["number"])


def test_a_document_is_only_found_under_its_own_order(shop: Shop, invoiced: Placed) -> None:
    other = sold(shop, {"MUG": 1})
    issue(shop)
    (theirs,) = documents(shop, other)
    path = f"/api/v1/orders/{invoiced.number}/documents/{theirs['id']}.pdf"
    assert shop.call("GET", path, invoiced.token).status_code == 404


def test_staff_print_documents_of_their_own_store(shop: Shop, invoiced: Placed) -> None:
    path = f"orders/{invoiced.number}/documents"
    (invoice, _) = shop.staff("GET", path).get_json()["items"]
    assert shop.staff("GET", f"{path}/{invoice['id']}.pdf").mimetype == "application/pdf"
    assert shop.staff("GET", path, store="yrk").status_code == 404
    assert shop.staff("GET", f"{path}/{invoice['id']}.pdf", store="yrk").status_code == 404


def test_merchants_list_documents_by_entity_and_date_page_by_page(
    shop: Shop, invoiced: Placed
) -> None:
    noon = shop.clock.now()
    shop.clock.advance(timedelta(days=1))
    sold(shop, {"MUG": 1})
    issue(shop)
    everything = listed(shop, "")
    assert everything == ["INV-000002", "CN-000001", "INV-000001"]
    assert listed(shop, "legal_entity=main") == everything
    assert listed(shop, "legal_entity=other") == []
    later = (noon + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert listed(shop, f"since={later}") == ["INV-000002"]
    assert listed(shop, f"until={later}") == ["CN-000001", "INV-000001"]
    first = done(shop, "GET", "documents?limit=2")
    assert [one["number"] for one in first["items"]] == everything[:2]
    assert listed(shop, f"limit=2&cursor={first['next_cursor']}") == everything[2:]
    one = first["items"][0]
    assert done(shop, "GET", f"documents/{one['id']}") == one
    assert call(shop, "GET", f"documents/{one['id']}.pdf").mimetype == "application/pdf"
    assert invoiced.number != one["order"]


def listed(shop: Shop, query: str) -> list[str]:
    return [one["number"] for one in done(shop, "GET", f"documents?{query}")["items"]]


def test_a_buyer_with_a_billing_address_gets_a_full_invoice(shop: Shop) -> None:
    set_up(shop)
    shop.stock("MUG", 1200, lds=9)
    placed = sold(shop, {"MUG": 1}, billing=BILLING)
    issue(shop)
    (invoice,) = documents(shop, placed)
    assert invoice["form"] == "full"
    assert invoice["buyer"] == BILLING | {"vat_number": "GB980780684"}
    assert shop.violations() == {}


@pytest.mark.parametrize(
    "different",
    [
        {"vat_number": "GB 980 7806 85"},
        {"country": "xx"},
        {"address": " \n "},
        {"address": "\n".join("12345678 9")},
        {"name": ""},
    ],
)
def test_impossible_billing_is_refused_at_checkout(shop: Shop, different: dict[str, Any]) -> None:
    shop.stock("MUG", 1200, lds=9)
    cart = shop.cart({"MUG": 1})
    answer = shop.checkout(cart, billing=BILLING | different)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    assert shop.checkout(cart, billing=BILLING).status_code == 201


def test_a_legal_entity_is_created_once_and_changed(shop: Shop) -> None:
    entered = set_up(shop)
    assert (entered["code"], entered["vat_number"], entered["locations"]) == (
        "main",
        "GB980780684",
        [],
    )
    assert (entered["invoice_prefix"], entered["credit_note_prefix"]) == ("INV-", "CN-")
    changed = set_up(shop, vat_number=None, language="de", invoice_prefix="R/")
    assert (changed["vat_number"], changed["language"], changed["invoice_prefix"]) == (
        None,
        "de",
        "R/",
    )
    assert done(shop, "GET", "legal-entities")["items"] == [changed]
    assert shop.last_document_numbers() == [
        ("credit_note", 0), ("invoice", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "different"),
    [
        ("main", {"vat_number": "980780685"}),
        ("main", {"country": "gb"}),
        ("main", {"language": "xx"}),
        ("main", {"invoice_prefix": "a b"}),
        ("Main!", {}),
    ],
)
def test_an_impossible_legal_entity_is_refused(
    shop: Shop, code: str, different: dict[str, Any]
) -> None:
    body = invoices.ENTITY | different
    assert refused(shop, "PUT", f"legal-entities/{code}", body) == (422, "invalid")


def test_unknown_stores_and_entities_cannot_be_assigned(shop: Shop) -> None:
    set_up(shop)
    for path in ("legal-entities/none/locations/lds", "legal-entities/main/locations/none"):
        assert refused(shop, "PUT", path) == (404, "not_found")


def test_a_repeated_key_creates_one_entity(shop: Shop) -> None:
    key = new_key()
    first, again = (
        call(shop, "PUT", "legal-entities/main", invoices.ENTITY, key) for _ in range(2)
    )
    assert first.data == again.data
    assert len(shop.events("legal_entity.set")) == 1

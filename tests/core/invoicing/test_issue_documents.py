"""An invoice for handed-over goods and a credit note for a refund, each issued once, in a gapless series."""

from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from app.core.invoicing import legal_entities
from app.core.invoicing.issue_documents import IssueDocuments, issue_documents
from tests.concurrency import answers_at_once, at_once
from tests.core.payment_processing.test_purchased_gift_cards import on_sale
from tests.drivers import invoices
from tests.drivers.catalogue import done
from tests.drivers.invoices import documents, issue, sold
from tests.drivers.payments import authorised, collected, notify, refund
from tests.drivers.shop import Placed, Shop


def order_id(shop: Shop, placed: Placed) -> UUID:
    return shop.order_id(placed)


def test_handed_over_goods_are_invoiced_once_by_a_job_after_the_commit(shop: Shop) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 1200, lds=9)
    placed = sold(shop, {"MUG": 3})
    assert documents(shop, placed) == []
    assert issue(shop) == 1
    (invoice,) = documents(shop, placed)
    assert (invoice["kind"], invoice["number"], invoice["form"]) == (
        "invoice",
        "INV-000001",
        "simplified",
    )
    assert (invoice["net"], invoice["tax"], invoice["total"]) == (3000, 600, 3600)
    assert invoice["taxes"] == [{"rate": 200_000, "net": 3000, "tax": 600}]
    assert (invoice["seller"]["name"], invoice["seller"]["vat_number"]) == (
        "Onecounter Shops Ltd", "GB980780684",
    )  # fmt: skip
    assert invoice["buyer"]["name"] == "Ada Byron"
    assert (invoice["issued_on"], invoice["supplied_on"]) == ("2054-11-24", "2054-11-24")
    assert shop.runner.perform(issue_documents, IssueDocuments(order_id(shop, placed))) == 0
    assert documents(shop, placed) == [invoice]
    assert shop.violations() == {}


def test_a_gift_card_line_is_outside_the_scope_of_vat_and_not_zero_rated(shop: Shop) -> None:
    invoices.set_up(shop)
    on_sale(shop)
    placed = sold(shop, {"GIFT": 2, "MUG": 1})
    issue(shop)
    (invoice,) = documents(shop, placed)
    assert [(line["sku"], line["rate"]) for line in invoice["lines"]] == [
        ("GIFT", None),
        ("MUG", 200_000),
    ]
    assert invoice["taxes"] == [
        {"rate": 200_000, "net": 1000, "tax": 200},
        {"rate": None, "net": 5000, "tax": 0},
    ]
    path = f"/api/v1/orders/{placed.number}/documents/{invoice['id']}.pdf"
    assert shop.call("GET", path, placed.token).data[:5] == b"%PDF-"
    assert shop.violations() == {}


def test_units_cancelled_before_the_hand_over_are_not_invoiced(shop: Shop) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 833, lds=9)
    shop.stock("LAMP", 2499, lds=9)
    placed = shop.order({"MUG": 3, "LAMP": 1})
    shop.pick(placed, {"MUG": 2}, MUG=1, LAMP=1)
    due = shop.make_ready(placed).get_json()["amount_due"]
    shop.hand_over(placed, due)
    issue(shop)
    (invoice,) = documents(shop, placed)
    assert [(line["sku"], line["quantity"]) for line in invoice["lines"]] == [("MUG", 2)]
    payable = shop.staff("GET", f"orders/{placed.number}").get_json()["totals_after_cancellation"]
    assert {name: invoice[name] for name in ("total", "net", "tax")} == payable
    assert shop.violations() == {}


def test_no_document_is_issued_before_the_collection(shop: Shop) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 1200, lds=9)
    placed = shop.order({"MUG": 1})
    assert shop.runner.perform(issue_documents, IssueDocuments(order_id(shop, placed))) == 0
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    assert shop.runner.perform(issue_documents, IssueDocuments(order_id(shop, placed))) == 0


def test_without_a_legal_entity_nothing_is_issued_and_the_next_order_gets_number_one(
    shop: Shop,
) -> None:
    shop.stock("MUG", 1200, lds=9)
    sold(shop, {"MUG": 1})
    assert issue(shop) == 0
    invoices.set_up(shop)
    placed = sold(shop, {"MUG": 1})
    assert issue(shop) == 1
    assert documents(shop, placed)[0]["number"] == "INV-000001"


def test_credit_notes_of_finished_refunds_add_up_to_the_invoice_exactly(shop: Shop) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 333, lds=9)
    shop.stock("LAMP", 2499, lds=9)
    placed, _ = collected(shop, {"MUG": 4, "LAMP": 1})
    issue(shop)
    invoice = documents(shop, placed)[0]
    for amount in (1, 1000, 7, invoice["total"] - 1008):
        assert refund(shop, placed, amount).status_code == 201
        assert issue(shop) == 1
    _, *notes = documents(shop, placed)
    assert [note["total"] for note in notes] == [1, 1000, 7, invoice["total"] - 1008]
    assert [note["number"] for note in notes] == [f"CN-{number:06}" for number in (1, 2, 3, 4)]
    assert {note["invoice"]["number"] for note in notes} == {invoice["number"]}
    for figure in ("net", "tax", "total"):
        assert sum(note[figure] for note in notes) == invoice[figure]
    assert shop.violations() == {}


def test_a_refund_in_progress_has_no_credit_note(shop: Shop) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 1000, lds=9)
    placed, _ = collected(shop, {"MUG": 1})
    issue(shop)
    shop.change("UPDATE refunds SET status = 'pending'")
    refund(shop, placed, 400)
    shop.change("UPDATE refunds SET status = 'pending'")
    assert issue(shop) == 0
    shop.change("UPDATE refunds SET status = 'done'")
    assert shop.runner.perform(issue_documents, IssueDocuments(order_id(shop, placed))) == 1


def test_an_overpayment_is_refunded_without_a_credit_note(shop: Shop) -> None:
    """The whole amount was captured before the pick found one of two missing: only one was ever invoiced."""
    invoices.set_up(shop)
    shop.stock("MUG", 1000, lds=9)
    placed, seen = authorised(shop, {"MUG": 2})
    shop.provider.capture(seen.id, 2000, "by somebody at the provider's console")
    notify(shop, seen.id)
    shop.pick(placed, {"MUG": 1}, MUG=1)
    shop.make_ready(placed)
    assert shop.hand_over(placed, 0).status_code == 200
    refund(shop, placed, 1300)
    assert [(one.amount, one.credited) for one in shop.refunds()] == [(1300, 300)]
    issue(shop)
    reported = [(one["kind"], one["total"]) for one in documents(shop, placed)]
    assert reported == [("invoice", 1000), ("credit_note", 300)]
    assert shop.violations() == {}


def test_units_cancelled_after_the_invoice_get_a_credit_note(shop: Shop) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 333, lds=9)
    placed = sold(shop, {"MUG": 3})
    issue(shop)
    refund(shop, placed, 500)
    shop.change(
        "UPDATE order_lines SET cancelled = 1",
        "UPDATE orders SET cancelled = 333",
    )
    assert shop.runner.perform(issue_documents, IssueDocuments(order_id(shop, placed))) == 2
    _, priced, cancelled = documents(shop, placed)
    assert (priced["reason"], priced["total"]) == ("refund", 500)
    assert (cancelled["reason"], cancelled["total"]) == ("cancelled", 333)
    assert [line["quantity"] for line in cancelled["lines"]] == [1]
    assert shop.runner.perform(issue_documents, IssueDocuments(order_id(shop, placed))) == 0


def test_thirty_simultaneous_hand_overs_get_the_numbers_1_to_30(shop: Shop) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 1200, lds=99)
    placed = [shop.order({"MUG": 1}) for _ in range(30)]
    for one in placed:
        shop.make_ready(one)
    handed = answers_at_once(*(lambda one=one: shop.hand_over(one, 1200) for one in placed))
    assert {answer.status_code for answer in handed} == {200}
    ids = [order_id(shop, one) for one in placed]
    work = [
        lambda id=id: shop.runner.perform(issue_documents, IssueDocuments(id))
        for id in [*ids, *ids]
    ]
    assert sorted(at_once(*work)) == [0] * 30 + [1] * 30
    assert [document.number for document in shop.documents()] == list(range(1, 31))
    assert shop.violations() == {}


def test_the_number_of_a_failed_transaction_is_used_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 1200, lds=9)
    placed = sold(shop, {"MUG": 1})
    take = legal_entities.next_number

    def rolled_back(*given):
        take(*given)
        raise OSError("killed")

    monkeypatch.setattr(legal_entities, "next_number", rolled_back)
    with pytest.raises(OSError, match="killed"):
        shop.runner.perform(issue_documents, IssueDocuments(order_id(shop, placed)))
    monkeypatch.undo()
    issue(shop)
    assert documents(shop, placed)[0]["number"] == "INV-000001"


def test_each_legal_entity_has_its_own_series_and_sells_in_its_stores(shop: Shop) -> None:
    invoices.set_up(shop)
    invoices.set_up(shop, "york", name="York Shop", vat_number=None, invoice_prefix="Y-")
    assert done(shop, "PUT", "legal-entities/york/locations/yrk")["locations"] == ["yrk"]
    shop.stock("MUG", 1200, lds=9, yrk=9)
    here, there = sold(shop, {"MUG": 1}), shop.order({"MUG": 1}, "yrk")
    shop.make_ready(there, "yrk")
    shop.hand_over(there, 1200, store="yrk")
    issue(shop)
    reported = [
        (one["legal_entity"], one["number"])
        for one in documents(shop, here) + documents(shop, there)
    ]
    assert reported == [("main", "INV-000001"), ("york", "Y-000001")]


def test_an_invoice_keeps_the_name_that_its_seller_had(shop: Shop) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 1200, lds=9)
    placed = sold(shop, {"MUG": 1})
    issue(shop)
    invoices.set_up(shop, name="Renamed Ltd")
    assert documents(shop, placed)[0]["seller"]["name"] == "Onecounter Shops Ltd"
    assert shop.violations() == {}


@pytest.mark.parametrize("change", ["UPDATE documents SET total = 0", "DELETE FROM documents"])
def test_a_document_cannot_be_rewritten(shop: Shop, change: str) -> None:
    invoices.set_up(shop)
    shop.stock("MUG", 1200, lds=9)
    sold(shop, {"MUG": 1})
    issue(shop)
    with pytest.raises(DBAPIError, match="append-only"):
        shop.change(change)

from tests.drivers import invoices
from tests.drivers.shop import Shop


def reported(shop: Shop, *arguments: str) -> tuple[int, str]:
    result = shop.app.test_cli_runner().invoke(args=["invoice", *arguments])
    return result.exit_code, result.output


def test_an_order_older_than_the_legal_entity_gets_its_invoice_by_the_command(shop: Shop) -> None:
    shop.stock("MUG", 1200, lds=9)
    placed = invoices.sold(shop, {"MUG": 1})
    assert reported(shop, placed.number) == (0, "0 documents issued.\n")
    invoices.set_up(shop)
    assert reported(shop, placed.number.lower()) == (0, "1 document issued.\n")
    assert reported(shop, placed.number) == (0, "0 documents issued.\n")
    assert [one["number"] for one in invoices.documents(shop, placed)] == ["INV-000001"]


def test_an_unknown_order_is_reported(shop: Shop) -> None:
    code, words = reported(shop, "K7QXM3W9T")
    assert (code, "There is no order" in words) == (1, True)

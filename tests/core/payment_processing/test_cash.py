"""Cash has a drawer, of one currency, and is rounded to coins as a whole."""

from tests.channels.test_admin_money import Office
from tests.drivers.catalogue import done
from tests.drivers.shop import Shop


def test_closing_a_drawer_shows_the_missing_amount(shop: Shop):
    shop.stock("A", 1000, lds=5)
    assert shop.staff("POST", "shifts", {"opening_float": 5000}).status_code == 201
    assert (
        shop.staff("POST", "shifts", {"opening_float": 1}).get_json()["code"]
        == "shift_already_open"
    )
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    shop.hand_over(placed, 1000, 2000)
    shop.staff("POST", "shifts/current/cash", {"amount": -3000, "reason": "to the bank"})
    closed = shop.staff("POST", "shifts/current/close", {"counted": 2990}).get_json()
    assert (closed["expected"], closed["counted"]) == (3000, 2990)
    assert shop.staff("GET", "shifts/current").status_code == 404
    assert shop.violations() == {}


def test_cash_is_rounded_as_a_whole_and_not_per_payment(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    shop.change("UPDATE orders SET currency = 'CHF'")
    small = [{"method": "cash", "amount": 2}] * 10
    parts = [*small, {"method": "cash", "amount": 980, "tendered": 1000}]
    answer = shop.hand_over(placed, 0, payments=parts)
    assert answer.status_code == 422, "after two of them there is a coin to give"
    paid = [{**one, "tendered": 5} for one in small]
    answer = shop.hand_over(placed, 0, payments=[*paid, parts[-1]])
    assert answer.get_json()["change"] == 10 * 5 + 1000 - 1000
    assert shop.staff("GET", "shifts/current").get_json()["expected"] == 1000


def test_a_drawer_has_one_currency(shop: Shop):
    shop.stock("A", 1000, lds=5)
    shop.staff("POST", "shifts", {"opening_float": 5000})
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    shop.change("UPDATE orders SET currency = 'EUR'")
    assert shop.hand_over(placed, 1000).get_json()["code"] == "currency_mismatch"
    assert shop.seen(placed)["status"] == "ready"
    assert shop.staff("GET", "shifts/current").get_json()["expected"] == 5000


def test_small_cash_refunds_add_up_to_no_more_than_a_large_one(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    shop.change("UPDATE orders SET currency = 'CHF'")
    shop.hand_over(placed, 1000)
    for _ in range(10):
        path = f"orders/{placed.number}/refunds"
        assert shop.staff("POST", path, {"amount": 3, "reason": "?"}).status_code == 201
    assert shop.staff("GET", "shifts/current").get_json()["expected"] == 1000 - 30
    day = shop.clock.now().date()
    report = Office(shop).done("GET", f"reports/money?from={day}&to={day}")
    assert [(one["refunded"], one["net"]) for one in report["items"]] == [(30, 970)]
    (shift,) = Office(shop).done("GET", "shifts")["items"]
    assert shift["expected"] == 970


def test_no_more_cash_is_taken_out_than_the_drawer_should_hold(shop: Shop):
    shop.staff("POST", "shifts", {"opening_float": 5000})
    body = {"amount": -5001, "reason": "to the bank"}
    answer = shop.staff("POST", "shifts/current/cash", body)
    assert (answer.status_code, answer.get_json()["errors"]) == (
        422,
        {"amount": ["at least -5000"]},
    )
    assert shop.staff("POST", "shifts/current/cash", body | {"amount": -5000}).status_code == 200
    assert shop.violations() == {}


def test_belgian_cash_is_rounded_in_and_out_and_a_card_is_not(shop: Shop):
    shop.change("UPDATE locations SET country = 'BE'")
    done(shop, "PUT", "tax-rates", {"country": "BE", "category": "standard", "rate": 210_000})
    shop.stock("A", 1657, lds=5)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    shop.change("UPDATE orders SET currency = 'EUR'")
    seen = shop.staff("GET", f"orders/{placed.number}").get_json()
    assert (seen["amount_outstanding"], seen["cash_outstanding"]) == (1657, 1655)
    assert shop.hand_over(placed, 1657, 1654).status_code == 422
    assert shop.hand_over(placed, 1657, 2000).get_json()["change"] == 345
    assert shop.staff("GET", "shifts/current").get_json()["expected"] == 1655
    body = {"amount": 1657, "reason": "?"}
    assert shop.staff("POST", f"orders/{placed.number}/refunds", body).status_code == 201
    assert shop.staff("GET", "shifts/current").get_json()["expected"] == 0
    assert shop.violations() == {}

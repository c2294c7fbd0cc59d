"""The merchant issues gift cards, reads and blocks them, and gives store credit."""

from tests.channels.test_admin_money import Office
from tests.core.test_statement_budgets import statements
from tests.drivers import customers
from tests.drivers.catalogue import done
from tests.drivers.shop import Shop
from tests.drivers.shopper import ADA, Shopper

NEW = {"amount": 2500, "reason": "sorry"}


def test_code_and_pin_are_shown_once_and_then_the_last_four(shop: Shop) -> None:
    office = Office(shop)
    made = office.done("POST", "gift-cards", NEW)
    held = shop.call(
        "POST", "/api/v1/gift-cards/balance", None, {"code": made["code"], "pin": made["pin"]}
    )
    assert held.get_json()["balance"] == 2500
    (listed,) = office.done("GET", f"gift-cards?last4={made['code'][-4:]}")["items"]
    assert (listed["id"], listed["balance"], listed["issued"]) == (made["id"], 2500, 2500)
    assert office.done("GET", "gift-cards?last4=----")["items"] == []
    reported = str(office.done("GET", f"gift-cards/{made['id']}")) + str(listed)
    assert made["code"] not in reported
    assert made["pin"] not in reported
    assert shop.violations() == {}


def test_a_gift_card_shows_its_history_of_any_length(shop: Shop) -> None:
    office = Office(shop)
    made = office.done("POST", "gift-cards", NEW)
    shop.stock("A", 500, lds=9)
    counts = []
    for _ in range(2):
        body = {"method": "at_pickup", "gift_cards": [{"code": made["code"], "pin": made["pin"]}]}
        placed = shop.order({"A": 1}, payment=body)
        with statements(shop.engine) as seen:
            card = office.done("GET", f"gift-cards/{made['id']}")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert [(one["kind"], one["amount"]) for one in card["entries"]] == [
        ("issue", 2500), ("use", -500), ("use", -500),
    ]  # fmt: skip
    assert card["entries"][-1]["order"] == placed.number


def test_a_blocked_gift_card_pays_nothing_until_it_is_unblocked(shop: Shop) -> None:
    office = Office(shop)
    made = office.done("POST", "gift-cards", NEW)
    given = {"code": made["code"], "pin": made["pin"]}
    blocked = office.done("POST", f"gift-cards/{made['id']}/block", {"reason": "lost"})
    assert (blocked["active"], blocked["balance"]) == (False, 2500)
    assert shop.call("POST", "/api/v1/gift-cards/balance", None, given).get_json()["balance"] == 0
    office.done("POST", f"gift-cards/{made['id']}/unblock", {"reason": "found"})
    held = shop.call("POST", "/api/v1/gift-cards/balance", None, given).get_json()["balance"]
    assert held == 2500


def test_store_credit_follows_the_customer_through_merges(shop: Shop) -> None:
    office, ada, twin = Office(shop), customers.add(shop), customers.add(shop)
    for customer, amount in ((ada, 500), (twin, 300)):
        body = {"amount": amount, "reason": "good will"}
        office.done("POST", f"customers/{customer}/credit", body)
    merge = customers.merge(shop, ada, twin)
    for customer in (ada, twin):
        with statements(shop.engine) as seen:
            (credit,) = office.done("GET", f"customers/{customer}/credit")["items"]
        assert len([one for one in seen if "stored_value_accounts" in one]) == 1
        assert (credit["currency"], credit["balance"]) == ("GBP", 800)
        assert [one["amount"] for one in credit["entries"]] == [500, 300]
    customers.undo(shop, ada, merge)
    assert office.done("GET", f"customers/{twin}/credit")["items"][0]["balance"] == 300
    assert office.refused("GET", f"customers/{'0' * 32}/credit") == "not_found"
    assert shop.violations() == {}


def test_a_shopper_sees_their_own_store_credit(shop: Shop) -> None:
    shopper = Shopper(shop, app=True)
    shopper.sign_in()
    assert shopper.account("GET", "/credit") == {"items": []}
    customer = shop.customer_id(ADA)
    Office(shop).done("POST", f"customers/{customer}/credit", {"amount": 500, "reason": "sorry"})
    (credit,) = shopper.account("GET", "/credit")["items"]
    assert (credit["balance"], len(credit["entries"])) == (500, 1)
    assert "sorry" not in str(credit)


def test_an_api_key_cannot_issue_gift_cards(shop: Shop) -> None:
    answer = shop.call("POST", "/api/admin/v1/gift-cards", shop.keys["merchant"], NEW)
    assert answer.get_json()["code"] == "forbidden"
    assert done(shop, "GET", "gift-cards")["items"] == []

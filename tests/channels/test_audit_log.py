"""The audit log: each change with its actor, role, channel and approval."""

from datetime import timedelta

import pytest

from tests.core.test_statement_budgets import statements
from tests.drivers import staff
from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS, YORK, Shop
from tests.drivers.staff import Person, entries, work


@pytest.fixture
def owner(shop: Shop) -> str:
    return Person(shop, "owner@shop.example", "owner").sign_in()


def kinds(shop: Shop, token: str, query: str = "?limit=100") -> list[str]:
    return [one["kind"] for one in entries(shop, token, query)]


def a_day(shop: Shop) -> str:
    """Set a price, count stock, collect an order, reinstate another with approval; return its number."""
    from app.jobs.orders import expire_orders

    shop.stock("MUG", 800, lds=10, yrk=10)
    shop.merchant(
        "PUT", "prices", {"prices": [{"sku": "MUG", "price": {"amount": 900, "currency": "GBP"}}]}
    )
    picker, cashier = staff.at_work(shop, "7", "picker"), staff.at_work(shop, "8", "cashier")
    work(shop, "POST", "counts", picker, {"lines": [{"sku": "MUG", "quantity": 9}]})
    collected, expired = shop.order({"MUG": 1}), shop.order({"MUG": 1})
    shop.make_ready(collected)
    assert shop.hand_over(collected, 900).status_code == 200
    fulfilment = shop.fulfilment(expired)
    shop.clock.advance(timedelta(days=10))
    expire_orders(shop.jobs)
    manager = staff.hire(shop, "1", "manager")
    cashier = staff.give_pin(shop, shop.tokens[LEEDS], "8", _pin(shop, "8")).get_json()["token"]
    approval = {"number": "1", "pin": manager.pin, "reason": "came_late"}
    answer = work(
        shop, "POST", f"fulfilments/{fulfilment}/reinstate", cashier, {"approval": approval}
    )
    assert answer.status_code == 200, answer.get_json()
    return expired.number


def _pin(shop: Shop, number: str) -> str:
    from app.core.access.staff.staff import RenewPin, renew_pin

    return shop.runner.perform(renew_pin, RenewPin(number)).pin


def test_each_change_has_one_line_newest_first(shop: Shop) -> None:
    number = a_day(shop)
    owner = Person(shop, "owner@shop.example", "owner").sign_in()
    assert kinds(shop, owner, "?about=money") == ["shift.opened", "order.collected"]
    assert kinds(shop, owner, "?about=stock") == ["order.collected", "stock.counted"]
    assert kinds(shop, owner, "?about=price") == ["prices.set"]
    (line,) = entries(shop, owner, "?about=override")
    manager, cashier = shop.staff_id("1"), shop.staff_id("8")
    device = shop.device("Leeds till").id
    expected = {
        "kind": "order.placed", "order": number, "actor_kind": "staff", "actor_id": str(cashier),
        "actor_role": "cashier", "approved_by": str(manager), "reason": "came_late",
        "sales_channel": "pos", "device_id": str(device), "location": LEEDS,
    }  # fmt: skip
    assert {name: line[name] for name in expected} == expected
    assert (line["changes"]["from"], line["changes"]["to"]) == ("expired", "placed")


def test_flask_order_show_prints_the_role_and_the_approval(shop: Shop) -> None:
    number = a_day(shop)
    reported = shop.app.test_cli_runner().invoke(args=["order", "show", number]).output
    (line,) = [one for one in reported.splitlines() if "approved by a manager" in one]
    assert "placed by cashier at Leeds till (pos)" in line
    assert "approved by a manager (came_late)" in line


def test_the_log_is_paged_and_each_line_appears_once(shop: Shop) -> None:
    a_day(shop)
    owner = Person(shop, "owner@shop.example", "owner").sign_in()
    whole = [one["id"] for one in entries(shop, owner, "?limit=100")]
    paged: list[str] = []
    query = "?limit=3"
    while query:
        page = shop.call("GET", f"/api/admin/v1/audit{query}", owner).get_json()
        paged += [one["id"] for one in page["items"]]
        query = page["next_cursor"] and f"?limit=3&cursor={page['next_cursor']}"
    assert len(whole) > 10
    assert paged == whole == sorted(whole, reverse=True)


def test_the_log_is_filtered_by_actor_place_and_subject(shop: Shop) -> None:
    number = a_day(shop)
    owner = Person(shop, "owner@shop.example", "owner").sign_in()
    picker, till = shop.staff_id("7"), shop.device("York till").id
    assert kinds(shop, owner, f"?actor={picker}") == ["stock.counted", "staff.signed_in"]
    assert kinds(shop, owner, f"?actor={picker}&about=stock") == ["stock.counted"]
    assert kinds(shop, owner, f"?device={till}") == []
    assert kinds(shop, owner, f"?location={YORK}") == []
    assert "stock.counted" in kinds(shop, owner, f"?location={LEEDS}")
    assert kinds(shop, owner, f"?order={number}&about=money") == []
    assert kinds(shop, owner, f"?order={number}&about=override") == ["order.placed"]
    refused = shop.call("GET", "/api/admin/v1/audit?about=weather", owner)
    assert refusal(refused) == (422, "invalid")


def test_a_line_is_visible_at_once_and_gets_its_position_when_sealed(
    shop: Shop, owner: str
) -> None:
    assert entries(shop, owner)[0]["position"] is None
    shop.seal()
    (last, *_), (*_, top) = entries(shop, owner), shop.event_seals()
    assert last["position"] == top.position


def test_before_and_after_are_ids_and_amounts_without_names(shop: Shop) -> None:
    a_day(shop)
    owner = Person(shop, "owner@shop.example", "owner").sign_in()
    reported = str(entries(shop, owner, "?limit=100"))
    for name in ("Worker", "Ada", "Byron", "shop.example"):
        assert name not in reported
    ((price,),) = ((one["changes"]["prices"],) for one in entries(shop, owner, "?about=price"))
    assert (price[0]["old_amount"], price[0]["amount"]) == (800, 900)


def test_a_short_pick_shows_the_amount_due_before_and_after(shop: Shop, owner: str) -> None:
    shop.stock("MUG", 800, lds=10)
    shop.pick(shop.order({"MUG": 3}), {}, MUG=1)
    (line,) = entries(shop, owner, "?about=money")
    assert line["changes"] == {"lines": {"MUG": 1}, "cancelled_before": 0, "cancelled": 800}


@pytest.mark.parametrize("query", ["", "?about=stock", f"?location={LEEDS}", "?about=override"])
def test_a_page_is_one_statement_and_one_for_the_token(shop: Shop, owner: str, query: str) -> None:
    with statements(shop.engine) as seen:
        entries(shop, owner, query)
    assert len(seen) == 2, seen


def test_every_change_of_permissions_is_in_the_log(shop: Shop) -> None:
    registry = shop.app.extensions["events"]
    rights = registry.visible_to("merchant", ["staff", "user", "device", "api_client"])
    assert set(rights) - set(registry.about("role")) == {"staff.signed_out", "user.signed_out"}


def test_only_these_kinds_are_about_money_and_stock(shop: Shop) -> None:
    registry = shop.app.extensions["events"]
    assert set(registry.about("money")) == {
        "order.cancelled", "order.collected", "order.items_unavailable", "order.refunded",
        "order.review_resolved", "order.refunded_manually", "order.payment_requested", "gift_card.issued",
        "gift_card.blocked", "gift_card.unblocked", "store_credit.granted", "shift.opened", "shift.cash_moved",
        "shift.closed", "order.invoiced", "order.credited", "legal_entity.set", "legal_entity.store_assigned",
    }  # fmt: skip
    assert set(registry.about("stock")) == {
        "stock.counted", "stock.imported", "order.collected", "order.items_unavailable", "order.restocked",
    }  # fmt: skip

"""Two records of one person are merged at the counter, by a manager or with their approval."""

from typing import Any

import pytest

from tests.drivers import customers, staff
from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop


@pytest.fixture
def two(shop: Shop) -> tuple[str, str]:
    """Return two records of Ada: one by email address, and one by a loyalty card that came later."""
    card = customers.add(shop, name="A. Byron", email=None, phone=None, loyalty_card="77")
    return customers.add(shop), card


def merged(shop: Shop, token: str, two: tuple[str, str], **approval: Any) -> Any:
    body = {"customer": two[1], **approval}
    return staff.work(shop, "POST", f"customers/{two[0]}/merges", token, body)


def found(shop: Shop) -> tuple[str, str]:
    """Return the customers found by the address and by the card."""
    by_mail, by_card = (
        customers.at_till(shop, *known)[0]["id"]
        for known in (("email", "ada@example.com"), ("loyalty_card", "77"))
    )
    return by_mail, by_card


def test_a_manager_views_both_masked_records_merges_and_undoes(
    shop: Shop, two: tuple[str, str]
) -> None:
    manager = staff.at_work(shop, "9", "manager")
    path = f"customers/{two[0]}"
    preview = staff.work(shop, "GET", f"{path}/merge-preview/{two[1]}", manager).get_json()
    assert (preview["stays"]["id"], preview["merged"]["id"]) == two
    assert (preview["result"]["name"], preview["result"]["email"]) == (
        "Ada Byron",
        "A•••@Example.com",
    )
    assert preview["differs"] == ["name"]
    assert "ada@example.com" not in str(preview).lower()
    assert found(shop) == two

    assert merged(shop, manager, two).status_code == 200
    assert found(shop) == (two[0], two[0])
    (made,) = staff.work(shop, "GET", f"{path}/merges", manager).get_json()["items"]
    undone = staff.work(shop, "POST", f"{path}/merges/{made['id']}/undo", manager, {})
    assert undone.status_code == 200
    assert found(shop) == two
    reported = [(event.kind, event.actor_role) for event in shop.events("customer.merge*")]
    assert reported == [("customer.merged", "manager"), ("customer.merge_undone", "manager")]
    assert shop.violations() == {}


def test_a_cashier_needs_a_managers_approval_to_merge(shop: Shop, two: tuple[str, str]) -> None:
    cashier = staff.at_work(shop, "7", "cashier")
    manager = staff.hire(shop, "9", "manager")
    assert refusal(merged(shop, cashier, two)) == (403, "approval_needed")
    assert found(shop) == two
    approval = {"number": "9", "pin": manager.pin, "reason": "mistake"}
    assert merged(shop, cashier, two, approval=approval).status_code == 200
    assert found(shop) == (two[0], two[0])
    event = shop.event("customer.merged")
    assert (event.actor_role, event.approved_by) == ("cashier", manager.id)


def test_a_preview_is_an_event_of_both_customers(shop: Shop, two: tuple[str, str]) -> None:
    shop.staff("GET", f"customers/{two[0]}/merge-preview/{two[1]}")
    seen = [one for one in shop.events("customer.viewed") if one.actor_kind == "staff"]
    assert sorted(str(one.customer_id) for one in seen) == sorted(two)


def test_a_picker_cannot_merge(shop: Shop, two: tuple[str, str]) -> None:
    picker = staff.at_work(shop, "5", "picker")
    assert refusal(merged(shop, picker, two)) == (403, "forbidden")

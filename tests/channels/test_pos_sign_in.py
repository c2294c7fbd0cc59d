"""A till is paired, staff sign in at it, and a manager approves actions beyond a cashier's permissions."""

from datetime import timedelta
from typing import Any

import pytest

from app.channels.http.guards import DEVICE, allowed
from app.channels.http.responses import EmptySchema, perform
from app.config import Settings
from app.core.access.devices import (
    PAIRING_CODE_LIFETIME,
    CreatePairingCode,
    RevokeDevice,
    create_pairing_code,
    revoke_device,
)
from tests.application import application
from tests.concurrency import at_once
from tests.drivers import staff
from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS, YORK, Shop, new_key
from tests.drivers.staff import POS, work


def offer(shop: Shop, **different: Any) -> str:
    offered = shop.runner.perform(
        create_pairing_code, CreatePairingCode(LEEDS, "Till 2", **different)
    )
    return offered.code


def pair(shop: Shop, code: str, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return shop.client.post(f"{POS}/pair", json={"code": code}, headers=headers)


def ready_to_reinstate(shop: Shop) -> str:
    """Return the path that reinstates an expired order."""
    from app.jobs.orders import expire_orders

    shop.stock("MUG", 800, lds=10)
    placed = shop.order({"MUG": 1})
    fulfilment = shop.fulfilment(placed)
    shop.clock.advance(timedelta(days=10))
    expire_orders(shop.jobs)
    return f"fulfilments/{fulfilment}/reinstate"


def test_a_pairing_code_is_exchanged_for_a_token_once(shop: Shop) -> None:
    code = offer(shop, needs_staff=False)
    answer = pair(shop, code)
    assert answer.status_code == 201
    paired = answer.get_json()
    assert (paired["name"], paired["store"], paired["needs_staff"]) == ("Till 2", "lds", False)
    assert shop.call("GET", f"{POS}/tasks", paired["token"]).status_code == 200
    assert refusal(pair(shop, code)) == (401, "unauthorised")
    event = shop.event("device.paired")
    assert (event.actor_role, str(event.device_id)) == ("device", paired["id"])


def test_a_code_is_accepted_in_common_notations(shop: Shop) -> None:
    assert pair(shop, f" {offer(shop).lower().replace('-', ' ')} ").status_code == 201


def test_a_repeated_pairing_with_the_same_key_returns_the_lost_response(shop: Shop) -> None:
    code, key = offer(shop), new_key()
    assert pair(shop, code, key).get_json() == pair(shop, code, key).get_json()


def test_one_of_two_simultaneous_pairings_succeeds(shop: Shop) -> None:
    code = offer(shop)
    answers = at_once(*(lambda: pair(shop, code).status_code for _ in range(2)))
    assert sorted(answers) == [201, 401]


def test_an_expired_code_or_one_of_a_revoked_device_is_refused(shop: Shop) -> None:
    old = offer(shop)
    revoked = shop.runner.perform(create_pairing_code, CreatePairingCode(LEEDS, "Till 3"))
    shop.runner.perform(revoke_device, RevokeDevice(revoked.id))
    assert refusal(pair(shop, revoked.code)) == (401, "unauthorised")
    shop.clock.advance(PAIRING_CODE_LIFETIME)
    assert refusal(pair(shop, old)) == (401, "unauthorised")


def test_a_code_is_stored_as_a_hash(shop: Shop) -> None:
    code = offer(shop)
    stored = shop.rows_as_text("devices", "events")
    assert [row for row in stored if code in row or code.replace("-", "") in row] == []


def test_a_till_that_requires_staff_does_nothing_until_a_sign_in(shop: Shop) -> None:
    token = staff.strict_till(shop)
    assert refusal(shop.call("GET", f"{POS}/tasks", token)) == (401, "staff_sign_in_required")
    hired = staff.hire(shop, "7", "picker")
    answer = staff.give_pin(shop, token, "7", hired.pin)
    headers = {"Authorization": f"Bearer {token}", "X-Staff-Token": answer.get_json()["token"]}
    assert shop.client.get(f"{POS}/tasks", headers=headers).status_code == 200


def test_a_trusted_till_works_without_staff_but_not_with_an_expired_session(shop: Shop) -> None:
    assert shop.call("GET", f"{POS}/tasks", shop.tokens[LEEDS]).status_code == 200
    assert refusal(work(shop, "GET", "tasks", "nobody")) == (401, "staff_sign_in_required")
    assert refusal(work(shop, "GET", "tasks", "")) == (401, "staff_sign_in_required")


def test_a_session_is_invalid_at_another_till(shop: Shop) -> None:
    token = staff.at_work(shop, "7", "manager")
    headers = {"Authorization": f"Bearer {pair(shop, offer(shop)).get_json()['token']}"}
    answer = shop.client.get(f"{POS}/tasks", headers=headers | {"X-Staff-Token": token})
    assert refusal(answer) == (401, "staff_sign_in_required")
    assert refusal(work(shop, "GET", "tasks", token, store=YORK)) == (401, "staff_sign_in_required")


def test_a_sign_out_ends_the_session_and_a_second_one_changes_nothing(shop: Shop) -> None:
    token = staff.at_work(shop, "7", "manager")
    other = staff.at_work(shop, "8", "manager")
    assert work(shop, "DELETE", "sessions", token, store=YORK).status_code == 200
    assert work(shop, "GET", "tasks", token).status_code == 200, "of another till it ends nothing"
    for _ in range(2):
        assert work(shop, "DELETE", "sessions", token).status_code == 200
    assert work(shop, "GET", "tasks", token).status_code == 401
    assert work(shop, "GET", "tasks", other).status_code == 200
    assert len(shop.events("staff.signed_out")) == 1


def test_an_action_of_signed_in_staff_has_them_as_actor(shop: Shop) -> None:
    shop.stock("MUG", 800, lds=10)
    token = staff.at_work(shop, "7", "picker")
    body = {"lines": [{"sku": "MUG", "quantity": 9}]}
    assert work(shop, "POST", "counts", token, body).status_code == 200
    worker, device = shop.staff_id("7"), shop.device("Leeds till").id
    event = shop.event("stock.counted")
    assert (event.actor_kind, event.actor_id, event.actor_role) == ("staff", worker, "picker")
    assert (event.device_id, event.sales_channel) == (device, "pos")
    change = {"variant_id": str(shop.variant_id("MUG")), "before": 10, "after": 9}
    assert event.payload == {"rows": 1, "changes": [change]}


def test_a_device_without_staff_is_the_actor_itself(shop: Shop) -> None:
    shop.stock("MUG", 800, lds=10)
    shop.staff("POST", "counts", {"lines": [{"sku": "MUG", "quantity": 9}]})
    event = shop.event("stock.counted")
    assert event.device_id is not None
    assert (event.actor_id, event.actor_role) == (event.device_id, "device")


def test_a_cashier_needs_a_managers_approval_to_reinstate_an_order(
    shop: Shop,
) -> None:
    path = ready_to_reinstate(shop)
    token = staff.at_work(shop, "7", "cashier")
    manager = staff.hire(shop, "1", "manager")
    assert refusal(work(shop, "POST", path, token)) == (403, "approval_needed")
    approval = {"number": "1", "pin": manager.pin, "reason": "came_late"}
    answer = work(shop, "POST", path, token, {"approval": approval})
    assert answer.status_code == 200, answer.get_json()
    (event,) = [one for one in shop.events() if one.payload.get("reinstated") is True]
    assert (event.actor_id, event.actor_role) == (shop.staff_id("7"), "cashier")
    assert (event.approved_by, event.reason) == (manager.id, "came_late")
    assert shop.violations() == {}


def test_a_wrong_pin_approves_nothing_and_counts(shop: Shop) -> None:
    path = ready_to_reinstate(shop)
    token = staff.at_work(shop, "7", "cashier")
    manager = staff.hire(shop, "1", "manager")
    wrong = {"number": "1", "pin": f"{(int(manager.pin) + 1) % 10**6:06}", "reason": "came_late"}
    codes = [refusal(work(shop, "POST", path, token, {"approval": wrong})) for _ in range(6)]
    assert codes == [(403, "invalid_pin")] * 5 + [(429, "too_many_attempts")]
    assert {order.status for order in shop.order_records()} == {"expired"}


def test_only_a_manager_of_the_store_can_approve(shop: Shop) -> None:
    path = ready_to_reinstate(shop)
    cashier = staff.hire(shop, "7", "cashier")
    token = staff.give_pin(shop, shop.tokens[LEEDS], "7", cashier.pin).get_json()["token"]
    own = {"number": "7", "pin": cashier.pin, "reason": "other"}
    assert refusal(work(shop, "POST", path, token, {"approval": own})) == (403, "forbidden")
    elsewhere = staff.hire(shop, "2", "manager", YORK)
    yorks = {"number": "2", "pin": elsewhere.pin, "reason": "other"}
    assert refusal(work(shop, "POST", path, token, {"approval": yorks})) == (403, "invalid_pin")
    assert {order.status for order in shop.order_records()} == {"expired"}


def test_a_manager_needs_no_approval_but_a_wrong_one_is_refused(shop: Shop) -> None:
    path = ready_to_reinstate(shop)
    token = staff.at_work(shop, "1", "manager")
    wrong = {"number": "9", "pin": "0000", "reason": "other"}
    assert refusal(work(shop, "POST", path, token, {"approval": wrong})) == (403, "invalid_pin")
    assert work(shop, "POST", path, token).status_code == 200


@pytest.mark.parametrize("reason", ["Mrs Byron came late", ""])
def test_a_reason_is_one_of_a_list_because_it_is_sealed_permanently(
    shop: Shop, reason: str
) -> None:
    path = ready_to_reinstate(shop)
    token = staff.at_work(shop, "7", "cashier")
    approval = {"number": "1", "pin": "123456", "reason": reason}
    assert refusal(work(shop, "POST", path, token, {"approval": approval})) == (422, "invalid")


def test_a_sign_in_stores_no_response_that_would_distinguish_right_from_wrong_pins(
    shop: Shop,
) -> None:
    hired, key, till = staff.hire(shop, "7", "cashier"), new_key(), shop.tokens[LEEDS]

    def try_in(pin: str) -> int:
        body = {"number": "7", "pin": pin}
        return shop.call("POST", f"{POS}/sessions", till, body, key).status_code

    assert try_in(hired.pin) == 201
    assert [try_in(wrong_pin(hired.pin)) for _ in range(6)] == [403] * 5 + [429]
    assert shop.idempotency_keys() == []


def wrong_pin(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06}"


def test_the_key_of_an_approval_does_not_reveal_its_pin(shop: Shop) -> None:
    """A caller who knows the key of the request must not find the manager's PIN by sending it with all PINs.
    The rest of the request is compared as usual."""
    path = ready_to_reinstate(shop)
    manager, token, key = (
        staff.hire(shop, "1", "manager"),
        staff.at_work(shop, "7", "cashier"),
        new_key(),
    )
    headers = {
        "Authorization": f"Bearer {shop.tokens[LEEDS]}", "X-Staff-Token": token, "Idempotency-Key": key,
    }  # fmt: skip

    def send(**body: Any) -> Any:
        return shop.client.post(f"{POS}/{path}", json=body, headers=headers)

    approval = {"number": "1", "pin": manager.pin, "reason": "came_late"}
    done = send(approval=approval)
    assert done.status_code == 200
    again = [
        send(approval=approval | {"pin": pin}) for pin in (manager.pin, wrong_pin(manager.pin))
    ]
    assert [answer.data for answer in again] == [done.data, done.data]
    assert refusal(send()) == (422, "idempotency_key_reused")


def test_a_view_that_forgets_to_check_the_approval_is_refused(
    settings: Settings,
) -> None:
    def planted() -> Any:
        return perform(lambda _, __: None, None, EmptySchema)

    app = application(settings)
    app.add_url_rule(
        f"{POS}/planted", view_func=allowed(DEVICE, "orders.reinstate")(planted), methods=["POST"]
    )
    shop = Shop(app)
    cashier = staff.at_work(shop, "7", "cashier")
    manager = staff.at_work(shop, "1", "manager")
    assert refusal(work(shop, "POST", "planted", cashier)) == (403, "approval_needed")
    assert work(shop, "POST", "planted", manager).status_code == 200
    shop.engine.dispose()

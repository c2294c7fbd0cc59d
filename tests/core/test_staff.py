"""Number and PIN at a device: identification, attempt limits and approvals."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.core.access.staff import queries
from app.core.access.staff.pins import ATTEMPTS, ATTEMPTS_AT_DEVICE, WINDOW
from app.core.access.staff.sessions import (
    SESSION_LIFETIME,
    SignInStaff,
    StaffSignedIn,
    sign_in_staff,
)
from app.core.access.staff.staff import (
    DeactivateStaff,
    RenewPin,
    SetStoreRole,
    deactivate_staff,
    renew_pin,
    set_store_role,
)
from app.core.errors import Conflict, Invalid, InvalidPin, NotFound, TooManyAttempts
from app.core.transaction import Actor
from tests.concurrency import at_once
from tests.drivers import staff
from tests.drivers.shop import LEEDS, YORK, Shop


def device(shop: Shop, store: str = LEEDS, name: str | None = None) -> Actor:
    """Return the actor that a till is for use cases."""
    (found,) = [
        one
        for one in shop.devices()
        if one.location == store and (one.name == name if name else one.name.endswith(" till"))
    ]
    return Actor("staff", "pos", id=found.id, device_id=found.id, location_id=found.location_id)


def give(shop: Shop, number: str, pin: str, at: Actor | None = None) -> StaffSignedIn:
    result: StaffSignedIn = shop.runner.perform(
        sign_in_staff, SignInStaff(number, pin), at or device(shop)
    )
    return result


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 10**6:06}"


def kinds(shop: Shop) -> list[str]:
    return shop.event_kinds("staff.*")


def test_staff_sign_in_by_number_and_pin_and_get_their_role_at_the_store(shop: Shop) -> None:
    hired = staff.hire(shop, "7", "cashier")
    signed = give(shop, "7", hired.pin)
    assert (signed.name, signed.role, signed.expires_at) == (
        "Worker 7",
        "cashier",
        shop.clock.now() + SESSION_LIFETIME,
    )
    event = shop.event("staff.signed_in")
    assert (event.actor_id, event.actor_role) == (hired.id, "cashier")
    assert event.device_id == device(shop).device_id


@pytest.mark.parametrize("at", [LEEDS, YORK])
def test_an_unknown_number_and_a_number_of_another_store_are_refused_like_a_wrong_pin(
    shop: Shop, at: str
) -> None:
    hired = staff.hire(shop, "7", "cashier", YORK)
    number, pin = ("7", hired.pin) if at == LEEDS else ("8", hired.pin)
    with pytest.raises(InvalidPin, match="Number or PIN is wrong"):
        give(shop, number, pin, device(shop, at))
    with pytest.raises(InvalidPin, match="Number or PIN is wrong"):
        give(shop, "7", wrong(hired.pin), device(shop, YORK))


def test_after_five_wrong_pins_the_right_pin_waits_15_minutes(shop: Shop) -> None:
    hired = staff.hire(shop, "7", "cashier")
    for _ in range(ATTEMPTS):
        with pytest.raises(InvalidPin):
            give(shop, "7", wrong(hired.pin))
    with pytest.raises(TooManyAttempts) as refused:
        give(shop, "7", hired.pin)
    assert refused.value.data == {"retry_after": 900}
    shop.clock.advance(WINDOW)
    assert give(shop, "7", hired.pin).token
    assert kinds(shop).count("staff.pin_refused") == ATTEMPTS


def test_wrong_pins_at_one_till_do_not_lock_another_till(shop: Shop) -> None:
    hired = staff.hire(shop, "7", "cashier")
    staff.strict_till(shop)
    for _ in range(ATTEMPTS + 1):
        with pytest.raises((InvalidPin, TooManyAttempts)):
            give(shop, "7", wrong(hired.pin), device(shop, name="Leeds till"))
    assert give(shop, "7", hired.pin, device(shop, name="Strict till")).token


def test_a_sign_in_resets_no_attempts_of_the_device_or_of_another_number(
    shop: Shop,
) -> None:
    cashier, manager = staff.hire(shop, "7", "cashier"), staff.hire(shop, "1", "manager")
    refusals: list[type[Exception]] = []
    for _ in range(ATTEMPTS + 1):
        give(shop, "7", cashier.pin)
        with pytest.raises((InvalidPin, TooManyAttempts)) as refused:
            give(shop, "1", wrong(manager.pin))
        refusals.append(refused.type)
    assert refusals == [InvalidPin] * ATTEMPTS + [TooManyAttempts]
    (limit,) = shop.rate_limits("pins of a device")
    assert limit.used == 2 * ATTEMPTS + 2


def test_of_20_simultaneous_guesses_five_are_verified(shop: Shop) -> None:
    """Those that find no connection in time, as on a busy machine, are not verified either."""
    hired, at = staff.hire(shop, "7", "cashier"), device(shop)
    outcomes = at_once(*(lambda: give(shop, "7", wrong(hired.pin), at) for _ in range(20)))
    names = [type(one).__name__ for one in outcomes]
    assert names.count("InvalidPin") == ATTEMPTS
    assert set(names) <= {"InvalidPin", "TooManyAttempts", "TimeoutError"}


def guess(shop: Shop, guesses: int) -> tuple[int, int]:
    """Return how many guesses at one PIN were verified, and how many at all numbers of a device."""
    staff.hire(shop, "7", "cashier")
    at = device(shop)
    for pin in range(guesses):
        with pytest.raises((InvalidPin, TooManyAttempts)):
            give(shop, "7", f"x{pin}", at)
    one = kinds(shop).count("staff.pin_refused")
    for pin in range(guesses):
        with pytest.raises((InvalidPin, TooManyAttempts)):
            give(shop, str(1000 + pin), "x", at)
    return one, kinds(shop).count("staff.pin_refused") - one


def test_of_200_guesses_at_a_pin_five_are_verified(shop: Shop) -> None:
    at_one, at_all = guess(shop, 200)
    assert at_one == ATTEMPTS
    assert at_one + at_all <= ATTEMPTS_AT_DEVICE


@pytest.mark.soak
def test_soak_of_10000_guesses_at_a_pin_no_more_are_verified(shop: Shop) -> None:
    at_one, at_all = guess(shop, 10_000)
    assert at_one <= 100
    assert at_one + at_all <= 100


def test_a_new_pin_ends_the_old_pin_and_its_sessions(shop: Shop) -> None:
    hired = staff.hire(shop, "7", "cashier")
    token = give(shop, "7", hired.pin).token
    renewed = shop.runner.perform(renew_pin, RenewPin("7"))
    assert staff.work(shop, "GET", "tasks", token).status_code == 401
    with pytest.raises(InvalidPin):
        give(shop, "7", hired.pin)
    assert give(shop, "7", renewed.pin).token


def test_a_deactivated_member_of_staff_is_out_at_once_and_the_number_is_not_reused(
    shop: Shop,
) -> None:
    hired = staff.hire(shop, "7", "cashier")
    token = give(shop, "7", hired.pin).token
    assert staff.work(shop, "GET", "tasks", token).status_code == 200
    shop.runner.perform(deactivate_staff, DeactivateStaff("7"))
    assert staff.work(shop, "GET", "tasks", token).status_code == 401
    with pytest.raises(InvalidPin):
        give(shop, "7", hired.pin)
    with pytest.raises(Conflict, match="is or was another person's"):
        staff.hire(shop, "7", "picker")
    with pytest.raises(NotFound):
        shop.runner.perform(deactivate_staff, DeactivateStaff("7"))


def test_a_role_holds_for_its_store_and_its_change_affects_open_sessions(shop: Shop) -> None:
    hired = staff.hire(shop, "7", "cashier")
    token = give(shop, "7", hired.pin).token
    shop.runner.perform(set_store_role, SetStoreRole("7", YORK, "manager"))
    assert give(shop, "7", hired.pin, device(shop, YORK)).role == "manager"
    shop.runner.perform(set_store_role, SetStoreRole("7", LEEDS, None))
    assert staff.work(shop, "GET", "tasks", token).status_code == 401
    with shop.engine.connect() as reader:
        assert queries.get_staff(reader, "7").stores == {"yrk": "manager"}


def test_each_change_of_a_role_is_recorded_once_with_before_and_after(shop: Shop) -> None:
    staff.hire(shop, "7", "cashier")
    for role in ("manager", "manager", None, None):
        shop.runner.perform(set_store_role, SetStoreRole("7", LEEDS, role))
    changes = shop.payloads("staff.role_set")
    assert [(one["before"], one["after"]) for one in changes] == [
        (None, "cashier"), ("cashier", "manager"), ("manager", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "store", "error"), [("boss", LEEDS, Invalid), ("cashier", "ldn", NotFound)]
)
def test_an_unknown_role_or_store_is_refused_and_no_staff_are_added(
    shop: Shop, role: str, store: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        staff.hire(shop, "7", role, store)
    assert shop.staff_members() == []


def test_two_simultaneous_role_changes_each_record_the_previous_role(shop: Shop) -> None:
    staff.hire(shop, "7", "cashier")

    def change(role: str) -> None:
        shop.runner.perform(set_store_role, SetStoreRole("7", LEEDS, role))

    at_once(lambda: change("picker"), lambda: change("manager"))
    reported = [(one["before"], one["after"]) for one in shop.payloads("staff.role_set")]
    (last,) = shop.staff_role_names()
    assert {reported[1][0], reported[2][0]} == {
        "cashier",
        (reported[1][1] if reported[2][1] == last else reported[2][1]),
    }
    assert shop.violations() == {}


def test_pins_and_tokens_are_stored_as_hashes_and_appear_in_no_representation(shop: Shop) -> None:
    hired = staff.hire(shop, "7", "cashier")
    signed = give(shop, "7", hired.pin)
    stored = shop.rows_as_text(
        "staff", "staff_sessions", "events", "rate_limits", "idempotency_keys"
    )
    for secret in (hired.pin, signed.token):
        assert [row for row in stored if secret in row] == []
        assert secret not in repr((hired, signed, SignInStaff("7", secret)))


def test_a_session_ends_after_half_a_shift(shop: Shop) -> None:
    hired = staff.hire(shop, "7", "cashier")
    token = give(shop, "7", hired.pin).token
    shop.clock.advance(SESSION_LIFETIME - timedelta(seconds=1))
    assert staff.work(shop, "GET", "tasks", token).status_code == 200
    shop.clock.advance(timedelta(seconds=1))
    assert staff.work(shop, "GET", "tasks", token).status_code == 401


def test_an_unknown_device_uses_up_no_attempts(shop: Shop) -> None:
    hired = staff.hire(shop, "7", "cashier")
    for _ in range(ATTEMPTS + 1):
        answer = staff.give_pin(shop, "device-of-a-stranger", "7", wrong(hired.pin))
        assert answer.status_code == 401
    assert shop.rate_limits() == []
    assert give(shop, "7", hired.pin).token


def test_a_moved_till_belongs_to_its_new_store(shop: Shop) -> None:
    hired, at = staff.hire(shop, "7", "cashier"), device(shop)
    elsewhere = replace(at, location_id=UUID(int=0))
    with pytest.raises(InvalidPin):
        give(shop, "7", hired.pin, elsewhere)
    assert [limit.used for limit in shop.rate_limits("pin")] == [1]

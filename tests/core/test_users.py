"""The merchant's users: invited, signed in by password and one-time code, signed out at once."""

from datetime import timedelta
from typing import Any

import pytest

from app.core.access.users.invitations import (
    INVITATION_LIFETIME,
    AcceptInvitation,
    accept_invitation,
)
from app.core.access.users.sessions import (
    ATTEMPTS,
    ATTEMPTS_FROM_ADDRESS,
    WINDOW,
    SignInUser,
    UserSignedIn,
    sign_in_user,
)
from app.core.access.users.sessions import SESSION_LIFETIME as SESSION_LIVES
from app.core.access.users.users import DisableUser, SetRoles, disable_user, set_roles
from app.core.errors import Conflict, Invalid, NotFound, TooManyAttempts, Unauthorised
from app.core.ids import new_id
from app.core.transaction import Actor
from tests.concurrency import at_once
from tests.drivers import staff
from tests.drivers.shop import Shop
from tests.drivers.staff import ADMIN, PASSWORD, Person

CONSOLE = Actor("merchant", "console")


def give(shop: Shop, person: Person, address: str = "192.0.2.1", **wrong: str) -> UserSignedIn:
    given = {"email": person.email, "password": PASSWORD, "code": person.code} | wrong
    result: UserSignedIn = shop.runner.perform(
        sign_in_user, SignInUser(ip_address=address, **given), CONSOLE
    )
    return result


def accept(shop: Shop, invitation: str, password: str = PASSWORD) -> Any:
    return shop.runner.perform(accept_invitation, AcceptInvitation(invitation, password), CONSOLE)


def wait(shop: Shop, by: timedelta = timedelta(seconds=60)) -> None:
    """Wait until the phone shows another code, and the previous one is over."""
    shop.clock.advance(by)


def seen(shop: Shop, token: str, path: str = "users") -> int:
    return shop.call("GET", f"{ADMIN}/{path}", token).status_code


def test_an_invited_user_sets_a_password_and_a_second_factor_and_signs_in(shop: Shop) -> None:
    person = Person(shop, "Ada@Shop.example", "owner", "prices")
    signed = give(shop, person, email="ADA@shop.example")
    assert (signed.roles, signed.expires_at) == (
        ["owner", "prices"],
        shop.clock.now() + SESSION_LIVES,
    )
    assert seen(shop, signed.token) == 200
    event = shop.event("user.signed_in")
    assert (event.actor_id, event.actor_role) == (person.id, "owner+prices")


@pytest.mark.parametrize(
    "wrong",
    [{"password": "another one entirely"}, {"code": "000000"}, {"email": "eve@shop.example"}],
)
def test_every_wrong_credential_is_refused_in_the_same_words(
    shop: Shop, wrong: dict[str, str]
) -> None:
    person = Person(shop, "ada@shop.example", "owner")
    with pytest.raises(Unauthorised, match=r"^E-mail, password or code is wrong: try again\.$"):
        give(shop, person, **wrong)
    assert shop.user_sessions() == []
    assert give(shop, person).token


def test_a_code_works_once_also_for_two_simultaneous_sign_ins(shop: Shop) -> None:
    person = Person(shop, "ada@shop.example", "owner")
    outcomes = at_once(*(lambda: give(shop, person) for _ in range(2)))
    assert sorted(type(one).__name__ for one in outcomes) == ["Unauthorised", "UserSignedIn"]
    with pytest.raises(Unauthorised):
        give(shop, person)
    wait(shop)
    assert give(shop, person).token


def test_attempts_are_counted_by_account_and_address_and_by_account(shop: Shop) -> None:
    person = Person(shop, "ada@shop.example", "owner")
    judged = {"near": 0, "far": 0}
    for number in range(2 * ATTEMPTS):
        for name, address in (("near", "192.0.2.1"), ("far", f"198.51.100.{number}")):
            with pytest.raises((Unauthorised, TooManyAttempts)) as refused:
                give(shop, person, address, password="wrong wrong wrong")
            judged[name] += refused.type is Unauthorised
    assert judged["near"] == ATTEMPTS_FROM_ADDRESS
    assert sum(judged.values()) == ATTEMPTS
    assert refused.value.data == {"retry_after": WINDOW.total_seconds()}
    wait(shop, WINDOW)
    assert give(shop, person).token


def test_a_stranger_at_another_address_does_not_lock_the_user_out(shop: Shop) -> None:
    person = Person(shop, "ada@shop.example", "owner")
    for _ in range(3 * ATTEMPTS_FROM_ADDRESS):
        with pytest.raises((Unauthorised, TooManyAttempts)):
            give(shop, person, "198.51.100.9", password="wrong wrong wrong")
    assert give(shop, person).token


@pytest.mark.soak
def test_soak_of_10000_guesses_at_a_password_at_most_100_are_verified(shop: Shop) -> None:
    person = Person(shop, "ada@shop.example", "owner")
    judged = 0
    for number in range(10_000):
        with pytest.raises((Unauthorised, TooManyAttempts)) as refused:
            give(shop, person, f"address {number}", password=f"guess {number}")
        judged += refused.type is Unauthorised
    assert judged <= 100


def test_an_unknown_account_runs_out_of_attempts_like_any_other(shop: Shop) -> None:
    person = Person(shop, "ada@shop.example", "owner")
    outcomes: dict[str, list[str]] = {"ada@shop.example": [], "nobody@shop.example": []}
    for email, reported in outcomes.items():
        for _ in range(ATTEMPTS_FROM_ADDRESS + 1):
            with pytest.raises((Unauthorised, TooManyAttempts)) as refused:
                give(shop, person, email=email, password="wrong wrong wrong")
            reported.append(str(refused.value))
    known, unknown = outcomes.values()
    assert known == unknown
    subjects = " ".join(limit.subject for limit in shop.rate_limits())
    assert subjects
    assert "@" not in subjects


def test_an_invitation_is_used_up_by_the_first_sign_in(shop: Shop) -> None:
    invited = staff.invite(shop, "ada@shop.example", "owner")
    accept(shop, invited.invitation, "lost with its answer")
    accept(shop, invited.invitation)
    person = Person(shop, "ada@shop.example", "owner")
    give(shop, person)
    for wrong in (invited.invitation, "no invitation at all"):
        with pytest.raises(Unauthorised, match="ask for a new one"):
            accept(shop, wrong)


def test_an_invitation_expires_after_three_days(shop: Shop) -> None:
    invited = staff.invite(shop, "ada@shop.example", "owner")
    wait(shop, INVITATION_LIFETIME)
    with pytest.raises(Unauthorised):
        accept(shop, invited.invitation)


def test_a_second_invitation_replaces_a_lost_phone_and_ends_the_old_access(shop: Shop) -> None:
    before = Person(shop, "ada@shop.example", "owner")
    token = before.sign_in()
    staff.invite(shop, "ada@shop.example", "owner")
    assert seen(shop, token) == 200, "until the user accepts"
    after = Person(shop, "ada@shop.example", "owner")
    assert after.id == before.id
    assert seen(shop, token) == 401
    wait(shop)
    with pytest.raises(Unauthorised):
        give(shop, before)
    assert give(shop, after).token


def test_changed_roles_apply_from_the_next_request_on(shop: Shop) -> None:
    Person(shop, "eve@shop.example", "owner")
    person = Person(shop, "ada@shop.example", "owner")
    token = give(shop, person).token
    assert seen(shop, token) == 200
    shop.runner.perform(set_roles, SetRoles(person.id, ["read-only"]))
    assert (seen(shop, token), seen(shop, token, "products")) == (403, 200)
    reported = shop.payloads("user.roles_set")[-1]
    assert (reported["before"], reported["after"]) == (["owner"], ["read-only"])


def test_a_disabled_user_is_out_at_once_and_permanently(shop: Shop) -> None:
    Person(shop, "eve@shop.example", "owner")
    person = Person(shop, "ada@shop.example", "prices")
    token = give(shop, person).token
    for _ in range(2):
        shop.runner.perform(disable_user, DisableUser(person.id))
    assert seen(shop, token, "products") == 401
    wait(shop)
    with pytest.raises(Unauthorised):
        give(shop, person)
    with pytest.raises(Conflict, match="disabled for good"):
        staff.invite(shop, "ada@shop.example", "prices")
    assert len(shop.events("user.disabled")) == 1


def test_the_last_owner_stays_an_owner(shop: Shop) -> None:
    last = Person(shop, "ada@shop.example", "owner")
    staff.invite(shop, "eve@shop.example", "owner")  # this owner has not accepted the invitation
    for leave in (
        lambda: shop.runner.perform(set_roles, SetRoles(last.id, ["prices"])),
        lambda: shop.runner.perform(disable_user, DisableUser(last.id)),
        lambda: staff.invite(shop, "ada@shop.example", "prices"),
    ):
        with pytest.raises(Conflict) as refused:
            leave()
        assert refused.value.code == "last_owner"


def test_of_two_owners_who_disable_each_other_at_once_one_stays(shop: Shop) -> None:
    both = [Person(shop, f"{name}@shop.example", "owner").id for name in ("ada", "eve")]
    outcomes = at_once(
        lambda: shop.runner.perform(set_roles, SetRoles(both[0], ["stock"])),
        lambda: shop.runner.perform(disable_user, DisableUser(both[1])),
    )
    assert [type(one).__name__ for one in outcomes].count("Conflict") == 1
    owners = [user for user in shop.users() if "owner" in user.roles and not user.disabled_at]
    assert len(owners) == 1


@pytest.mark.parametrize("roles", [[], ["boss"]])
def test_unknown_roles_are_refused(shop: Shop, roles: list[str]) -> None:
    with pytest.raises(Invalid, match="Roles are one or more of"):
        staff.invite(shop, "ada@shop.example", *roles)


def test_an_unknown_user_cannot_be_changed(shop: Shop) -> None:
    nobody = new_id()
    with pytest.raises(NotFound):
        shop.runner.perform(set_roles, SetRoles(nobody, ["owner"]))
    with pytest.raises(NotFound):
        shop.runner.perform(disable_user, DisableUser(nobody))


def test_passwords_secrets_and_tokens_are_in_no_table_and_no_representation(shop: Shop) -> None:
    invited = staff.invite(shop, "ada@shop.example", "owner")
    accepted = accept(shop, invited.invitation)
    person = Person(shop, "ada@shop.example", "owner")
    signed = give(shop, person)
    stored = shop.rows_as_text("users", "user_sessions", "events", "rate_limits")
    for secret in (
        PASSWORD,
        accepted.secret,
        person.phone.secret,
        signed.token,
        invited.invitation,
    ):
        assert [row for row in stored if secret in row] == []
        assert secret not in repr((invited, accepted, signed, AcceptInvitation(secret, secret)))
    assert "ada@" not in shop.text_of("events")


def test_two_simultaneous_invitations_of_one_person_both_succeed(shop: Shop) -> None:
    """The later invitation is the valid one, as if it had been made later."""
    invited = at_once(*(lambda: staff.invite(shop, "eve@shop.example", "stock") for _ in range(4)))
    assert {one.id for one in invited} == {invited[0].id}

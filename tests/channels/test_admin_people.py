"""Users, staff, devices and API keys over HTTP, and the permissions for each."""

from typing import Any

import pyotp
import pytest

from tests.drivers import staff
from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS, Shop
from tests.drivers.staff import ADMIN, PASSWORD, POS, Person


@pytest.fixture
def owner(shop: Shop) -> str:
    return Person(shop, "owner@shop.example", "owner").sign_in()


def done(shop: Shop, token: str, method: str, path: str, body: Any = None) -> Any:
    answer = shop.call(method, f"{ADMIN}/{path}", token, body)
    assert answer.status_code in (200, 201), answer.get_json()
    return answer.get_json()


def test_an_invited_user_signs_in_with_password_and_one_time_code(shop: Shop, owner: str) -> None:
    body = {"email": "Ada@shop.example", "name": "Ada", "roles": ["prices", "catalogue"]}
    invited = done(shop, owner, "POST", "users", body)
    accept = {"invitation": invited["invitation"], "password": PASSWORD}
    accepted = shop.client.post(f"{ADMIN}/invitations/accept", json=accept).get_json()
    assert accepted["otpauth_uri"].startswith("otpauth://totp/Onecounter:ada%40shop.example?")
    code = pyotp.TOTP(accepted["secret"]).at(shop.clock.now())
    given = {"email": "ada@shop.example", "password": PASSWORD, "code": code}
    signed = shop.client.post(f"{ADMIN}/sessions", json=given).get_json()
    assert signed["roles"] == ["catalogue", "prices"]
    assert shop.call("GET", f"{ADMIN}/products", signed["token"]).status_code == 200
    assert refusal(shop.call("GET", f"{ADMIN}/users", signed["token"])) == (403, "forbidden")
    listed = {one["email"]: one for one in done(shop, owner, "GET", "users")["items"]}
    assert listed["ada@shop.example"]["accepted"]
    assert set(listed) == {"ada@shop.example", "owner@shop.example"}


def test_wrong_passwords_are_refused_and_too_many_must_wait(shop: Shop) -> None:
    person = Person(shop, "ada@shop.example", "owner")
    answers = [person.try_in(password="wrong") for _ in range(11)]
    assert [refusal(one) for one in answers] == [(401, "unauthorised")] * 10 + [
        (429, "too_many_attempts")
    ]
    assert answers[-1].headers["Retry-After"] == "900"


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_has_12_to_200_characters(shop: Shop, password: str) -> None:
    invited = staff.invite(shop, "ada@shop.example", "owner")
    accept = {"invitation": invited.invitation, "password": password}
    assert refusal(shop.client.post(f"{ADMIN}/invitations/accept", json=accept)) == (422, "invalid")


def test_a_user_sees_and_ends_only_their_own_sessions(shop: Shop, owner: str) -> None:
    other = Person(shop, "ada@shop.example", "prices").sign_in()
    (own,) = done(shop, owner, "GET", "sessions")["items"]
    (theirs,) = done(shop, other, "GET", "sessions")["items"]
    assert refusal(shop.call("DELETE", f"{ADMIN}/sessions/{theirs['id']}", owner)) == (
        404,
        "not_found",
    )
    done(shop, other, "DELETE", f"sessions/{theirs['id']}")
    assert refusal(shop.call("GET", f"{ADMIN}/sessions", other)) == (401, "unauthorised")
    assert done(shop, owner, "GET", "sessions")["items"] == [own]


def test_an_owner_changes_roles_and_disables_users(shop: Shop, owner: str) -> None:
    person = Person(shop, "ada@shop.example", "prices")
    body = {"roles": ["read-only", "stock"]}
    assert done(shop, owner, "PUT", f"users/{person.id}/roles", body)["roles"] == [
        "stock",
        "read-only",
    ]
    assert done(shop, owner, "POST", f"users/{person.id}/disable")["disabled_at"]
    assert person.try_in().status_code == 401


def test_an_owner_manages_staff(shop: Shop, owner: str) -> None:
    body = {"number": "7", "name": "Ada", "store": LEEDS, "role": "cashier"}
    added = done(shop, owner, "POST", "staff", body)
    assert staff.give_pin(shop, shop.tokens[LEEDS], "7", added["pin"]).status_code == 201
    renewed = done(shop, owner, "POST", "staff/7/pin")
    assert staff.give_pin(shop, shop.tokens[LEEDS], "7", renewed["pin"]).status_code == 201
    moved = done(shop, owner, "PUT", "staff/7/stores/yrk", {"role": "manager"})
    assert moved["stores"] == {"lds": "cashier", "yrk": "manager"}
    assert refusal(shop.call("POST", f"{ADMIN}/staff", owner, body)) == (409, "staff_number_taken")
    assert done(shop, owner, "POST", "staff/7/deactivate")["deactivated_at"]
    (listed,) = done(shop, owner, "GET", "staff")["items"]
    assert (listed["number"], listed["name"], "pin" in listed) == ("7", "Ada", False)
    assert refusal(shop.call("POST", f"{ADMIN}/staff/7/pin", owner)) == (404, "not_found")


def test_a_device_gets_a_pairing_code_is_paired_listed_and_revoked(shop: Shop, owner: str) -> None:
    offered = done(shop, owner, "POST", "devices", {"store": LEEDS, "name": "Till 2"})
    paired = shop.client.post(f"{POS}/pair", json={"code": offered["code"]}).get_json()
    assert paired["needs_staff"]
    listed = {one["id"]: one for one in done(shop, owner, "GET", "devices")["items"]}
    assert (listed[offered["id"]]["paired"], listed[offered["id"]]["store"]) == (True, "lds")
    assert done(shop, owner, "POST", f"devices/{offered['id']}/revoke")["revoked_at"]
    refused = shop.call("POST", f"{POS}/sessions", paired["token"], {"number": "1", "pin": "1234"})
    assert refusal(refused) == (401, "unauthorised")


def test_a_key_has_the_permissions_of_its_scopes_until_it_is_revoked(
    shop: Shop, owner: str
) -> None:
    body = {"name": "Feed", "scopes": ["catalogue.see"]}
    issued = done(shop, owner, "POST", "api-keys", body)
    assert shop.call("GET", f"{ADMIN}/products", issued["key"]).status_code == 200
    assert refusal(shop.call("GET", f"{ADMIN}/audit", issued["key"])) == (403, "forbidden")
    listed = {one["id"]: one["scopes"] for one in done(shop, owner, "GET", "api-keys")["items"]}
    assert listed[issued["id"]] == ["catalogue.see"]
    done(shop, owner, "POST", f"api-keys/{issued['id']}/revoke")
    assert refusal(shop.call("GET", f"{ADMIN}/products", issued["key"])) == (401, "unauthorised")


def test_a_retired_scope_gives_no_permission(shop: Shop) -> None:
    key = staff.key(shop, ["devices.see"])
    shop.change(
        "UPDATE api_clients SET scopes = CAST('[\"devices.change\"]' AS jsonb) WHERE scopes IS NOT NULL"
    )
    answer = shop.call("POST", f"{ADMIN}/devices", key, {"store": LEEDS, "name": "Till 2"})
    assert refusal(answer) == (403, "forbidden")


@pytest.mark.parametrize("scopes", [[], ["users.change"], ["devices.change"], ["everything"]])
def test_a_key_cannot_have_scopes_that_manage_permissions(
    shop: Shop, owner: str, scopes: list[str]
) -> None:
    body = {"name": "Feed", "scopes": scopes}
    assert refusal(shop.call("POST", f"{ADMIN}/api-keys", owner, body)) == (422, "invalid")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "products/mug/variants/MUG", {"price": {"amount": 1, "currency": "GBP"}}),
        ("PATCH", "products/mug/variants/MUG", {"cost": {"amount": 1, "currency": "GBP"}}),
        ("POST", "products/mug/variants", {"sku": "M2", "price": {"amount": 1, "currency": "GBP"}}),
        ("POST", "products", {"title": "Bowl", "variants": [
            {"sku": "B", "price": {"amount": 1, "currency": "GBP"}}]}),
    ],
)  # fmt: skip
def test_a_user_with_only_the_catalogue_role_cannot_set_prices(
    shop: Shop, method: str, path: str, body: Any
) -> None:
    shop.stock("MUG", 1200)
    keeper = Person(shop, "ada@shop.example", "catalogue").sign_in()
    both = Person(shop, "eve@shop.example", "catalogue", "prices").sign_in()
    assert refusal(shop.call(method, f"{ADMIN}/{path}", keeper, body)) == (403, "forbidden")
    assert done(shop, both, method, path, body)
    assert done(shop, keeper, "PATCH", "products/mug/variants/MUG", {"grams": 5})


def test_a_users_change_has_the_user_as_actor(shop: Shop) -> None:
    shop.stock("MUG", 1200)
    person = Person(shop, "ada@shop.example", "prices")
    body = {"prices": [{"sku": "MUG", "price": {"amount": 1100, "currency": "GBP"}}]}
    done(shop, person.sign_in(), "PUT", "prices", body)
    event = shop.event("prices.set")
    assert (event.actor_kind, event.actor_id) == ("merchant", person.id)
    assert (event.actor_role, event.sales_channel) == ("prices", "console")
    (price,) = event.payload["prices"]
    assert (price["old_amount"], price["amount"]) == (1200, 1100)

import json

import pytest

from app.cli.access import client, device
from app.cli.staff_and_users import staff, user
from app.core.access.users.invitations import AcceptInvitation, accept_invitation
from tests.drivers import staff as workers
from tests.drivers.shop import LEEDS, YORK
from tests.drivers.staff import ADMIN, PASSWORD, POS


@pytest.fixture
def run(shop):
    def invoke(group, *words):
        return shop.app.test_cli_runner().invoke(group, [str(word) for word in words])

    return invoke


def read(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def status(shop, number, pin, store=LEEDS):
    return workers.give_pin(shop, shop.tokens[store], number, pin).status_code


def test_staff_are_added_moved_given_a_new_pin_and_deactivated(run, shop):
    reported = run(staff, "add", "7", "Ada", LEEDS, "cashier").stdout
    assert "shown only this once" in reported
    assert status(shop, "7", reported.split()[-1]) == 201
    renewed = read(run(staff, "pin", "7", "--json"))
    assert status(shop, "7", reported.split()[-1]) == 403
    assert status(shop, "7", renewed["pin"]) == 201
    assert "7 is manager in yrk." in run(staff, "role", "7", YORK, "manager").stdout
    assert run(staff, "role", "7", LEEDS, "none").exit_code == 0
    assert (status(shop, "7", renewed["pin"]), status(shop, "7", renewed["pin"], YORK)) == (
        403,
        201,
    )
    assert "Ada  manager in yrk" in run(staff, "list").stdout
    assert run(staff, "deactivate", "7").exit_code == 0
    assert status(shop, "7", renewed["pin"], YORK) == 403
    assert "Ada  deactivated" in run(staff, "list").stdout
    (listed,) = read(run(staff, "list", "--json"))
    assert listed.keys() == {"id", "number", "name", "deactivated_at", "stores"}


@pytest.mark.parametrize(
    "words",
    [
        ("pin", "9"),
        ("deactivate", "9"),
        ("role", "9", LEEDS, "cashier"),
        ("add", "9", "Ada", "ldn", "cashier"),
    ],
)
def test_an_unknown_person_store_or_role_exits_1_with_a_remedy(run, words):
    result = run(staff, *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")


def test_a_user_is_invited_accepts_the_invitation_and_is_disabled(run, shop):
    reported = run(user, "invite", "ada@shop.example", "Ada", "--role", "owner").stdout
    person = shop.runner.perform(
        accept_invitation, AcceptInvitation(reported.split()[-1], PASSWORD)
    )
    assert person.email == "ada@shop.example"
    invited = read(run(user, "invite", "eve@shop.example", "Eve", "--role", "stock", "--json"))
    assert "eve@shop.example  stock  invited" in run(user, "list").stdout
    assert "last owner" in run(user, "disable", _id(run, "ada@shop.example")).stderr
    assert run(user, "disable", invited["id"]).exit_code == 0
    assert "eve@shop.example  stock  disabled" in run(user, "list").stdout
    assert run(user, "invite", "x@shop.example", "X", "--role", "boss").exit_code == 2


def _id(run, email):
    (found,) = [one["id"] for one in read(run(user, "list", "--json")) if one["email"] == email]
    return found


def test_a_pairing_code_pairs_a_till(run, shop):
    reported = run(device, "pair", LEEDS, "Till 2").stdout
    code = reported.splitlines()[0].split()[-1]
    assert "(not paired)" in run(device, "list").stdout
    paired = shop.client.post(f"{POS}/pair", json={"code": code}).get_json()
    assert paired["needs_staff"]
    trusted = read(run(device, "pair", LEEDS, "Till 3", "--trusted", "--json"))
    answer = shop.client.post(f"{POS}/pair", json={"code": trusted["code"]}).get_json()
    assert shop.call("GET", f"{POS}/tasks", answer["token"]).status_code == 200
    assert "(not paired)" not in run(device, "list").stdout


def test_a_device_that_requires_a_staff_sign_in_can_be_added(run, shop):
    added = read(run(device, "add", LEEDS, "Till 2", "--needs-staff", "--json"))
    assert shop.call("GET", f"{POS}/tasks", added["token"]).status_code == 401


def test_a_key_can_be_added_with_some_scopes(run, shop):
    words = ("integration", "Feed", "--scope", "catalogue.see")
    added = read(run(client, "add", *words, "--json"))
    assert shop.call("GET", f"{ADMIN}/products", added["key"]).status_code == 200
    assert shop.call("GET", f"{ADMIN}/audit", added["key"]).status_code == 403
    assert "Feed  (catalogue.see)" in run(client, "list").stdout
    for wrong in (("app", "Ours", "--scope", "catalogue.see"), ("merchant", "M", "--scope", "fly")):
        assert run(client, "add", *wrong).exit_code == 1

import json
import stat

import pyotp
import pytest

from app.cli.database import setup
from app.cli.demo import create_demo_legal_entity
from app.core.access.permissions import ROLES, STORE_ROLES
from tests.drivers import staff


@pytest.fixture
def keys(shop, settings):
    """Return the content of var/demo.json after `flask setup`, in a shop that is not empty."""

    def read():
        result = shop.app.test_cli_runner().invoke(setup)
        assert result.exit_code == 0, result.output
        return json.loads((settings.var / "demo.json").read_text())

    return read


def opens(shop, content):
    """Return the statuses of a call with each key of the file."""
    tokens = [store["device_token"] for store in content["stores"].values()]
    merchant, app = (content["logins"][who]["api_key"] for who in ("merchant", "app"))
    shop.stock("MUG", 100)
    calls = [("/api/pos/v1/tasks", token) for token in tokens]
    calls.append(("/api/admin/v1/products/mug", merchant))
    statuses = {shop.call("GET", path, token).status_code for path, token in calls}
    return statuses | {shop.client.post("/api/v1/carts", headers={"X-Client-Key": app}).status_code}


def test_setup_writes_working_keys_that_only_the_owner_can_read(keys, shop, settings):
    content = keys()
    assert content.keys() == {"base_url", "stores", "logins"}
    assert content["stores"].keys() == {"lds", "yrk"}
    assert opens(shop, content) == {200, 201}
    assert stat.S_IMODE((settings.var / "demo.json").stat().st_mode) == 0o600


def test_a_second_setup_keeps_the_keys(keys, shop):
    first = keys()
    assert keys() == first
    assert len([one for one in shop.devices() if one.name.endswith(" demo till")]) == 2


def test_setup_replaces_lost_and_revoked_keys(keys, shop, settings):
    lost = keys()
    (settings.var / "demo.json").unlink()
    found = keys()
    assert opens(shop, found) == {200, 201}
    leeds = lost["stores"]["lds"]["device_token"]
    assert shop.call("GET", "/api/pos/v1/tasks", leeds).status_code == 401

    shop.change(
        "UPDATE devices SET revoked_at = now()", "UPDATE api_clients SET revoked_at = now()"
    )
    after = keys()
    assert after["stores"]["lds"] != found["stores"]["lds"]
    assert after["logins"]["app"] != found["logins"]["app"]


def test_setup_does_not_accept_the_key_of_another_store(keys, settings):
    content = keys()
    content["stores"]["lds"], content["stores"]["yrk"] = content["stores"]["yrk"], {}
    (settings.var / "demo.json").write_text(json.dumps(content))
    assert keys()["stores"]["lds"] != content["stores"]["lds"]


def test_the_demo_staff_and_users_can_sign_in(keys, shop):
    logins = keys()["logins"]
    assert logins.keys() == {"merchant", "app", *STORE_ROLES, *ROLES}
    token = shop.tokens["lds"]
    for role in STORE_ROLES:
        answer = staff.give_pin(shop, token, logins[role]["number"], logins[role]["pin"])
        assert (logins[role]["store"], answer.get_json()["role"]) == ("lds", role)
    for role in ROLES:
        login = dict(logins[role])
        code = pyotp.TOTP(login.pop("totp_secret")).at(shop.clock.now())
        answer = shop.client.post("/api/admin/v1/sessions", json=login | {"code": code})
        assert (answer.status_code, answer.get_json()["roles"]) == (201, [role])


def test_setup_renews_invalid_logins_and_omits_deactivated_people(keys, shop, settings):
    content = keys()
    content["logins"]["picker"]["pin"] = "000000"
    content["logins"]["owner"]["password"] = "forgotten entirely"
    (settings.var / "demo.json").write_text(json.dumps(content))
    shop.change("UPDATE users SET disabled_at = now() WHERE roles @> '[\"stock\"]'")
    shop.change("UPDATE staff SET deactivated_at = now() WHERE name = 'Demo cashier'")
    logins = keys()["logins"]
    assert {"stock", "cashier"}.isdisjoint(logins)
    picker = logins["picker"]
    assert (
        staff.give_pin(shop, shop.tokens["lds"], picker["number"], picker["pin"]).status_code == 201
    )
    assert logins["owner"] != content["logins"]["owner"]
    assert logins["manager"] == content["logins"]["manager"]


def test_the_demo_has_a_legal_entity(shop):
    with shop.app.app_context():
        create_demo_legal_entity()
    (seller,) = shop.merchant("GET", "legal-entities")["items"]
    assert (seller["code"], seller["country"], seller["language"]) == ("main", "GB", "en")

import json
from uuid import uuid4

import pytest

from app.cli.access import client, device
from app.cli.database import migrate
from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS
from tests.reads.database import EngineReads


@pytest.fixture
def run(shop):
    """Run `flask device …` or `flask client …`."""

    def invoke(group, *words):
        return shop.app.test_cli_runner().invoke(group, [str(word) for word in words])

    return invoke


def add(run, group, *words):
    result = run(group, "add", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_device_is_added_and_its_token_works(run, shop):
    added = add(run, device, LEEDS, "Till 2")
    assert added.keys() == {"id", "store", "name", "token"}
    assert shop.call("GET", "/api/pos/v1/tasks", added["token"]).status_code == 200


def test_the_token_is_shown_once(run, shop):
    reported = run(device, "add", LEEDS, "Till 2").stdout
    token = reported.split()[-1]
    assert "Added Till 2 to lds" in reported
    assert "shown only this once" in reported
    assert shop.call("GET", "/api/pos/v1/tasks", token).status_code == 200


def test_an_unknown_store_exits_1_and_names_the_existing_stores(run):
    result = run(device, "add", "ldn", "Till")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: There is no store ldn. There are: lds, yrk.\n"


def test_clients_of_each_kind_are_added_and_unknown_kinds_are_refused(run, shop):
    added = add(run, client, "merchant", "Office")
    reported = run(client, "add", "app", "Ours").stdout
    shop.stock("MUG", 100)
    assert added.keys() == {"id", "kind", "name", "key"}
    assert shop.call("GET", "/api/admin/v1/products/mug", added["key"]).status_code == 200
    assert "Added the app client Ours" in reported
    assert run(client, "add", "fridge", "Cold").exit_code == 2


@pytest.mark.parametrize(
    ("group", "words", "path"),
    [
        (device, (LEEDS, "Till 2"), "/api/pos/v1/tasks"),
        (client, ("merchant", "Office"), "/api/admin/v1/products/mug"),
    ],
)
def test_a_revoked_token_is_refused_and_a_second_revocation_says_the_same(
    run, shop, group, words, path
):
    shop.stock("MUG", 100)
    added = add(run, group, *words)
    key = added.get("token") or added["key"]
    assert shop.call("GET", path, key).status_code == 200
    first, again = (run(group, "revoke", added["id"]) for _ in range(2))
    as_json = json.loads(run(group, "revoke", added["id"], "--json").stdout)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout == again.stdout
    assert f"{words[1]} is revoked since 24 November 2054 12:00 UTC." in first.stdout
    assert as_json["revoked_at"] == "2054-11-24T12:00:00+00:00"
    assert refusal(shop.call("GET", path, key)) == (401, "unauthorised")


@pytest.mark.parametrize("group", [device, client])
def test_an_unknown_id_gives_an_error_that_names_the_list_command(run, group):
    result = run(group, "revoke", uuid4())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "look for its id in the list" in result.stderr
    assert run(group, "revoke", "Till 2").exit_code == 2


@pytest.mark.parametrize(
    ("group", "words"), [(device, (LEEDS, "Till 2")), (client, ("app", "Ours"))]
)
def test_a_list_names_all_entries_and_shows_no_secret(run, shop, group, words):
    added = add(run, group, *words)
    run(group, "revoke", added["id"])
    reported, as_json = run(group, "list").stdout, run(group, "list", "--json").stdout
    hashes = [device.token_hash for device in shop.devices()]
    hashes += [client.key_hash for client in shop.api_clients() if client.key_hash]

    [listed] = [one for one in json.loads(as_json) if one["id"] == added["id"]]
    assert (listed["name"], listed["revoked_at"][:10]) == (words[1], "2054-11-24")
    assert f"{words[1]}  (revoked 24 November 2054 12:00 UTC)" in reported
    secrets = [added.get("token") or added["key"], *shop.tokens.values(), *shop.keys.values()]
    for secret in [*secrets, *hashes]:
        assert secret not in reported
        assert secret not in as_json


def test_the_web_shop_is_listed_as_a_client_without_a_key(run):
    assert "Web shop  (needs no key)" in run(client, "list").stdout


def test_an_empty_list_says_how_to_begin(app):
    runner = app.test_cli_runner()
    assert "flask device add STORE NAME" in runner.invoke(device, ["list"]).stdout
    assert runner.invoke(device, ["list", "--json"]).stdout == "[]\n"


def test_migrate_opens_the_web_shop_once(app, client):
    for _ in range(2):
        assert app.test_cli_runner().invoke(migrate).exit_code == 0
    assert client.post("/api/v1/carts").status_code == 201
    assert len(EngineReads(app.extensions["engine"]).api_clients()) == 1

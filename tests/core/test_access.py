"""Device tokens and API keys: creation, lookup and revocation. The effect over HTTP is tested in channels."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from app.core.access import queries
from app.core.access.api_clients import (
    CreateApiClient,
    CreateStorefrontClient,
    RevokeApiClient,
    create_api_client,
    create_storefront_client,
    revoke_api_client,
)
from app.core.access.devices import AddDevice, RevokeDevice, add_device, revoke_device
from app.core.access.keys import IssuedKey, key_hash
from app.core.access.models import CLIENT_KINDS
from app.core.errors import Conflict, Invalid, NotFound
from tests.concurrency import at_once, meanwhile, wait_for_a_lock
from tests.drivers.shop import LEEDS, Shop


def till(shop: Shop, name: str = "Till 2") -> IssuedKey:
    return shop.runner.perform(add_device, AddDevice(LEEDS, name))


def program(shop: Shop, kind: str = "app") -> IssuedKey:
    return shop.runner.perform(create_api_client, CreateApiClient(kind, "Ours"))


def events(shop: Shop) -> list[tuple[str, str]]:
    """Return the kind of each event, and the id of its device or client."""
    return [
        (event.kind, event.payload.get("device_id") or event.payload["client_id"])
        for event in shop.events()
    ]


def test_a_device_is_found_by_its_token_and_has_its_store(shop: Shop) -> None:
    added = till(shop)
    with shop.engine.connect() as reader:
        found = queries.find_device(reader, key_hash(added.key))
    assert found is not None
    assert (found.id, found.name) == (added.id, "Till 2")
    assert found.location_id == shop.location_id("lds")
    assert events(shop) == [("device.added", str(added.id))]


@pytest.mark.parametrize("kind", CLIENT_KINDS)
def test_a_client_has_the_role_and_channel_of_its_kind(shop: Shop, kind: str) -> None:
    added = program(shop, kind)
    with shop.engine.connect() as reader:
        found = queries.find_client(reader, key_hash(added.key))
    assert found is not None
    assert (found.id, (found.role, found.sales_channel)) == (added.id, CLIENT_KINDS[kind])
    assert events(shop) == [("api_client.created", str(added.id))]


def test_two_devices_of_one_name_have_two_tokens(shop: Shop) -> None:
    one, other = till(shop), till(shop)
    assert one.id != other.id
    assert one.key != other.key


def test_keys_are_stored_as_hashes_and_appear_in_no_representation(shop: Shop) -> None:
    added = [till(shop), program(shop)]
    stored = shop.rows_as_text("devices", "api_clients", "events")
    for issued in added:
        assert not [row for row in stored if issued.key in row]
        assert issued.key not in repr(issued)


def test_a_device_for_an_unknown_store_is_refused_and_the_stores_are_named(shop: Shop) -> None:
    with pytest.raises(NotFound, match=r"There is no store ldn\. There are: lds, yrk\."):
        shop.runner.perform(add_device, AddDevice("ldn", "Till"))
    assert events(shop) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_device_or_client_without_a_valid_name_is_refused(shop: Shop, name: str) -> None:
    with pytest.raises(Invalid, match="1 to 100 characters"):
        till(shop, name)
    with pytest.raises(Invalid, match="1 to 100 characters"):
        shop.runner.perform(create_api_client, CreateApiClient("app", name))


def test_a_client_of_an_unknown_kind_is_refused(shop: Shop) -> None:
    with pytest.raises(Invalid, match="one of: web, app, merchant, integration"):
        program(shop, "fridge")


def test_a_revoked_device_is_no_longer_found_and_a_second_revocation_changes_nothing(
    shop: Shop,
) -> None:
    added = till(shop)
    first = shop.runner.perform(revoke_device, RevokeDevice(added.id)).revoked_at
    assert shop.runner.perform(revoke_device, RevokeDevice(added.id)).revoked_at == first
    with shop.engine.connect() as reader:
        assert queries.find_device(reader, key_hash(added.key)) is None
    assert events(shop) == [("device.added", str(added.id)), ("device.revoked", str(added.id))]


def test_a_revoked_client_is_no_longer_found_and_a_second_revocation_changes_nothing(
    shop: Shop,
) -> None:
    added = program(shop)
    first = shop.runner.perform(revoke_api_client, RevokeApiClient(added.id)).revoked_at
    assert shop.runner.perform(revoke_api_client, RevokeApiClient(added.id)).revoked_at == first
    with shop.engine.connect() as reader:
        assert queries.find_client(reader, key_hash(added.key)) is None
    assert events(shop) == [
        ("api_client.created", str(added.id)),
        ("api_client.revoked", str(added.id)),
    ]


def test_an_unknown_device_or_client_cannot_be_revoked(shop: Shop) -> None:
    with pytest.raises(NotFound, match="There is no device"):
        shop.runner.perform(revoke_device, RevokeDevice(uuid4()))
    with pytest.raises(NotFound, match="There is no client"):
        shop.runner.perform(revoke_api_client, RevokeApiClient(uuid4()))


def test_the_web_shops_own_client_cannot_be_revoked(shop: Shop) -> None:
    web = shop.web_client_id()
    with pytest.raises(Conflict, match="no key that could be revoked"):
        shop.runner.perform(revoke_api_client, RevokeApiClient(web))


def test_simultaneous_openings_of_the_web_shop_create_one_client(shop: Shop) -> None:
    shop.change("DELETE FROM api_clients WHERE key_hash IS NULL")

    def open_it() -> object:
        return shop.runner.perform(create_storefront_client, CreateStorefrontClient())

    with shop.engine.connect() as holder:
        holder.execute(text("LOCK TABLE api_clients IN SHARE ROW EXCLUSIVE MODE"))
        with meanwhile(lambda: at_once(open_it, open_it)) as both:
            wait_for_a_lock(shop.engine, 2)
            holder.rollback()
    web = shop.web_client_id()
    assert both.result() == [web, web]
    assert open_it() == web
    assert len(events(shop)) == 1


@pytest.mark.parametrize("table", ["devices", "api_clients"])
def test_one_of_two_simultaneous_revocations_takes_effect(shop: Shop, table: str) -> None:
    device, client = till(shop).id, program(shop).id

    def revoke() -> None:
        if table == "devices":
            shop.runner.perform(revoke_device, RevokeDevice(device))
        else:
            shop.runner.perform(revoke_api_client, RevokeApiClient(client))

    with shop.engine.connect() as holder:
        holder.execute(text(f"SELECT 1 FROM {table} FOR UPDATE"))
        with meanwhile(lambda: at_once(revoke, revoke)) as both:
            wait_for_a_lock(shop.engine, 2)
            holder.rollback()
    assert both.result() == [None, None]
    assert len([kind for kind, _ in events(shop) if kind.endswith(".revoked")]) == 1

"""Keys and tokens over HTTP, as `flask device` and `flask client` create and revoke them."""

from typing import Any

import pytest
from flask import Flask

from app.channels.http.guards import ANYONE, DEVICE, MERCHANT, allowed, check_declared
from app.core.access.api_clients import (
    CreateApiClient,
    CreateStorefrontClient,
    RevokeApiClient,
    create_api_client,
    create_storefront_client,
    revoke_api_client,
)
from app.core.access.devices import AddDevice, RevokeDevice, add_device, revoke_device
from app.core.access.permissions import MERCHANT_PERMISSIONS, STORE_PERMISSIONS
from tests.drivers.refusals import refusal
from tests.drivers.shop import YORK, Shop, new_key

TASKS, CATALOGUE, CARTS = "/api/pos/v1/tasks", "/api/admin/v1/products/mug", "/api/v1/carts"


def test_a_new_device_works_until_it_is_revoked(shop: Shop) -> None:
    added = shop.runner.perform(add_device, AddDevice(YORK, "Till 2"))
    assert shop.call("GET", TASKS, added.key).status_code == 200

    shop.runner.perform(revoke_device, RevokeDevice(added.id))
    assert refusal(shop.call("GET", TASKS, added.key)) == (401, "unauthorised")
    assert shop.call("GET", TASKS, shop.tokens[YORK]).status_code == 200


@pytest.mark.parametrize("kind", ["merchant", "integration"])
def test_a_merchants_client_works_until_it_is_revoked(shop: Shop, kind: str) -> None:
    shop.stock("MUG", 1200)
    added = shop.runner.perform(create_api_client, CreateApiClient(kind, "Office"))
    assert shop.call("GET", CATALOGUE, added.key).status_code == 200

    shop.runner.perform(revoke_api_client, RevokeApiClient(added.id))
    assert refusal(shop.call("GET", CATALOGUE, added.key)) == (401, "unauthorised")


@pytest.mark.parametrize("kind", ["web", "app"])
def test_a_sales_client_begins_carts_in_its_channel_until_it_is_revoked(
    shop: Shop, kind: str
) -> None:
    added = shop.runner.perform(create_api_client, CreateApiClient(kind, "Ours"))
    headers = {"X-Client-Key": added.key, "Idempotency-Key": new_key()}
    assert shop.client.post(CARTS, headers=headers).status_code == 201
    (cart,) = shop.cart_records()
    assert (cart.sales_channel, cart.client_id) == (kind, added.id)
    assert refusal(shop.call("GET", CATALOGUE, added.key)) == (401, "unauthorised")

    shop.runner.perform(revoke_api_client, RevokeApiClient(added.id))
    assert refusal(shop.client.post(CARTS, headers=headers)) == (401, "unauthorised")


def test_the_open_web_shop_sells_without_a_key(shop: Shop) -> None:
    shop.change("DELETE FROM api_clients WHERE key_hash IS NULL")
    closed = shop.client.post(CARTS)
    assert refusal(closed) == (401, "unauthorised")
    assert "flask migrate" in closed.get_json()["message"]

    shop.runner.perform(create_storefront_client, CreateStorefrontClient())
    assert shop.client.post(CARTS).status_code == 201
    assert [cart.sales_channel for cart in shop.cart_records()] == ["web"]


@pytest.mark.parametrize(
    ("who", "permission"),
    [(MERCHANT, ""), (MERCHANT, "tasks.see"), (DEVICE, ""), (DEVICE, "catalogue.see"),
     (ANYONE, "catalogue.see"), (MERCHANT, "catalogue.sea")],
)  # fmt: skip
def test_a_route_with_an_unknown_permission_stops_the_start(who: str, permission: str) -> None:
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/planted", view_func=allowed(who, permission)(lambda: ""))
    with pytest.raises(RuntimeError, match=r"Say what may be done here.*: /planted"):
        check_declared(app)


@pytest.mark.parametrize(
    ("who", "permission"), [(MERCHANT, "catalogue.see"), (DEVICE, "tasks.see"), (ANYONE, "")]
)
def test_a_route_with_its_permission_starts(who: str, permission: str) -> None:
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/planted", view_func=allowed(who, permission)(lambda: ""))
    check_declared(app)


def test_a_route_without_a_permission_stops_the_start() -> None:
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/planted", view_func=lambda: "")
    with pytest.raises(RuntimeError, match=r"Say who may call these routes.*: /planted"):
        check_declared(app)


def test_each_permission_is_used_by_a_route(shop: Shop) -> None:
    views: list[Any] = list(shop.app.view_functions.values())
    assert {view.__permission__ for view in views} - {""} == {
        *MERCHANT_PERMISSIONS,
        *STORE_PERMISSIONS,
    }

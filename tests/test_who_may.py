"""Every route and every role: who is let in is declared here, and a route without a row fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.wiring import create_live
from tests.shop import LEEDS, YORK, Shop, checkout_body, new_key, open_shop

TABLE = """
                                               anon cart cart2 order order2 till till2 revoked app merchant metrics
GET   /api/v1/products                            +    +     +     +      +    +     +       +   +        +       +
GET   /api/v1/products/<handle>                   +    +     +     +      +    +     +       +   +        +       +
GET   /api/v1/availability                        +    +     +     +      +    +     +       +   +        +       +
GET   /api/v1/keys                                +    +     +     +      +    +     +       +   +        +       +
POST  /api/v1/carts                               +    +     +     +      +    +     +       +   +        +       +
GET   /api/v1/carts/<cart_id>                     -    +     -     -      -    -     -       -   -        -       -
GET   /api/v1/carts/<cart_id>/explain             -    +     -     -      -    -     -       -   -        -       -
PUT   /api/v1/carts/<cart_id>/lines/<sku>         -    +     -     -      -    -     -       -   -        -       -
PUT   /api/v1/carts/<cart_id>/fulfilment          -    +     -     -      -    -     -       -   -        -       -
PUT   /api/v1/carts/<cart_id>/coupons/<code>      -    +     -     -      -    -     -       -   -        -       -
DELETE /api/v1/carts/<cart_id>/coupons/<code>     -    +     -     -      -    -     -       -   -        -       -
POST  /api/v1/carts/<cart_id>/quote               -    +     -     -      -    -     -       -   -        -       -
POST  /api/v1/carts/<cart_id>/checkout            -    +     -     -      -    -     -       -   -        -       -
GET   /api/v1/orders/<number>                     -    -     -     +      -    -     -       -   -        -       -
GET   /api/v1/orders/<number>/explain             -    -     -     +      -    -     -       -   -        -       -
GET   /api/v1/orders/<number>/events              -    -     -     +      -    -     -       -   -        -       -
POST  /api/v1/orders/<number>/arrived             -    -     -     +      -    -     -       -   -        -       -
POST  /api/v1/orders/<number>/cancel              -    -     -     +      -    -     -       -   -        -       -
GET   /orders/<number>                            -    -     -     +      -    -     -       -   -        -       -
POST  /orders/<number>/arrived                    -    -     -     f      -    -     -       -   -        -       -
POST  /orders/<number>/cancel                     -    -     -     f      -    -     -       -   -        -       -
GET   /api/pos/v1/tasks                           -    -     -     -      -    +     +       -   -        -       -
GET   /api/pos/v1/counts                          -    -     -     -      -    +     +       -   -        -       -
POST  /api/pos/v1/counts                          -    -     -     -      -    +     +       -   -        -       -
GET   /api/pos/v1/orders/<number>                 -    -     -     -      -    +     o       -   -        -       -
POST  /api/pos/v1/orders/<number>/hand-over       -    -     -     -      -    +     o       -   -        -       -
POST  /api/pos/v1/fulfilments/<fulfilment_id>/picks     - -  -     -      -    +     o       -   -        -       -
POST  /api/pos/v1/fulfilments/<fulfilment_id>/ready     - -  -     -      -    +     o       -   -        -       -
POST  /api/pos/v1/fulfilments/<fulfilment_id>/put-back  - -  -     -      -    +     o       -   -        -       -
POST  /api/pos/v1/fulfilments/<fulfilment_id>/reinstate  - -  -     -      -    +     o       -   -        -       -
GET   /api/admin/v1/products                      -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/products                      -    -     -     -      -    -     -       -   -        +       -
GET   /api/admin/v1/products/<handle>             -    -     -     -      -    -     -       -   -        +       -
PATCH /api/admin/v1/products/<handle>             -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/products/<handle>/publish     -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/products/<handle>/withdraw    -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/products/<handle>/variants    -    -     -     -      -    -     -       -   -        +       -
PATCH /api/admin/v1/products/<handle>/variants/<sku>          - -  - - -  -    -     -       -            +       -
POST  /api/admin/v1/products/<handle>/variants/<sku>/publish  - -  - - -  -    -     -       -            +       -
POST  /api/admin/v1/products/<handle>/variants/<sku>/withdraw  - -  - - -  -    -     -       -            +       -
GET   /api/admin/v1/promotions                    -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/promotions                    -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/promotions/preview            -    -     -     -      -    -     -       -   -        +       -
GET   /api/admin/v1/promotions/<code>             -    -     -     -      -    -     -       -   -        +       -
GET   /api/admin/v1/promotions/<code>/coupons     -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/promotions/<code>/coupons     -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/promotions/<code>/coupons/<coupon>/end -    -     -   -      -    -     -       -   -        +       -
POST  /api/admin/v1/promotions/<code>/end         -    -     -     -      -    -     -       -   -        +       -
GET   /api/admin/v1/price-lists                   -    -     -     -      -    -     -       -   -        +       -
POST  /api/admin/v1/price-lists                   -    -     -     -      -    -     -       -   -        +       -
PUT   /api/admin/v1/prices                        -    -     -     -      -    -     -       -   -        +       -
GET   /api/admin/v1/variants/<sku>/prices         -    -     -     -      -    -     -       -   -        +       -
PUT   /api/admin/v1/tax-rates                     -    -     -     -      -    -     -       -   -        +       -
PUT   /api/admin/v1/markets                       -    -     -     -      -    -     -       -   -        +       -
GET   /metrics                                    -    -     -     -      -    -     -       -   -        -       +
GET   /healthz                                    +    +     +     +      +    +     +       +   +        +       +
GET   /readyz                                     +    +     +     +      +    +     +       +   +        +       +
GET   /api/docs                                   +    +     +     +      +    +     +       +   +        +       +
GET   /api/docs/<name>                            +    +     +     +      +    +     +       +   +        +       +
GET   /api/v1/openapi.json                        +    +     +     +      +    +     +       +   +        +       +
GET   /static/<filename>                          +    +     +     +      +    +     +       +   +        +       +
GET   /live/orders/<number>                       -    -     -     +      -    -     -       -   -        -       -
GET   /live/tasks                                 -    -     -     -      -    +     +       -   -        -       -
"""
"""+ let in, - 401, o 404: it is not at this store, f 403: our own form would have to be used.
The cart, the order and the till are those that the path names; cart2, order2 and till2 are others of the kind."""

BODIES: dict[str, Any] = {
    "hand-over": {"code": "123456", "payments": []},
    "picks": {"lines": [], "short": []},
    "counts": {"lines": [{"sku": "MUG", "quantity": 1000}]},
    "checkout": checkout_body(1),
}

ROLES, *_ROUTES = (line.split() for line in TABLE.strip().splitlines())
ROWS = {(method, rule): marks for method, rule, *marks in _ROUTES}


class Door:
    """A shop that has what the paths name, and the tokens of all who knock."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        shop.stock("MUG", 800, lds=1000, yrk=1000)
        shop.stock("SPARE", 800)
        shop.promote("amount", {"amount": 5}, conditions={"coupon": True})
        self.cart, self.order = shop.cart({"MUG": 1}), shop.order({"MUG": 1})
        revoke(shop)
        self.live = create_live(shop.app.config["SETTINGS"])
        self.live.extensions["live"] = (None, NoFeed())
        self.tokens = {
            "anon": None, "cart": self.cart["token"], "cart2": shop.cart({})["token"],
            "order": self.order.token, "order2": shop.order({"MUG": 1}).token,
            "till": shop.tokens[LEEDS], "till2": shop.tokens[YORK], "revoked": "device-revoked",
            "app": shop.keys["app"], "merchant": shop.keys["merchant"], "metrics": "metrics",
        }  # fmt: skip
        self.fulfilment = shop.fulfilment(self.order)

    def apps(self) -> list[Flask]:
        return [self.shop.app, self.live]

    def knock(self, method: str, rule: str, role: str) -> str:
        app = self.live if rule.startswith("/live") else self.shop.app
        headers = {"Idempotency-Key": new_key()}
        if token := self.tokens[role]:
            headers["Authorization"] = f"Bearer {token}"
        if role == "app":
            headers["X-Client-Key"] = self.shop.keys["app"]
        answer = app.test_client().open(
            self.path(rule),
            method=method,
            headers=headers,
            json=BODIES.get(rule.rpartition("/")[2]),
        )
        answer.close()
        return {401: "-", 404: "o", 403: "f"}.get(answer.status_code, "+")

    def path(self, rule: str) -> str:
        admin = rule.startswith("/api/admin")
        names = {
            "<cart_id>": self.cart["id"], "<number>": self.order.number, "<fulfilment_id>": self.fulfilment,
            "<handle>": "spare" if admin else "mug", "<sku>": "SPARE" if admin else "MUG",
            "<name>": "swagger-ui.css", "<code>": "FIVE", "<coupon>": "FIVE",
            "<filename>": "order.js",
        }  # fmt: skip
        for name, value in names.items():
            rule = rule.replace(name, value)
        return rule


class NoFeed:
    """The live process would begin to stream: whoever gets so far was let in."""

    def start(self, _: float) -> bool:
        return False


def revoke(shop: Shop) -> None:
    shop.change(
        "INSERT INTO devices (id, name, location_id, token_hash, revoked_at) "
        "SELECT gen_random_uuid(), 'lost', location_id, sha256('device-revoked'), now() "
        "FROM devices WHERE name = 'Leeds till'"
    )


@pytest.fixture(scope="module")
def door(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_shop(server, "door", tmp_path_factory.mktemp("door")) as shop:
        door = Door(shop)
        yield door
        door.live.extensions["engine"].dispose()


@pytest.mark.parametrize(("method", "rule"), ROWS, ids=[" ".join(route) for route in ROWS])
def test_this_route_lets_in_whom_its_row_says(door: Door, method: str, rule: str) -> None:
    row = dict(zip(ROLES, ROWS[method, rule], strict=True))
    assert {role: door.knock(method, rule, role) for role in ROLES} == row


def test_every_route_has_its_row(door: Door) -> None:
    routes = {
        (method, _plain(rule.rule))
        for app in door.apps()
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == set(ROWS)


def _plain(rule: str) -> str:
    """`<uuid:cart_id>` as `<cart_id>`."""
    return "".join(
        f"<{part.rpartition(':')[2]}" if i else part for i, part in enumerate(rule.split("<"))
    )

"""Actions of staff and merchants with customers, over HTTP."""

from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from tests.drivers.catalogue import done
from tests.drivers.shop import LEEDS, Placed, Shop, new_key
from tests.drivers.staff import Person

ADA: dict[str, Any] = {
    "name": "Ada Byron",
    "email": "Ada@Example.com",
    "phone": "+44 113 496 0000",
    "loyalty_card": "4006 381",
}


def add(shop: Shop, **different: Any) -> str:
    """Create a customer and return the id. Each has a loyalty card, unless `more` has other identities."""
    return str(done(shop, "POST", "customers", {**ADA, "loyalty_card": None, **different})["id"])


def seen(shop: Shop, customer: str) -> dict[str, Any]:
    return done(shop, "GET", f"customers/{customer}")


def merge(shop: Shop, stays: str, merged: str) -> str:
    """Merge one customer into the other; return the merge's id."""
    done(shop, "POST", f"customers/{stays}/merges", {"customer": merged})
    merges = done(shop, "GET", f"customers/{stays}/merges")["items"]
    return next(str(one["id"]) for one in merges if one["merged_id"] == merged)


def undo(shop: Shop, stays: str, merge_id: str) -> None:
    done(shop, "POST", f"customers/{stays}/merges/{merge_id}/undo")


def as_owner(shop: Shop, method: str, path: str, body: Any = None) -> TestResponse:
    """Make a call that only the merchant's owner may make, and no API key."""
    token = Person(shop, f"{new_key()}@shop.example", "owner").sign_in()
    return shop.call(method, f"/api/admin/v1/{path}", token, body)


def erase(shop: Shop, customer: str) -> str:
    """Erase a customer; return the erasure's id."""
    answer = as_owner(shop, "POST", f"customers/{customer}/erase")
    assert answer.status_code == 200, answer.get_json()
    return str(answer.get_json()["id"])


def timeline(shop: Shop, customer: str, query: str = "") -> list[dict[str, Any]]:
    return list(done(shop, "GET", f"customers/{customer}/timeline?limit=100{query}")["items"])


def kinds(shop: Shop, customer: str, query: str = "") -> list[str]:
    return [one["kind"] for one in timeline(shop, customer, query)]


def assign_cart(shop: Shop, cart: dict[str, Any], customer: str) -> None:
    """Make a guest's cart the customer's."""
    shop.change(
        "UPDATE carts SET customer_id = CAST(:customer AS uuid) WHERE id = CAST(:cart AS uuid)",
        customer=customer,
        cart=cart["id"],
    )


def assign_order(shop: Shop, placed: Placed, customer: str | UUID) -> None:
    """Make a guest's order the customer's."""
    shop.change(
        "UPDATE orders SET customer_id = CAST(:customer AS uuid) WHERE number = :number",
        customer=str(customer),
        number=placed.number,
    )


def order_of(shop: Shop, customer: str, lines: dict[str, int], **changes: Any) -> Placed:
    """Place an order of a customer as if they were signed in: the cart is theirs."""
    cart = shop.cart(lines)
    assign_cart(shop, cart, customer)
    answer = shop.checkout(cart, **changes)
    assert answer.status_code == 201, answer.get_json()
    body = answer.get_json()
    return Placed(body["number"], body["token"], body["fulfilments"][0]["code"], body)


def at_till(shop: Shop, by: str, value: str, store: str = LEEDS) -> list[dict[str, Any]]:
    answer = shop.client.get(
        "/api/pos/v1/customers",
        query_string={"by": by, "value": value},
        headers={"Authorization": f"Bearer {shop.tokens[store]}"},
    )
    assert answer.status_code == 200, answer.get_json()
    return list(answer.get_json()["items"])

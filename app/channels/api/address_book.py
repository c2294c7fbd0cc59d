"""Postal addresses and the wishlist of an account."""

from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from app.channels.api.schemas.address_book import (
    PostalAddressInputSchema,
    PostalAddressListSchema,
    WishlistSchema,
)
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import SHOPPER, actor, allowed
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shopper_auth import customer_id
from app.core.accounts import queries
from app.core.accounts.addresses import (
    PostalAddressInput,
    RemovePostalAddress,
    SetPostalAddress,
    remove_postal_address,
    set_postal_address,
)
from app.core.accounts.wishlist import (
    AddWishlistItem,
    RemoveWishlistItem,
    add_wishlist_item,
    remove_wishlist_item,
)

blueprint = Blueprint(
    "address-book",
    __name__,
    url_prefix="/api/v1/account",
    description="Postal addresses and wishlist of an account",
)


@blueprint.route("/addresses")
@allowed(SHOPPER)
@blueprint.operation("listAddresses")
@blueprint.response(200, PostalAddressListSchema)
def get_addresses() -> Response:
    """List the postal addresses."""
    return json_response(
        {"items": read(queries.postal_addresses, customer_id())}, PostalAddressListSchema
    )


@blueprint.route("/addresses", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("createAddress")
@blueprint.arguments(PostalAddressInputSchema)
@blueprint.response(201, PostalAddressListSchema)
def post_address(body: PostalAddressInput) -> Response:
    """Add a postal address."""
    command = SetPostalAddress(customer_id(), None, body)
    return perform(set_postal_address, command, PostalAddressListSchema, 201, present=addresses)


@blueprint.route("/addresses/<uuid:address_id>", methods=["PUT"])
@allowed(SHOPPER)
@blueprint.operation("updateAddress")
@blueprint.arguments(PostalAddressInputSchema)
@blueprint.response(200, PostalAddressListSchema)
def put_address(body: PostalAddressInput, address_id: UUID) -> Response:
    """Change a postal address."""
    command = SetPostalAddress(customer_id(), address_id, body)
    return perform(set_postal_address, command, PostalAddressListSchema, present=addresses)


@blueprint.route("/addresses/<uuid:address_id>", methods=["DELETE"])
@allowed(SHOPPER)
@blueprint.operation("deleteAddress")
@blueprint.response(204)
def delete_address(address_id: UUID) -> Response:
    """Remove a postal address."""
    command = RemovePostalAddress(customer_id(), address_id)
    current_app.extensions["runner"].perform(remove_postal_address, command, actor())
    return Response(status=204)


@blueprint.route("/wishlist")
@allowed(SHOPPER)
@blueprint.operation("listWishlistItems")
@blueprint.response(200, WishlistSchema)
def get_wishlist() -> Response:
    """Return the wishlist, newest first."""
    return json_response({"items": read(queries.wishlist, customer_id())}, WishlistSchema)


@blueprint.route("/wishlist/<sku>", methods=["PUT"])
@allowed(SHOPPER)
@blueprint.operation("addWishlistItem")
@blueprint.also_returns(422)
@blueprint.response(200, WishlistSchema)
def put_wishlist_item(sku: str) -> Response:
    """Add an item to the wishlist."""
    return perform(
        add_wishlist_item, AddWishlistItem(customer_id(), sku), WishlistSchema, present=wishlist
    )


@blueprint.route("/wishlist/<sku>", methods=["DELETE"])
@allowed(SHOPPER)
@blueprint.operation("removeWishlistItem")
@blueprint.response(200, WishlistSchema)
def delete_wishlist_item(sku: str) -> Response:
    """Remove an item from the wishlist."""
    command = RemoveWishlistItem(customer_id(), sku)
    return perform(remove_wishlist_item, command, WishlistSchema, present=wishlist)


def addresses(session: Session, _: UUID) -> dict[str, Any]:
    return {"items": queries.postal_addresses(session, customer_id())}


def wishlist(session: Session, customer: UUID) -> dict[str, Any]:
    return {"items": queries.wishlist(session, customer)}

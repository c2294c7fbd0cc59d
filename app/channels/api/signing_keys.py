"""The public keys of our signatures."""

import base64

from flask import Response, current_app
from marshmallow import Schema, fields, validate

from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import ANYONE, allowed
from app.channels.http.responses import json_response

blueprint = Blueprint(
    "signing-keys",
    __name__,
    url_prefix="/api/v1",
    description="Public keys that check signed quotes",
)


class SigningKeySchema(Schema):
    use = fields.String(required=True, validate=validate.OneOf(["quotes"]))
    algorithm = fields.String(required=True, validate=validate.OneOf(["Ed25519"]))
    public_key = fields.String(required=True, metadata={"description": "32 bytes, base64url"})


class SigningKeyListSchema(Schema):
    items = fields.List(fields.Nested(SigningKeySchema), required=True)


@blueprint.route("/signing-keys")
@allowed(ANYONE)
@blueprint.operation("listSigningKeys")
@blueprint.response(200, SigningKeyListSchema)
def get_keys() -> Response:
    """List the public keys. A till keeps them, so it can accept a signed quote while it is offline."""
    key = base64.urlsafe_b64encode(current_app.extensions["ports"].secrets.public_key())
    item = {"use": "quotes", "algorithm": "Ed25519", "public_key": key.decode().rstrip("=")}
    return json_response({"items": [item]}, SigningKeyListSchema)

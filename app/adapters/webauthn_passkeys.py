"""Passkeys with the package `webauthn`: options for the browser, and the verification of its response."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import options_to_json_dict, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.core.ports import InvalidPasskey, NewPasskey

# Besides its own errors the package lets errors of malformed JSON and CBOR through.
BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError)


@dataclass(frozen=True)
class WebauthnPasskeys:
    address: str
    """The address of the web shop. Passkeys are bound to its host."""
    shop: str

    @property
    def origin(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or "localhost"

    def creation_options(
        self, challenge: str, person: UUID, name: str, known: Sequence[bytes]
    ) -> dict[str, Any]:
        options = webauthn.generate_registration_options(
            rp_id=self.host,
            rp_name=self.shop,
            user_id=person.bytes,
            user_name=name,
            challenge=challenge.encode(),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            # The device stores it with the account, so customers sign in without typing an address.
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        return options_to_json_dict(options)

    def verify_creation(self, credential: dict[str, Any], challenge: str) -> NewPasskey:
        try:
            made = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge.encode(),
                expected_rp_id=self.host,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except BROKEN as error:
            raise InvalidPasskey from error
        return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count)

    def request_options(self, challenge: str) -> dict[str, Any]:
        options = webauthn.generate_authentication_options(
            rp_id=self.host,
            challenge=challenge.encode(),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def credential_id(self, credential: dict[str, Any]) -> bytes:
        try:
            return parse_authentication_credential_json(credential).raw_id
        except BROKEN as error:
            raise InvalidPasskey from error

    def verify_use(
        self, credential: dict[str, Any], challenge: str, public_key: bytes, sign_count: int
    ) -> int:
        try:
            found = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge.encode(),
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except BROKEN as error:
            raise InvalidPasskey from error
        return found.new_sign_count

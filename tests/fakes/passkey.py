"""A passkey in software: the responses of a browser and its authenticator to `create()` and `get()`, really
signed.

Web Authentication level 2, section 6.1 (authenticator data), 6.5.4 (attestation "none"), 5.8.1 (client data).
"""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """Holds one key. Tests change what a thief or a broken device would send differently."""

    origin: str = "http://localhost:8000"
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """navigator.credentials.create(): a new credential with its public key."""
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self._data(self.flags | WITH_KEY) + attested + self._cose()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options)
        return self._credential(
            {"clientDataJSON": encoded(client_data), "attestationObject": encoded(attestation)}
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """navigator.credentials.get(): a signature over the challenge."""
        self.count += 1
        data, client_data = self._data(self.flags), self._client_data("webauthn.get", options)
        signed = data + hashlib.sha256(client_data).digest()
        return self._credential({
            "clientDataJSON": encoded(client_data),
            "authenticatorData": encoded(data),
            "signature": encoded(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
        })  # fmt: skip

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        identifier = encoded(self.credential_id)
        return {"id": identifier, "rawId": identifier, "type": "public-key", "response": response}

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        stated = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(stated).encode()

    def _data(self, flags: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4, "big")

    def _cose(self) -> bytes:
        """Return the public key in the form of RFC 9052: EC2, ES256, P-256, x, y."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

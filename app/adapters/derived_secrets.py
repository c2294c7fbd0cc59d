"""Codes and tokens by HMAC-SHA-256, stored responses by Fernet, Ed25519 signatures, all from one secret key."""

import base64
import hmac
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core import secret_labels


class DerivedSecrets:
    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def token(self, purpose: str, subject: str) -> str:
        return (
            base64.urlsafe_b64encode(self._mac(f"token:{purpose}:{subject}")[:16])
            .rstrip(b"=")
            .decode()
        )

    def digits(self, purpose: str, subject: str, number: int, length: int) -> str:
        # 128 bits taken modulo 10^length: the bias is below 2^-100.
        value = int.from_bytes(self._mac(f"digits:{purpose}:{subject}:{number}")[:16], "big")
        return f"{value % 10**length:0{length}}"

    def sign(self, message: bytes) -> bytes:
        return self._signing_key.sign(message)

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        try:
            self._signing_key.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def public_key(self) -> bytes:
        return self._signing_key.public_key().public_bytes_raw()

    def encrypt(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def decrypt(self, encrypted: bytes) -> bytes:
        return self._fernet.decrypt(encrypted)

    @cached_property
    def _signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._mac(secret_labels.SIGNATURES))

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._mac(secret_labels.STORED_RESPONSES)))

    def _mac(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), "sha256")

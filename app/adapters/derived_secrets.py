"""Codes and tokens by HMAC-SHA-256, stored answers by Fernet, all from one secret key."""

import base64
import hmac
from functools import cached_property

from cryptography.fernet import Fernet


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

    def encrypt(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def decrypt(self, sealed: bytes) -> bytes:
        return self._fernet.decrypt(sealed)

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._mac("stored answers")))

    def _mac(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), "sha256")

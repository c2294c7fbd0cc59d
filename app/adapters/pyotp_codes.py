"""Codes of an authenticator app (RFC 6238): six digits, 30 seconds, SHA-1, which all such apps support."""

from datetime import datetime
from hmac import compare_digest

import pyotp

from app.core.ports import Totp

ISSUER = "Onecounter"


class PyotpTotp(Totp):
    def new_secret(self) -> str:
        return pyotp.random_base32()

    def provisioning_uri(self, secret: str, name: str) -> str:
        return pyotp.TOTP(secret, name=name, issuer=ISSUER).provisioning_uri()

    def time_step(self, secret: str, code: str, now: datetime) -> int | None:
        # One step to each side: RFC 6238 section 5.2 allows for clock drift and slow typing.
        codes = pyotp.TOTP(secret)
        current = codes.timecode(now)
        for step in range(current - 1, current + 2):
            if compare_digest(codes.generate_otp(step).encode(), code.encode()):
                return step
        return None

"""Codes from a phone's authenticator, RFC 6238: six digits, half a minute, SHA-1, as all such apps know it."""

from datetime import datetime
from hmac import compare_digest

import pyotp

from app.core.ports import Totp

ISSUER = "Onecounter"


class PyotpTotp(Totp):
    def new_secret(self) -> str:
        return pyotp.random_base32()

    def address(self, secret: str, name: str) -> str:
        return pyotp.TOTP(secret, name=name, issuer=ISSUER).provisioning_uri()

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        # One step to each side: RFC 6238 section 5.2 allows for a clock that is slow, and for slow fingers.
        codes = pyotp.TOTP(secret)
        current = codes.timecode(now)
        for step in range(current - 1, current + 2):
            if compare_digest(codes.generate_otp(step).encode(), code.encode()):
                return step
        return None

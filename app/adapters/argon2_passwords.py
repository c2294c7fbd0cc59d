"""Hashes passwords and PINs with argon2id as the OWASP Password Storage Cheat Sheet recommends: 19 MiB, 2 passes.

Each hash takes that much memory in its thread, so this is the lowest recommended amount. Rate limits restrict the
attempts.
"""

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, hashed: str | None, password: str) -> bool:
        try:
            self._hasher.verify(hashed or self._dummy_hash, password)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None

    @cached_property
    def _dummy_hash(self) -> str:
        """A hash to verify against if there is no account, so that the answer takes the same time."""
        return self.hash("no account")

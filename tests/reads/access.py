"""Devices, API clients, staff, users, rate limits and idempotency keys in the database."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tests.reads.reader import Reader


class Device(NamedTuple):
    id: UUID
    name: str
    location_id: UUID
    location: str
    """The location's code."""
    token_hash: str | None
    """In hexadecimal digits."""


class ApiClient(NamedTuple):
    id: UUID
    sales_channel: str
    key_hash: str | None
    """In hexadecimal digits; None for the web shop, which has no key."""


class User(NamedTuple):
    id: UUID
    email: str
    roles: list[str]
    disabled_at: datetime | None


class StaffMember(NamedTuple):
    id: UUID
    number: str


class UserSession(NamedTuple):
    id: UUID
    user_id: UUID
    ended_at: datetime | None


class RateLimit(NamedTuple):
    purpose: str
    subject: str
    used: int


class IdempotencyKey(NamedTuple):
    caller: str
    body: bytes


class AccessReads(Reader):
    def devices(self) -> list[Device]:
        return self.read(Device, _DEVICES)

    def device(self, name: str) -> Device:
        (device,) = [each for each in self.devices() if each.name == name]
        return device

    def api_clients(self) -> list[ApiClient]:
        return self.read(ApiClient, _API_CLIENTS)

    def web_client_id(self) -> UUID:
        """Return the id of the only client without a key: the web shop."""
        (client,) = [client for client in self.api_clients() if client.key_hash is None]
        return client.id

    def staff_members(self) -> list[StaffMember]:
        return self.read(StaffMember, "SELECT id, number FROM staff ORDER BY id")

    def staff_id(self, number: str) -> UUID:
        (found,) = [member.id for member in self.staff_members() if member.number == number]
        return found

    def staff_role_names(self) -> list[str]:
        return self.read(lambda role: str(role), "SELECT role FROM staff_roles ORDER BY id")

    def users(self) -> list[User]:
        return self.read(User, "SELECT id, email, roles, disabled_at FROM users ORDER BY id")

    def user_sessions(self) -> list[UserSession]:
        return self.read(UserSession, _USER_SESSIONS)

    def rate_limits(self, purpose: str | None = None) -> list[RateLimit]:
        return self.read(RateLimit, _RATE_LIMITS, purpose=purpose)

    def idempotency_keys(self) -> list[IdempotencyKey]:
        return self.read(IdempotencyKey, _IDEMPOTENCY_KEYS)


_DEVICES = """
    SELECT d.id, d.name, d.location_id, l.code AS location, encode(d.token_hash, 'hex') AS token_hash
    FROM devices d JOIN locations l ON l.id = d.location_id ORDER BY d.id
"""
_API_CLIENTS = """
    SELECT id, sales_channel, encode(key_hash, 'hex') AS key_hash FROM api_clients ORDER BY id
"""
_USER_SESSIONS = "SELECT id, user_id, ended_at FROM user_sessions ORDER BY id"
_RATE_LIMITS = """
    SELECT purpose, subject, used FROM rate_limits
    WHERE CAST(:purpose AS text) IS NULL OR purpose = :purpose ORDER BY purpose, subject
"""
_IDEMPOTENCY_KEYS = "SELECT caller, body FROM idempotency_keys ORDER BY created_at"

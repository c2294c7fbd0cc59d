"""The logins of the demo shop: one member of staff per role in its first store, and one user per role."""

import secrets
from typing import Any

from sqlalchemy import text

from app.cli.session import engine, perform, ports
from app.core.access.permissions import ROLES, STORE_ROLES
from app.core.access.staff.staff import AddStaff, RenewPin, add_staff, renew_pin
from app.core.access.users.invitations import (
    AcceptInvitation,
    InviteUser,
    accept_invitation,
    invite_user,
)

Logins = dict[str, dict[str, str]]


def logins(store: str, known: Logins) -> Logins:
    """Return logins by role: number and PIN of staff; email, password and TOTP secret of users.

    Keep valid ones. Leave out deactivated staff and disabled users.
    """
    staff = {
        role: _staff_login(str(1001 + place), role, store, known.get(role, {}))
        for place, role in enumerate(STORE_ROLES)
    }
    users = {role: _user_login(role, known.get(role, {})) for role in ROLES}
    return {role: login for role, login in (staff | users).items() if login}


def _staff_login(number: str, role: str, store: str, known: dict[str, str]) -> dict[str, str]:
    row = _find(_STAFF, number)
    if row is None:
        pin = perform(add_staff, AddStaff(number, f"Demo {role}", store, role)).pin
    elif row.is_out:
        return {}
    elif _is_current(row.hash, known.get("pin")):
        pin = known["pin"]
    else:
        pin = perform(renew_pin, RenewPin(number)).pin
    return {"store": store, "number": number, "pin": pin}


def _user_login(role: str, known: dict[str, str]) -> dict[str, str]:
    email = f"{role}@demo.onecounter.test"
    row = _find(_USER, email)
    if row is not None and row.is_out:
        return {}
    if row is not None and "totp_secret" in known and _is_current(row.hash, known.get("password")):
        return known
    invited = perform(invite_user, InviteUser(email, f"Demo {role}", [role]))
    password = secrets.token_urlsafe(12)
    accepted = perform(accept_invitation, AcceptInvitation(invited.invitation, password))
    return {"email": email, "password": password, "totp_secret": accepted.secret}


def _find(query: Any, subject: str) -> Any:
    with engine().connect() as connection:
        return connection.execute(query, {"subject": subject}).first()


def _is_current(hashed: str | None, secret: str | None) -> bool:
    return bool(secret) and bool(ports().passwords.verify(hashed, secret))


_STAFF = text(
    "SELECT pin_hash AS hash, deactivated_at IS NOT NULL AS is_out FROM staff WHERE number = :subject"
)
_USER = text(
    "SELECT password_hash AS hash, disabled_at IS NOT NULL AS is_out FROM users WHERE email = :subject"
)

"""The people of the demo shop: one for each role in its first store, and one for each role of the merchant."""

import secrets
from typing import Any

from sqlalchemy import text

from app.cli.session import engine, perform, ports
from app.core.access.permissions import ROLES, STORE_ROLES
from app.core.access.staff.add_staff import AddStaff, add_staff
from app.core.access.staff.renew_pin import RenewPin, renew_pin
from app.core.access.users.accept_invitation import AcceptInvitation, accept_invitation
from app.core.access.users.invite_user import InviteUser, invite_user

Logins = dict[str, dict[str, str]]


def logins(store: str, known: Logins) -> Logins:
    """By role: number and PIN of staff; e-mail, password and the secret of the phone's codes of users.

    Those that still open are kept; who left or was disabled is left out.
    """
    staff = {
        role: _staff(str(1001 + place), role, store, known.get(role, {}))
        for place, role in enumerate(STORE_ROLES)
    }
    users = {role: _user(role, known.get(role, {})) for role in ROLES}
    return {role: login for role, login in (staff | users).items() if login}


def _staff(number: str, role: str, store: str, known: dict[str, str]) -> dict[str, str]:
    row = _find(_STAFF, number)
    if row is None:
        pin = perform(add_staff, AddStaff(number, f"Demo {role}", store, role)).pin
    elif row.is_out:
        return {}
    elif _fits(row.hash, known.get("pin")):
        pin = known["pin"]
    else:
        pin = perform(renew_pin, RenewPin(number)).pin
    return {"store": store, "number": number, "pin": pin}


def _user(role: str, known: dict[str, str]) -> dict[str, str]:
    email = f"{role}@demo.onecounter.test"
    row = _find(_USER, email)
    if row is not None and row.is_out:
        return {}
    if row is not None and "totp_secret" in known and _fits(row.hash, known.get("password")):
        return known
    invited = perform(invite_user, InviteUser(email, f"Demo {role}", [role]))
    password = secrets.token_urlsafe(12)
    accepted = perform(accept_invitation, AcceptInvitation(invited.invitation, password))
    return {"email": email, "password": password, "totp_secret": accepted.secret}


def _find(query: Any, subject: str) -> Any:
    with engine().connect() as connection:
        return connection.execute(query, {"subject": subject}).first()


def _fits(hashed: str | None, secret: str | None) -> bool:
    return bool(secret) and bool(ports().passwords.verify(hashed, secret))


_STAFF = text(
    "SELECT pin_hash AS hash, ended_at IS NOT NULL AS is_out FROM staff WHERE number = :subject"
)
_USER = text(
    "SELECT password_hash AS hash, disabled_at IS NOT NULL AS is_out FROM users WHERE email = :subject"
)

"""The permissions of every role, in two tables.

`+` allows, `-` denies, `a` allows if a manager of the store approves with number and PIN. The column `key` says
which permissions an integration's API key can have as scopes. A route names its permission in `@allowed(…)`; the
start-up stops at a route that names none, or one that is not in these tables.
"""

from collections.abc import Iterable

MERCHANT_TABLE = """
                    owner catalogue prices stock orders support read-only key
catalogue.see         +       +       +      +      +      +        +      +
catalogue.change      +       +       -      -      -      -        -      +
prices.see            +       +       +      +      +      +        +      +
prices.change         +       -       +      -      -      -        -      +
promotions.see        +       +       +      +      +      +        +      +
promotions.change     +       -       +      -      -      -        -      +
taxes.change          +       -       +      -      -      -        -      +
invoices.see          +       -       -      -      +      +        +      +
invoices.change       +       -       -      -      -      -        -      +
customers.see         +       -       -      -      +      +        +      +
customers.change      +       -       -      -      -      +        -      +
customers.merge       +       -       -      -      -      +        -      +
privacy.export        +       -       -      -      -      +        -      +
privacy.erase         +       -       -      -      -      +        -      -
devices.see           +       -       -      +      +      +        +      +
devices.change        +       -       -      -      -      -        -      -
staff.see             +       -       -      -      +      +        +      +
staff.change          +       -       -      -      -      -        -      -
users.see             +       -       -      -      -      -        -      -
users.change          +       -       -      -      -      -        -      -
keys.see              +       -       -      -      -      -        -      -
keys.change           +       -       -      -      -      -        -      -
money.see             +       -       -      -      +      +        +      +
money.refund          +       -       -      -      -      +        -      -
giftcards.change      +       -       -      -      -      +        -      -
disputes.change       +       -       -      -      -      +        -      -
audit.see             +       -       -      -      -      -        +      +
sessions.own          +       +       +      +      +      +        +      -
"""
STORE_TABLE = """
                    picker cashier manager
tasks.see             +       +       +
orders.see            +       +       +
orders.pick           +       +       +
orders.restock        +       +       +
orders.hand_over      -       +       +
orders.reinstate      a       a       +
orders.refund         -       a       +
drawer.use            -       +       +
stock.count           +       a       +
customers.see         -       +       +
customers.change      -       +       +
customers.merge       -       a       +
"""

ALLOWED, NEEDS_APPROVAL, DENIED = "+", "a", "-"


def _read(table: str) -> dict[str, dict[str, str]]:
    """Return the marks by permission and role. Raises ValueError for a row that is too long or too short."""
    roles, *rows = (line.split() for line in table.strip().splitlines())
    return {name: dict(zip(roles, marks, strict=True)) for name, *marks in rows}


MERCHANT_PERMISSIONS, STORE_PERMISSIONS = _read(MERCHANT_TABLE), _read(STORE_TABLE)
KEY = "key"
ROLES = tuple(role for role in MERCHANT_PERMISSIONS["catalogue.see"] if role != KEY)
"""Roles of a merchant's users. A user may have several."""
STORE_ROLES = tuple(STORE_PERMISSIONS["tasks.see"])
"""Roles of staff, one in each store."""
SCOPES = tuple(name for name, marks in MERCHANT_PERMISSIONS.items() if marks[KEY] == ALLOWED)
"""The permissions that an API key can have. None of them gives permissions: a key that could would make itself a
user, or a till, which has the permissions of a whole store and attempts of its own at every PIN."""


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Return the permissions of a merchant's user with these roles."""
    return frozenset(
        name
        for role in roles
        for name, marks in MERCHANT_PERMISSIONS.items()
        if marks.get(role) == ALLOWED
    )


def store_mark(role: str, permission: str) -> str:
    """Return ALLOWED, NEEDS_APPROVAL or DENIED."""
    return STORE_PERMISSIONS[permission].get(role, DENIED)

"""Who may do what: every permission and every role, in two tables to be read.

`+` may, `-` may not, `a` may where a manager of the store approves it with her own number and PIN. The column
`key` says what an integration's API key can be given as a scope. A route names its permission in `@allowed(…)`;
one that names none, or none of these, stops the start-up.
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
    """Marks by permission and role. Raises ValueError for a row that is too long or too short."""
    roles, *rows = (line.split() for line in table.strip().splitlines())
    return {name: dict(zip(roles, marks, strict=True)) for name, *marks in rows}


MERCHANT_PERMISSIONS, STORE_PERMISSIONS = _read(MERCHANT_TABLE), _read(STORE_TABLE)
KEY = "key"
ROLES = tuple(role for role in MERCHANT_PERMISSIONS["catalogue.see"] if role != KEY)
"""Of a merchant's users; one may have several."""
STORE_ROLES = tuple(STORE_PERMISSIONS["tasks.see"])
"""Of staff; one in each store."""
SCOPES = tuple(name for name, marks in MERCHANT_PERMISSIONS.items() if marks[KEY] == ALLOWED)
"""What an API key can be given. Nobody gives rights by a key: it could make itself a user, or a till, which may
what a whole store may and has tries of its own at everybody's PIN."""


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """What a merchant's user may who has these roles."""
    return frozenset(
        name for role in roles for name, marks in MERCHANT_PERMISSIONS.items() if marks.get(role) == ALLOWED
    )


def store_mark(role: str, permission: str) -> str:
    """MAY, APPROVED or NOT."""
    return STORE_PERMISSIONS[permission].get(role, DENIED)

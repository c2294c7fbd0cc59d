"""Rows of the permission matrix: which roles may call a route."""

from tests.permissions.matrix import TABLE
from tests.permissions.merchant import MERCHANT_TABLE
from tests.permissions.staff import STAFF_TABLE


def rows(table: str) -> tuple[list[str], dict[tuple[str, str], list[str]]]:
    roles, *routes = (line.split() for line in table.strip().splitlines())
    return roles, {(method, rule): marks for method, rule, *marks in routes}


ROLES, ROWS = rows(TABLE)
STAFF, STAFF_ROWS = rows(STAFF_TABLE)
MERCHANTS, MERCHANT_ROWS = rows(MERCHANT_TABLE)


def row_of(method: str, rule: str) -> dict[str, str]:
    """Return the marks of all roles."""
    marks = dict(zip(ROLES, ROWS[method, rule], strict=True))
    for roles, known in ((STAFF, STAFF_ROWS), (MERCHANTS, MERCHANT_ROWS)):
        own = known.get((method, rule), [marks["anon"]] * len(roles))
        marks |= dict(zip(roles, own, strict=True))
    return marks

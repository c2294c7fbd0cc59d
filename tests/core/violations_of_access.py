"""Rows that a bug would leave about permissions: a role that no event explains. The test's shop has one manager
and one user."""

from tests.core.violations import Violation

ROLE = "every role of staff and of users"

ACCESS = [
    Violation(
        "I20", ROLE, "a staff member became a cashier without an event",
        "UPDATE staff_roles SET role = 'cashier'", "SELECT 'staff role ' || id FROM staff_roles",
    ),
    Violation(
        "I20", ROLE, "a role was given to another staff member",
        "UPDATE staff_roles SET event_id = (SELECT id FROM events WHERE kind = 'user.roles_set')",
        "SELECT 'staff role ' || id FROM staff_roles",
    ),
    Violation(
        "I20", ROLE, "a user became an owner without an event",
        """UPDATE users SET roles = '["owner"]'""", "SELECT 'user ' || id FROM users",
    ),
]  # fmt: skip

"""What always holds of permissions."""

from app.core.consistency import by_query

INVARIANTS = (
    by_query(
        "I20",
        "every role of staff and of users was given by an event that says so",
        """
        SELECT 'staff role ' || r.id FROM staff_roles r LEFT JOIN events e ON e.id = r.event_id
        WHERE e.payload->>'after' IS DISTINCT FROM r.role OR e.payload->>'staff_id' <> r.staff_id::text
        UNION ALL
        SELECT 'user ' || u.id FROM users u LEFT JOIN events e ON e.id = u.event_id
        WHERE e.payload->'after' IS DISTINCT FROM u.roles OR e.payload->>'user_id' <> u.id::text
        """,
    ),
)

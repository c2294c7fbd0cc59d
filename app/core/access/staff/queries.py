"""Reads of staff. No PIN, no hash, no token."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound


def list_staff(reader: Connection) -> list[dict[str, Any]]:
    """All that ever were, by number: id, number, name, ended_at, and the stores with their roles."""
    return [dict(row) for row in reader.execute(_STAFF, {"number": None}).mappings()]


def get_staff(reader: Connection | Session, number: str) -> dict[str, Any]:
    """One of them. Raises NotFound."""
    row = reader.execute(_STAFF, {"number": number}).mappings().first()
    if row is None:
        raise NotFound(f"Nobody has the number {number}: look for it in the list.")
    return dict(row)


_STAFF = text("""
    SELECT s.id, s.number, s.name, s.ended_at, coalesce((
        SELECT json_object_agg(l.code, r.role ORDER BY l.code)
        FROM staff_roles r JOIN locations l ON l.id = r.location_id WHERE r.staff_id = s.id
    ), '{}') AS stores
    FROM staff s WHERE CAST(:number AS text) IS NULL OR s.number = :number
    ORDER BY length(s.number), s.number
""")

"""Times as cursors carry them."""

from datetime import datetime


def moment(text: str) -> datetime:
    """Raises ValueError for a time without a zone: which moment it means would depend on who reads it."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at

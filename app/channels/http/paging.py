"""Cursor paging: the cursor is opaque to the caller and holds a position in a sort order."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from marshmallow import Schema, fields, validate

from app.core.errors import Invalid

DEFAULT_LIMIT = 24


class PageSchema(Schema):
    cursor = fields.String(
        validate=validate.Length(max=1000),
        metadata={"description": "`next_cursor` of the page before"},
    )
    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(1, 100))


def encode(*place: Any) -> str:
    text = json.dumps(place, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode(cursor: str | None, *kinds: Callable[[Any], Any]) -> Any:
    """Return the position of a cursor, None for none. Raises Invalid."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = current_app.json.loads(raw)
        if isinstance(place, list) and len(place) == len(kinds) and rb"\u0000" not in raw:
            return tuple(kind(value) for value, kind in zip(place, kinds, strict=True))
    except (ValueError, TypeError, binascii.Error, AttributeError):
        pass
    raise Invalid("This cursor is not one of ours: leave it out to begin with the first page.")


def moment(text: str) -> datetime:
    """Return a time of a cursor. Raises ValueError for a time without a zone, because its meaning would depend on
    the reader."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def page(items: Sequence[Any], limit: int, *place: str) -> dict[str, Any]:
    """Return {items, next_cursor} of up to limit + 1 fetched items; `place` names the sort columns."""
    if len(items) <= limit:
        return {"items": items, "next_cursor": None}
    last = items[limit - 1]
    return {"items": items[:limit], "next_cursor": encode(*(_value(last, name) for name in place))}


def _value(item: Any, name: str) -> Any:
    return item[name] if isinstance(item, Mapping) else getattr(item, name)

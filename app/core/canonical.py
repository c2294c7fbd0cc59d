"""Canonical JSON and its hash: equal values give equal bytes on every machine and channel. Pure."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

# Named, because a union in the call would be made again at each call.
PLAIN = (str, int)
ROWS = (list, tuple)


def canonical(value: Any) -> bytes:
    """Return JSON with sorted keys, without spaces, in UTF-8. Raises TypeError for a float: it has several
    spellings."""
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, PLAIN):  # most values
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, ROWS):
        return [_plain(item) for item in value]
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")

"""The latest start of a price or a tax rate."""

from datetime import UTC, datetime

LATEST_START = datetime(2100, 1, 1, tzinfo=UTC)
"""Rows are never deleted, and a moment near the end of the calendar cannot be written in some time zones: reading
such a row would fail forever."""

TOO_LATE = "Let it begin before the year 2100."

"""Until when a price or a tax rate may begin."""

from datetime import UTC, datetime

LATEST_START = datetime(2100, 1, 1, tzinfo=UTC)
"""No longer. Rows are never deleted, and a moment near the end of the calendar is one that some time zone cannot
write: whoever reads it would fail for good."""

TOO_LATE = "Let it begin before the year 2100."

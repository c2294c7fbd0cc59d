"""The statuses of a reservation. Pure."""

from app.core.status_table import StatusTable

RESERVATION = StatusTable(
    "reservation",
    initial=("live",),
    moves={
        "live": frozenset({"consumed", "released"}),
        "consumed": frozenset(),
        "released": frozenset(),
    },
)
"""A live reservation keeps units for an order. A hand-over consumes it; a restock or any other end releases it."""

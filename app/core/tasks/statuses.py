"""The statuses of a task. Pure."""

from app.core.status_table import StatusTable

TASK = StatusTable(
    "task", initial=("open",), moves={"open": frozenset({"finished"}), "finished": frozenset()}
)
"""No column holds it: a task is open as long as `finished_at` is empty. `tasks.finish` makes the only move."""

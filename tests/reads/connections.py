"""The present activity of connections and jobs."""

from tests.reads.reader import Reader


class ConnectionReads(Reader):
    def idle_in_transaction(self) -> int:
        """Return how many connections hold a transaction open and wait for us."""
        return int(self.read_value(_IDLE))

    def is_quiet(self) -> bool:
        """Tell whether each message is sent, and each event sealed."""
        return bool(self.read_value(_QUIET))


_QUIET = """
    SELECT NOT EXISTS (
           SELECT 1 FROM procrastinate_jobs WHERE task_name = 'send_notification' AND status <> 'succeeded')
       AND NOT EXISTS (SELECT 1 FROM messages WHERE status IN ('queued', 'failed'))
       AND NOT EXISTS (
           SELECT 1 FROM events e WHERE NOT EXISTS (SELECT 1 FROM event_seals s WHERE s.event_id = e.id))
"""
_IDLE = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'
"""

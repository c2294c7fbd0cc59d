"""What PostgreSQL's connections do at this moment."""

from tests.reads.reader import Reader


class ConnectionReads(Reader):
    def idle_in_transaction(self) -> int:
        """Return how many connections hold a transaction open and wait for us."""
        return int(self.read_value(_IDLE))


_IDLE = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'
"""

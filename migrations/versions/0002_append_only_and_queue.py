"""Ledgers that nothing can rewrite, and the job queue."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LEDGERS = ("events", "seal", "stock_movements", "payment_events", "prices", "variant_costs")
QUEUE = Path(__file__).parents[1] / "procrastinate_3_10.sql"
"""The schema of procrastinate 3.10, kept here so that this migration does not change with the package."""


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: write a new row that corrects the old one', TG_TABLE_NAME;
        END $$
    """)
    for table in LEDGERS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )
    # By the driver itself and without parameters: the file has many statements and means its % signs.
    connection: Any = op.get_bind().connection.driver_connection
    connection.execute(QUEUE.read_bytes())
    # It sends a NOTIFY inside every commit that queues a job, and NOTIFY makes commits wait for one another.
    # Workers poll instead.
    op.execute(
        "ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1"
    )


def downgrade() -> None:
    for table in LEDGERS:
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DROP FUNCTION refuse_rewriting()")
    op.execute("""
        DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
            procrastinate_workers CASCADE
    """)
    op.execute("""
        DO $$ DECLARE one record; BEGIN
            FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE'; END LOOP;
        END $$
    """)
    op.execute("""
        DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status
    """)

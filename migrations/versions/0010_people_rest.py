"""Sign-ins that are over are found by when they ended."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("staff_sessions", "user_sessions")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(op.f(f"{table}_expires_at_idx"), table, ["expires_at"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(op.f(f"{table}_expires_at_idx"), table)

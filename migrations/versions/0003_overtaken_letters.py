"""A letter that came too late to be true is kept as overtaken."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECK = "messages_status_check"


def upgrade() -> None:
    op.drop_constraint(op.f(CHECK), "messages")
    op.create_check_constraint(
        op.f(CHECK), "messages", "status IN ('queued', 'sent', 'failed', 'overtaken')"
    )


def downgrade() -> None:
    op.execute("UPDATE messages SET status = 'failed' WHERE status = 'overtaken'")
    op.drop_constraint(op.f(CHECK), "messages")
    op.create_check_constraint(op.f(CHECK), "messages", "status IN ('queued', 'sent', 'failed')")

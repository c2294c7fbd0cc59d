"""Uses of orders that were reinstated beyond a limit; signed quotes with the prices of one store."""

import sqlalchemy as sa
from alembic import op

revision = "0007a"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "promotion_uses",
        sa.Column("beyond_limit", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("signed_quotes", sa.Column("store", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("signed_quotes", "store")
    op.drop_column("promotion_uses", "beyond_limit")

"""The office's part of money: gift cards found by their last four, disputes that are being answered."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("disputes", sa.Column("answering_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "disputes_answering_idx", "disputes", ["answering_at"],
        postgresql_where="answering_at IS NOT NULL AND answered_at IS NULL",
    )  # fmt: skip
    op.create_index(
        "prepaids_last_four_idx", "prepaids", ["last_four"],
        postgresql_where="last_four IS NOT NULL",
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("prepaids_last_four_idx", "prepaids")
    op.drop_index("disputes_answering_idx", "disputes")
    op.drop_column("disputes", "answering_at")

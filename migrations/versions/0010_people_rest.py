"""Sign-ins that are over are found by when they ended; codes with which a shopper has herself erased."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("staff_sessions", "user_sessions")
PURPOSES = "'sign_in', 'reset', 'add_address', 'add_passkey', 'use_passkey'"


def upgrade() -> None:
    for table in TABLES:
        op.create_index(op.f(f"{table}_expires_at_idx"), table, ["expires_at"])
    _purposes(f"{PURPOSES}, 'erase'")


def downgrade() -> None:
    op.execute("DELETE FROM account_challenges WHERE purpose = 'erase'")
    _purposes(PURPOSES)
    for table in TABLES:
        op.drop_index(op.f(f"{table}_expires_at_idx"), table)


def _purposes(known: str) -> None:
    name = op.f("account_challenges_purpose_check")
    op.drop_constraint(name, "account_challenges")
    op.create_check_constraint(name, "account_challenges", f"purpose IN ({known})")

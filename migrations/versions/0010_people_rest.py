"""Sign-ins that are over are found by when they ended; codes with which a shopper has herself
erased; one name at one postcode as a reason to take two for one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("staff_sessions", "user_sessions")
PURPOSES = "'sign_in', 'reset', 'add_address', 'add_passkey', 'use_passkey'"
BECAUSE = "'same_email', 'same_phone', 'same_loyalty_card', 'same_name_and_phone'"


def upgrade() -> None:
    for table in TABLES:
        op.create_index(op.f(f"{table}_expires_at_idx"), table, ["expires_at"])
    _purposes(f"{PURPOSES}, 'erase'")
    _reasons(f"{BECAUSE}, 'same_name_and_postcode', 'told'")
    op.create_index(
        "postal_addresses_postcode_idx",
        "postal_addresses",
        [sa.text(r"upper(regexp_replace(postcode, '\s', '', 'g'))")],
    )


def downgrade() -> None:
    op.drop_index("postal_addresses_postcode_idx", "postal_addresses")
    # The table is append-only: what was merged for the new reason stays, and new rows keep to the old ones.
    _reasons(f"{BECAUSE}, 'told'", "NOT VALID")
    op.execute("DELETE FROM account_challenges WHERE purpose = 'erase'")
    _purposes(PURPOSES)
    for table in TABLES:
        op.drop_index(op.f(f"{table}_expires_at_idx"), table)


def _purposes(known: str) -> None:
    name = op.f("account_challenges_purpose_check")
    op.drop_constraint(name, "account_challenges")
    op.create_check_constraint(name, "account_challenges", f"purpose IN ({known})")


def _reasons(known: str, validity: str = "") -> None:
    op.execute("ALTER TABLE customer_merges DROP CONSTRAINT customer_merges_because_check")
    op.execute(
        "ALTER TABLE customer_merges ADD CONSTRAINT customer_merges_because_check "
        f"CHECK (because IN ({known})) {validity}"
    )

"""Staff with PINs, the merchant's users, scopes of keys, pairing of devices; who approved what is in the history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _history()
    _doors()
    _staff()
    _users()


def _history() -> None:
    op.add_column("events", sa.Column("actor_role", sa.Text(), nullable=True))
    op.add_column("events", sa.Column("approved_by", sa.Uuid(), nullable=True))
    op.add_column("events", sa.Column("reason", sa.Text(), nullable=True))
    op.create_index("events_kind_idx", "events", ["kind", "id"])
    op.create_index(
        "events_actor_idx",
        "events",
        ["actor_id", "id"],
        postgresql_where="actor_id IS NOT NULL",
    )
    op.create_index(
        "events_approved_idx", "events", ["id"], postgresql_where="approved_by IS NOT NULL"
    )


def _doors() -> None:
    op.add_column("api_clients", sa.Column("scopes", postgresql.JSONB(), nullable=True))
    op.alter_column("devices", "token_hash", nullable=True)
    op.add_column("devices", sa.Column("pairing_hash", sa.LargeBinary(), nullable=True))
    op.create_unique_constraint(op.f("devices_pairing_hash_key"), "devices", ["pairing_hash"])
    op.add_column("devices", sa.Column("pairing_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "devices",
        sa.Column("needs_staff", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_pkey")),
        sa.UniqueConstraint("number", name=op.f("staff_number_key")),
    )
    op.create_table(
        "staff_roles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('picker', 'cashier', 'manager')", name=op.f("staff_roles_role_check")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("staff_roles_location_id_fkey")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("staff_roles_staff_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_roles_pkey")),
        sa.UniqueConstraint(
            "staff_id", "location_id", name=op.f("staff_roles_staff_id_location_id_key")
        ),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("staff_sessions_device_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("staff_sessions_staff_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_sessions_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("staff_sessions_token_hash_key")),
    )
    op.create_index(op.f("staff_sessions_staff_id_idx"), "staff_sessions", ["staff_id"])


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.JSONB(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("code_secret", sa.LargeBinary(), nullable=True),
        sa.Column("code_step", sa.Integer(), nullable=True),
        sa.Column("invitation_hash", sa.LargeBinary(), nullable=True),
        sa.Column("invited_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("email", name=op.f("users_email_key")),
        sa.UniqueConstraint("invitation_hash", name=op.f("users_invitation_hash_key")),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("user_sessions_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("user_sessions_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("user_sessions_token_hash_key")),
    )
    op.create_index(op.f("user_sessions_user_id_idx"), "user_sessions", ["user_id"])


def downgrade() -> None:
    """Refused by devices that wait to be paired: what was before knows none without a token."""
    for table in ("user_sessions", "users", "staff_sessions", "staff_roles", "staff"):
        op.drop_table(table)
    for column in ("needs_staff", "pairing_until", "pairing_hash"):
        op.drop_column("devices", column)
    op.alter_column("devices", "token_hash", nullable=False)
    op.drop_column("api_clients", "scopes")
    for index in ("events_approved_idx", "events_actor_idx", "events_kind_idx"):
        op.drop_index(index, "events")
    for column in ("reason", "approved_by", "actor_role"):
        op.drop_column("events", column)

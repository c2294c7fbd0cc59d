"""The events of API clients, devices, staff and users."""

from app.core.event_kinds import event

API_CLIENT_CREATED = event(
    "api_client.created", "client_id role sales_channel", optional="scopes", subjects="role"
)
API_CLIENT_REVOKED = event("api_client.revoked", "client_id", subjects="role")
DEVICE_ADDED = event("device.added", "device_id needs_staff", subjects="role")
DEVICE_PAIRING_CODE_CREATED = event(
    "device.pairing_code_created", "device_id needs_staff", subjects="role"
)
DEVICE_PAIRED = event("device.paired", "device_id", subjects="role")
DEVICE_REVOKED = event("device.revoked", "device_id", subjects="role")
STAFF_ADDED = event("staff.added", "staff_id", subjects="role")
STAFF_DEACTIVATED = event("staff.deactivated", "staff_id", subjects="role")
STAFF_ROLE_SET = event("staff.role_set", "staff_id before after", subjects="role")
STAFF_PIN_RENEWED = event("staff.pin_renewed", "staff_id", subjects="role")
STAFF_PIN_REFUSED = event("staff.pin_refused", "staff_id", subjects="role")
STAFF_SIGNED_IN = event("staff.signed_in", "staff_id", subjects="role")
STAFF_SIGNED_OUT = event("staff.signed_out", "staff_id")
USER_INVITED = event("user.invited", "user_id", subjects="role")
USER_INVITATION_ACCEPTED = event("user.invitation_accepted", "user_id", subjects="role")
USER_ROLES_SET = event("user.roles_set", "user_id before after", subjects="role")
USER_DISABLED = event("user.disabled", "user_id", subjects="role")
USER_SIGNED_IN = event("user.signed_in", "user_id session_id", subjects="role")
USER_SIGNED_OUT = event("user.signed_out", "user_id session_id")

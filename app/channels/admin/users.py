"""Users of the merchant, their roles, and their sign-ins."""

from typing import Any
from uuid import UUID

from flask import Response, request

from app.channels.admin.staff_and_user_schemas import (
    AcceptedInvitationSchema,
    InvitationAcceptanceSchema,
    InvitationRequestSchema,
    IssuedInvitationSchema,
    UserListSchema,
    UserRolesSchema,
    UserSchema,
    UserSessionListSchema,
    UserSignInResultSchema,
    UserSignInSchema,
)
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, SIGN_IN, actor, allowed
from app.channels.http.responses import (
    EmptySchema,
    json_response,
    perform,
    perform_without_key,
    read,
)
from app.channels.http.shop_settings import now
from app.channels.http.throttle import throttled
from app.core.access.users import queries
from app.core.access.users.invitations import (
    AcceptInvitation,
    InviteUser,
    accept_invitation,
    invite_user,
)
from app.core.access.users.sessions import EndSession, SignInUser, end_session, sign_in_user
from app.core.access.users.users import DisableUser, SetRoles, disable_user, set_roles

blueprint = Blueprint(
    "admin-users",
    __name__,
    url_prefix="/api/admin/v1",
    description="Users of the merchant, their roles and sign-ins",
)


@blueprint.route("/users")
@allowed(MERCHANT, "users.see")
@blueprint.operation("listUsers")
@blueprint.response(200, UserListSchema)
def list_users() -> Response:
    """List all users with their roles, disabled ones too."""
    return json_response({"items": read(queries.list_users)}, UserListSchema)


@blueprint.route("/users", methods=["POST"])
@allowed(MERCHANT, "users.change")
@blueprint.operation("inviteUser")
@blueprint.arguments(InvitationRequestSchema)
@blueprint.response(201, IssuedInvitationSchema)
def post_user(command: InviteUser) -> Response:
    """Invite a user, or invite again a user who lost their password or phone. The invitation is also sent by
    email, and is valid for three days."""
    return perform(invite_user, command, IssuedInvitationSchema, 201)


@blueprint.route("/users/<uuid:user_id>/roles", methods=["PUT"])
@allowed(MERCHANT, "users.change")
@blueprint.operation("setUserRoles")
@blueprint.arguments(UserRolesSchema)
@blueprint.response(200, UserSchema)
def put_roles(body: dict[str, Any], user_id: UUID) -> Response:
    """Set the roles of a user from their next request on. The last owner keeps that role."""
    command = SetRoles(user_id, body["roles"])
    return perform(set_roles, command, UserSchema, present=queries.get_user)


@blueprint.route("/users/<uuid:user_id>/disable", methods=["POST"])
@allowed(MERCHANT, "users.change")
@blueprint.operation("disableUser")
@blueprint.response(200, UserSchema)
def post_disable(user_id: UUID) -> Response:
    """Disable a user. Disabling them again changes nothing."""
    return perform(disable_user, DisableUser(user_id), UserSchema, present=queries.get_user)


@blueprint.route("/invitations/accept", methods=["POST"])
@allowed(SIGN_IN)
@blueprint.operation("acceptInvitation")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(401, 429)
@blueprint.arguments(InvitationAcceptanceSchema)
@blueprint.response(200, AcceptedInvitationSchema)
def post_accept(command: AcceptInvitation) -> Response:
    """Set a password and return the secret of the phone's codes. The first sign-in uses the invitation up."""
    return perform_without_key(accept_invitation, command, AcceptedInvitationSchema)


@blueprint.route("/sessions", methods=["POST"])
@allowed(SIGN_IN)
@blueprint.operation("signIn")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(401, 429)
@blueprint.arguments(UserSignInSchema)
@blueprint.response(201, UserSignInResultSchema)
def post_session(body: dict[str, Any]) -> Response:
    """Sign in with email, password and the phone's code."""
    command = SignInUser(ip_address=request.remote_addr or "", **body)
    return perform_without_key(sign_in_user, command, UserSignInResultSchema, 201)


@blueprint.route("/sessions")
@allowed(MERCHANT, "sessions.own")
@blueprint.operation("listSessions")
@blueprint.response(200, UserSessionListSchema)
def list_sessions() -> Response:
    """List the user's own active sessions."""
    return json_response(
        {"items": read(queries.list_sessions, actor().id, now())}, UserSessionListSchema
    )


@blueprint.route("/sessions/<uuid:session_id>", methods=["DELETE"])
@allowed(MERCHANT, "sessions.own")
@blueprint.operation("endSession")
@blueprint.response(200, EmptySchema)
def delete_session(session_id: UUID) -> Response:
    """Sign out of a session, this one or another."""
    return perform(end_session, EndSession(session_id), EmptySchema)

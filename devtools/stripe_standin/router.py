"""Handles one call of the API: authentication, faults, idempotency and expansion."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.accounts_registry import AccountsRegistry
from devtools.stripe_standin.calls import PUBLISHABLE_KEY_CALLS, Call, find_call
from devtools.stripe_standin.expanding import expand
from devtools.stripe_standin.expiries import expire_due
from devtools.stripe_standin.faults import ConnectionLost, Fault
from devtools.stripe_standin.objects import ApiError, Json

KEY_LIFETIME_SECONDS = 24 * 60 * 60
"""Keys may be deleted after a day. https://docs.stripe.com/api/idempotent_requests"""


@dataclass(frozen=True)
class ApiRequest:
    method: str
    path: str
    """Without /v1/."""
    api_key: str
    idempotency_key: str
    """Empty for none."""
    params: Json


@dataclass
class ApiResponse:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def respond(registry: AccountsRegistry, request: ApiRequest) -> ApiResponse:
    """Handle a call. Raises ConnectionLost if the caller must get no response."""
    try:
        account, from_app = registry.by_api_key(request.api_key)
        call = find_call(request.method, request.path)
        if not call:
            raise ApiError(404, f"Unrecognized request URL ({request.method}: /v1/{request.path}).")
        if from_app:
            _check_app(account, call, request)
        return _logged(account, call, request)
    except ApiError as error:
        return _error_response(error)
    finally:
        registry.save()


def _check_app(account: Account, call: Call, request: ApiRequest) -> None:
    secret = request.params.get("client_secret")
    if call.name not in PUBLISHABLE_KEY_CALLS:
        raise ApiError(403, "A publishable key may not do this.", saved=False)
    if account.find_object(call.ids[0]).get("client_secret") != secret:
        raise ApiError(404, f"No such object: '{call.ids[0]}'", "resource_missing", saved=False)


def _logged(account: Account, call: Call, request: ApiRequest) -> ApiResponse:
    entry = {"call": call.name, "path": request.path, "key": request.idempotency_key, "status": 0}
    account.calls.append(entry)
    try:
        response = _with_faults(account, call, request)
    except ApiError as error:
        entry["status"] = error.status
        raise
    entry["status"] = response.status
    return response


def _with_faults(account: Account, call: Call, request: ApiRequest) -> ApiResponse:
    fault = account.faults.pop(call.name)
    if fault and fault.moment == "before" and fault.kind != "slow":
        fault.apply(account.stopping)
    with _lock_key(account, request.idempotency_key):
        if fault and fault.kind == "slow" and fault.moment == "before":
            fault.apply(account.stopping)
        response = _idempotent(account, call, request)
        if fault and fault.kind == "slow" and fault.moment == "after":
            fault.apply(account.stopping)
    if fault and fault.moment == "after" and fault.kind != "slow":
        _apply_fault_after(account, request, fault)
    return response


def _apply_fault_after(account: Account, request: ApiRequest, fault: Fault) -> None:
    if fault.kind == "500_saved" and request.idempotency_key in account.responses:
        account.responses[request.idempotency_key] |= {
            "status": 500,
            "body": json.dumps(fault.error().body),
        }
    fault.apply(account.stopping)


@contextmanager
def _lock_key(account: Account, key: str) -> Iterator[None]:
    """Allow one call per key at a time. Another call with the key conflicts, and nothing is saved for it."""
    with account.lock:
        if key in account.running:
            raise Fault("", "409", "before", 1, 0).error()
        if key:
            account.running.add(key)
    try:
        yield
    finally:
        with account.lock:
            account.running.discard(key)


def _idempotent(account: Account, call: Call, request: ApiRequest) -> ApiResponse:
    """Return the saved response, or make the call and save its response. "The idempotency layer compares incoming
    parameters to those of the original request and errors if they're not the same".
    https://docs.stripe.com/api/idempotent_requests"""
    fingerprint = json.dumps([request.method, request.path, request.params], sort_keys=True)
    with account.lock:
        saved = account.responses.get(request.idempotency_key) if request.idempotency_key else None
        if saved and saved["at"] + KEY_LIFETIME_SECONDS > account.now():
            return _replayed(saved, fingerprint)
        try:
            response = _call(account, call, request.params)
        except ApiError as error:
            if not error.saved:
                raise
            response = _error_response(error)
        if request.idempotency_key and request.method == "POST":
            account.responses[request.idempotency_key] = {
                "at": account.now(),
                "fingerprint": fingerprint,
                "status": response.status,
                "body": response.body,
            }
        return response


def _replayed(saved: Json, fingerprint: str) -> ApiResponse:
    if saved["fingerprint"] != fingerprint:
        raise ApiError(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            kind="idempotency_error",
            saved=False,
        )
    return ApiResponse(saved["status"], saved["body"], {"Idempotent-Replayed": "true"})


def _call(account: Account, call: Call, params: Json) -> ApiResponse:
    expire_due(account)
    stripe_object = call.handler(account, params, *call.ids)
    return ApiResponse(200, json.dumps(expand(account, stripe_object, params.get("expand") or [])))


def _error_response(error: ApiError) -> ApiResponse:
    return ApiResponse(error.status, json.dumps(error.body))


__all__ = ["ApiRequest", "ApiResponse", "ConnectionLost", "respond"]

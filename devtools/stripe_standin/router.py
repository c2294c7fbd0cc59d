"""Answers one call of the API: who asks, what goes wrong on order, once per key, and what the answer shows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.accounts_registry import World
from devtools.stripe_standin.calls import FROM_APPS, Call, called
from devtools.stripe_standin.expanding import expanded
from devtools.stripe_standin.expiries import catch_up
from devtools.stripe_standin.faults import ConnectionLost, Fault
from devtools.stripe_standin.objects import ApiError, Json

KEPT_SECONDS = 24 * 60 * 60
"""Keys may be forgotten after a day. https://docs.stripe.com/api/idempotent_requests"""


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    """Without /v1/."""
    api_key: str
    key: str
    """Of idempotency; empty for none."""
    params: Json


@dataclass
class Reply:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def reply_to(world: World, asked: Asked) -> Reply:
    """Raises ConnectionLost where the caller is to get no answer."""
    try:
        account, from_app = world.of_key(asked.api_key)
        call = called(asked.method, asked.path)
        if not call:
            raise ApiError(404, f"Unrecognized request URL ({asked.method}: /v1/{asked.path}).")
        if from_app:
            _check_app(account, call, asked)
        return _logged(account, call, asked)
    except ApiError as error:
        return _shown(error)
    finally:
        world.save()


def _check_app(account: Account, call: Call, asked: Asked) -> None:
    secret = asked.params.get("client_secret")
    if call.name not in FROM_APPS:
        raise ApiError(403, "A publishable key may not do this.", saved=False)
    if account.any_thing(call.ids[0]).get("client_secret") != secret:
        raise ApiError(404, f"No such thing: '{call.ids[0]}'", "resource_missing", saved=False)


def _logged(account: Account, call: Call, asked: Asked) -> Reply:
    entry = {"call": call.name, "path": asked.path, "key": asked.key, "status": 0}
    account.calls.append(entry)
    try:
        reply = _struck(account, call, asked)
    except ApiError as error:
        entry["status"] = error.status
        raise
    entry["status"] = reply.status
    return reply


def _struck(account: Account, call: Call, asked: Asked) -> Reply:
    fault = account.faults.take(call.name)
    if fault and fault.moment == "before" and fault.kind != "slow":
        fault.strike(account.stopping)
    with _holding(account, asked.key):
        if fault and fault.kind == "slow" and fault.moment == "before":
            fault.strike(account.stopping)
        reply = _once(account, call, asked)
        if fault and fault.kind == "slow" and fault.moment == "after":
            fault.strike(account.stopping)
    if fault and fault.moment == "after" and fault.kind != "slow":
        _strike_after(account, asked, fault)
    return reply


def _strike_after(account: Account, asked: Asked, fault: Fault) -> None:
    if fault.kind == "500_saved" and asked.key in account.answers:
        account.answers[asked.key] |= {"status": 500, "body": json.dumps(fault.error().body)}
    fault.strike(account.stopping)


@contextmanager
def _holding(account: Account, key: str) -> Iterator[None]:
    """A key is worked on once at a time: another call with it conflicts, and nothing is saved for it."""
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


def _once(account: Account, call: Call, asked: Asked) -> Reply:
    """The saved answer, or the call's, saved. "The idempotency layer compares incoming parameters to those of the
    original request and errors if they're not the same". https://docs.stripe.com/api/idempotent_requests"""
    print_of_it = json.dumps([asked.method, asked.path, asked.params], sort_keys=True)
    with account.lock:
        saved = account.answers.get(asked.key) if asked.key else None
        if saved and saved["at"] + KEPT_SECONDS > account.now():
            return _replayed(saved, print_of_it)
        try:
            reply = _answered(account, call, asked.params)
        except ApiError as error:
            if not error.saved:
                raise
            reply = _shown(error)
        if asked.key and asked.method == "POST":
            account.answers[asked.key] = {
                "at": account.now(),
                "asked": print_of_it,
                "status": reply.status,
                "body": reply.body,
            }
        return reply


def _replayed(saved: Json, print_of_it: str) -> Reply:
    if saved["asked"] != print_of_it:
        raise ApiError(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            kind="idempotency_error",
            saved=False,
        )
    return Reply(saved["status"], saved["body"], {"Idempotent-Replayed": "true"})


def _answered(account: Account, call: Call, params: Json) -> Reply:
    catch_up(account)
    thing = call.answer(account, params, *call.ids)
    return Reply(200, json.dumps(expanded(account, thing, params.get("expand") or [])))


def _shown(error: ApiError) -> Reply:
    return Reply(error.status, json.dumps(error.body))


__all__ = ["Asked", "ConnectionLost", "Reply", "reply_to"]

"""Replaces ids by their objects. https://docs.stripe.com/expand"""

from copy import deepcopy

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.objects import Json, invalid, list_object

INCLUDED_REFUNDS = 10
"""A charge includes the newest refunds. The list has the others."""
MAX_DEPTH = 4


def expand(account: Account, thing: Json, paths: list[str]) -> Json:
    result = deepcopy(thing)
    for path in paths:
        steps = path.split(".")
        if len(steps) > MAX_DEPTH:
            raise invalid(f"You cannot expand more than {MAX_DEPTH} levels.", "expand")
        _expand(account, result, steps)
    return result


def _expand(account: Account, thing: Json, steps: list[str]) -> None:
    first, rest = steps[0], steps[1:]
    if thing.get("object") == "charge" and first == "refunds":
        # Only on request: https://docs.stripe.com/changelog/2022-11-15/deprecates-charges-auto-expand
        thing.setdefault("refunds", _refunds(account, thing["id"]))
    elif first not in thing:
        raise invalid(f"This property cannot be expanded ({first}).", "expand")
    if isinstance(thing[first], str):
        thing[first] = deepcopy(account.find_object(thing[first]))
    inner = thing[first] if isinstance(thing[first], list) else [thing[first]]
    for one in inner:
        if rest and isinstance(one, dict):
            _expand(account, one, rest)


def _refunds(account: Account, charge_id: str) -> Json:
    made = account.newest("refunds", charge=charge_id)
    url = f"/v1/charges/{charge_id}/refunds"
    return list_object(
        deepcopy(made[:INCLUDED_REFUNDS]), url, has_more=len(made) > INCLUDED_REFUNDS
    )

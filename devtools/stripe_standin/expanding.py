"""Puts whole things in the place of their ids. https://docs.stripe.com/expand"""

from copy import deepcopy

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.objects import Json, invalid, listed

SHOWN_REFUNDS = 10
"""A charge shows the newest ones; the rest is listed."""
DEEPEST = 4


def expanded(account: Account, thing: Json, paths: list[str]) -> Json:
    whole = deepcopy(thing)
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise invalid(f"You cannot expand more than {DEEPEST} levels.", "expand")
        _expand(account, whole, steps)
    return whole


def _expand(account: Account, thing: Json, steps: list[str]) -> None:
    first, rest = steps[0], steps[1:]
    if thing.get("object") == "charge" and first == "refunds":
        # Not there unless asked for: https://docs.stripe.com/changelog/2022-11-15/deprecates-charges-auto-expand
        thing.setdefault("refunds", _refunds(account, thing["id"]))
    elif first not in thing:
        raise invalid(f"This property cannot be expanded ({first}).", "expand")
    if isinstance(thing[first], str):
        thing[first] = deepcopy(account.any_thing(thing[first]))
    inner = thing[first] if isinstance(thing[first], list) else [thing[first]]
    for one in inner:
        if rest and isinstance(one, dict):
            _expand(account, one, rest)


def _refunds(account: Account, charge_id: str) -> Json:
    made = account.newest("refunds", charge=charge_id)
    url = f"/v1/charges/{charge_id}/refunds"
    return listed(deepcopy(made[:SHOWN_REFUNDS]), url, has_more=len(made) > SHOWN_REFUNDS)

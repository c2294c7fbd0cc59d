"""Parses and checks parameters. Stripe writes nested values in a form: line_items[0][price_data][currency]=gbp."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from devtools.stripe_standin.objects import Json, invalid, list_object

KEY = re.compile(r"\[([^\]]*)\]")


def decode(pairs: Iterable[tuple[str, str]]) -> Json:
    """Return nested dictionaries and lists of texts."""
    params: Json = {}
    for key, value in pairs:
        first, _, _ = key.partition("[")
        place: Json = params
        path = [first, *KEY.findall(key)]
        for step, following in pairwise(path):
            place = place.setdefault(_name(step, place), {})
            if not isinstance(place, dict):
                raise invalid(f"Invalid {following}", param=key)
        place[_name(path[-1], place)] = value
    return {name: _with_lists(value) for name, value in params.items()}


def check_names(params: Json, *names: str) -> None:
    """Refuse parameters that the endpoint does not have, as Stripe does."""
    if "payment_method_types" in params:
        # docs.stripe.com/changelog/endive/2026-09-30/
        # removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents
        raise invalid(
            "payment_method_types is not supported. Use allowed_payment_method_types.",
            "payment_method_types",
            "payment_method_types_no_longer_supported",
        )
    for name in params.keys() - {*names, "expand"}:
        raise invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")


def text(params: Json, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return value


def amount(params: Json, name: str) -> int:
    value = text(params, name)
    if not re.fullmatch("[0-9]{1,8}", value):
        raise invalid(f"Invalid integer: {value}", name, "parameter_invalid_integer")
    if int(value) < 1:
        raise invalid("This value must be greater than or equal to 1.", name)
    return int(value)


def paginate(objects: list[Json], params: Json, url: str) -> Json:
    """Return one page of a list. https://docs.stripe.com/api/pagination"""
    after = params.get("starting_after")
    if after:
        ids = [thing["id"] for thing in objects]
        objects = objects[ids.index(after) + 1 :] if after in ids else []
    limit = int(params.get("limit", 10))
    if not 1 <= limit <= 100:
        raise invalid("limit is from 1 to 100.", "limit")
    return list_object(objects[:limit], url, has_more=len(objects) > limit)


def _name(step: str, place: Json) -> str:
    """Return the key of a step. `expand[]=…` takes the next free index."""
    return step or str(len(place))


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(one) for name, one in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner

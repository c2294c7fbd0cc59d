"""Webhooks that are not Stripe's, or not any more: each must be refused."""

import json
import random
from collections.abc import Callable, Iterator

from devtools.stripe_standin.webhooks import Signed, sign

Forger = Callable[[str, str, int, random.Random], Signed]
"""(body, secret, now, dice) → a forgery"""


def wrong_secret(body: str, secret: str, now: int, dice: random.Random) -> Signed:
    return Signed(body, sign(body, f"{secret}{dice.random()}", now))


def too_old(body: str, secret: str, now: int, dice: random.Random) -> Signed:
    return Signed(body, sign(body, secret, now - 301 - dice.randrange(10**6)))


def from_the_future(body: str, secret: str, now: int, dice: random.Random) -> Signed:
    return Signed(body, sign(body, secret, now + 301 + dice.randrange(10**6)))


def redated(body: str, secret: str, now: int, dice: random.Random) -> Signed:
    """A true one of long ago that says it is of today; and one that says both."""
    old = now - 10**4 - dice.randrange(10**6)
    true = sign(body, secret, old).removeprefix(f"t={old}")
    return Signed(body, f"t={now}{dice.choice(['', f',t={old}'])}{true}")


def changed_body(body: str, secret: str, now: int, dice: random.Random) -> Signed:
    event = json.loads(body)
    event["data"]["object"]["amount"] = dice.randrange(10**6) + 10**7
    return Signed(json.dumps(event), sign(body, secret, now))


def one_character_more(body: str, secret: str, now: int, dice: random.Random) -> Signed:
    place = dice.randrange(len(body) + 1)
    return Signed(f"{body[:place]} {body[place:]}", sign(body, secret, now))


def changed_signature(body: str, secret: str, now: int, dice: random.Random) -> Signed:
    true = sign(body, secret, now)
    place = dice.randrange(true.index("v1=") + 3, len(true))
    other = dice.choice([one for one in "0123456789abcdef" if one != true[place]])
    return Signed(body, f"{true[:place]}{other}{true[place + 1 :]}")


def other_scheme(body: str, secret: str, now: int, dice: random.Random) -> Signed:
    """v0 is what test events carry besides: it proves nothing."""
    return Signed(body, sign(body, secret, now).replace("v1=", dice.choice(["v0=", "v2=", "V1="])))


def no_header(body: str, _secret: str, now: int, dice: random.Random) -> Signed:
    return Signed(body, dice.choice(["", "t=", "v1=", f"t={now}", ",,=,", "t=x,v1=y", "t=1,v1=é"]))


def signed_with_nothing(body: str, _secret: str, now: int, _dice: random.Random) -> Signed:
    return Signed(body, sign(body, "", now))


FORGERS: tuple[Forger, ...] = (
    wrong_secret, too_old, from_the_future, redated, changed_body, one_character_more, changed_signature,
    other_scheme, no_header, signed_with_nothing,
)  # fmt: skip


def forgeries(body: str, secret: str, now: int, count: int, seed: int = 1) -> Iterator[Signed]:
    """Of all kinds in turn, made of a true event's body and the secret that would sign it."""
    dice = random.Random(seed)  # noqa: S311 - the same forgeries each time
    for number in range(count):
        yield FORGERS[number % len(FORGERS)](body, secret, now, dice)

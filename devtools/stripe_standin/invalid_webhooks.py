"""Invalid webhooks: forged, changed or too old. The shop must refuse each."""

import json
import random
from collections.abc import Callable, Iterator

from devtools.stripe_standin.webhooks import SignedWebhook, sign

Maker = Callable[[str, str, int, random.Random], SignedWebhook]
"""(body, secret, now, dice) → an invalid webhook"""


def wrong_secret(body: str, secret: str, now: int, dice: random.Random) -> SignedWebhook:
    return SignedWebhook(body, sign(body, f"{secret}{dice.random()}", now))


def too_old(body: str, secret: str, now: int, dice: random.Random) -> SignedWebhook:
    return SignedWebhook(body, sign(body, secret, now - 301 - dice.randrange(10**6)))


def from_the_future(body: str, secret: str, now: int, dice: random.Random) -> SignedWebhook:
    return SignedWebhook(body, sign(body, secret, now + 301 + dice.randrange(10**6)))


def changed_time(body: str, secret: str, now: int, dice: random.Random) -> SignedWebhook:
    """Return an old valid webhook with the present time, or with both times."""
    old = now - 10**4 - dice.randrange(10**6)
    true = sign(body, secret, old).removeprefix(f"t={old}")
    return SignedWebhook(body, f"t={now}{dice.choice(['', f',t={old}'])}{true}")


def changed_body(body: str, secret: str, now: int, dice: random.Random) -> SignedWebhook:
    event = json.loads(body)
    event["data"]["object"]["amount"] = dice.randrange(10**6) + 10**7
    return SignedWebhook(json.dumps(event), sign(body, secret, now))


def added_character(body: str, secret: str, now: int, dice: random.Random) -> SignedWebhook:
    place = dice.randrange(len(body) + 1)
    return SignedWebhook(f"{body[:place]} {body[place:]}", sign(body, secret, now))


def changed_signature(body: str, secret: str, now: int, dice: random.Random) -> SignedWebhook:
    true = sign(body, secret, now)
    place = dice.randrange(true.index("v1=") + 3, len(true))
    other = dice.choice([one for one in "0123456789abcdef" if one != true[place]])
    return SignedWebhook(body, f"{true[:place]}{other}{true[place + 1 :]}")


def other_scheme(body: str, secret: str, now: int, dice: random.Random) -> SignedWebhook:
    """Return a webhook with another scheme. Test events also carry v0, which proves nothing."""
    return SignedWebhook(
        body, sign(body, secret, now).replace("v1=", dice.choice(["v0=", "v2=", "V1="]))
    )


def no_header(body: str, _secret: str, now: int, dice: random.Random) -> SignedWebhook:
    return SignedWebhook(
        body, dice.choice(["", "t=", "v1=", f"t={now}", ",,=,", "t=x,v1=y", "t=1,v1=é"])
    )


def empty_secret(body: str, _secret: str, now: int, _dice: random.Random) -> SignedWebhook:
    return SignedWebhook(body, sign(body, "", now))


MAKERS: tuple[Maker, ...] = (
    wrong_secret, too_old, from_the_future, changed_time, changed_body, added_character, changed_signature,
    other_scheme, no_header, empty_secret,
)  # fmt: skip


def make_invalid(
    body: str, secret: str, now: int, count: int, seed: int = 1
) -> Iterator[SignedWebhook]:
    """Yield all kinds in turn, made from the body of a valid event and the secret that would sign it."""
    dice = random.Random(seed)  # noqa: S311 - the same webhooks each time
    for number in range(count):
        yield MAKERS[number % len(MAKERS)](body, secret, now, dice)

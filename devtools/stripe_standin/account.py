"""One account: its objects as Stripe would show them, its events, and its switches."""

import secrets
import string
import time
from copy import deepcopy
from threading import Event, RLock
from typing import Any

from devtools.stripe_standin.faults import Faults
from devtools.stripe_standin.objects import ApiError, Json, missing

PREFIXES = {
    "payment_intents": "pi",
    "charges": "ch",
    "refunds": "re",
    "disputes": "du",
    "sessions": "cs_test",
    "customers": "cus",
    "setup_intents": "seti",
    "payment_methods": "pm",
    "readers": "tmr",
    "balance_transactions": "txn",
    "events": "evt",
}
OBJECTS = {"sessions": "checkout.session", "readers": "terminal.reader"}
"""The names of these objects. The others are named by their kind, without the s."""

DEFAULTS: Json = {
    "auto_present": "4242424242424242",  # the card that is presented to readers; empty: they wait
    "reader": "online",  # or offline, busy; timeout: whether it received the call is unknown
    "refunds": "succeeded",  # or pending, failed; declined: the balance is too low
    "webhook_url": "",  # empty: webhooks wait until a test takes or delivers them
    "webhook_secret": "",
    "webhooks": "send",  # or drop: they are lost; hold: they wait until a test delivers them
    "webhook_delay": 0,  # seconds
    "webhook_copies": 1,
    "webhook_order": "given",  # or reversed, shuffled: the order of those that are due together
}

ALPHABET = string.ascii_letters + string.digits


class Account:
    """An account. Its content is JSON, so that a file can store it. Lock `lock` before each change."""

    def __init__(self, name: str, pages: str, stopping: Event, saved: Json | None = None) -> None:
        self.name = name
        self.pages = pages
        """The address of its hosted pages."""
        self.stopping = stopping
        """Set when the server stops."""
        self.lock = RLock()
        self.faults = Faults()
        self.running: set[str] = set()
        saved = saved or {}
        self.objects: dict[str, dict[str, Json]] = {
            kind: saved.get("objects", {}).get(kind, {}) for kind in PREFIXES
        }
        self.responses: dict[str, Json] = saved.get("responses", {})
        self.switches: Json = {**DEFAULTS, **saved.get("switches", {})}
        self.webhooks: list[Json] = saved.get("webhooks", [])
        """Undelivered webhooks: id of the event, time of the next attempt (by the machine's clock), attempts."""
        self.clock: Json = saved.get("clock", {"fixed": None, "ahead": 0})
        self.calls: list[Json] = []
        """The calls in order: name, path, key, status."""

    def to_json(self) -> Json:
        """Return the state for the file."""
        names = ("objects", "responses", "switches", "webhooks", "clock")
        return {name: getattr(self, name) for name in names}

    def now(self) -> int:
        fixed = self.clock["fixed"]
        return int((time.time() if fixed is None else fixed) + self.clock["ahead"])

    def new(self, kind: str, **values: Any) -> Json:
        """Return a new object of its kind. `add` stores it."""
        random_part = "".join(secrets.choice(ALPHABET) for _ in range(24))
        return {
            "id": f"{PREFIXES[kind]}_{random_part}",
            "object": OBJECTS.get(kind, kind.removesuffix("s")),
            "created": self.now(),
            "livemode": False,
            "metadata": {},
            **values,
        }

    def add(self, kind: str, stripe_object: Json) -> Json:
        self.objects[kind][stripe_object["id"]] = stripe_object
        return stripe_object

    def get(self, kind: str, object_id: str) -> Json:
        found = self.objects[kind].get(object_id)
        if not found:
            raise missing(OBJECTS.get(kind, kind.removesuffix("s")), object_id)
        return found

    def find_object(self, object_id: str) -> Json:
        for things in self.objects.values():
            if object_id in things:
                return things[object_id]
        raise missing("object", object_id)

    def newest(self, kind: str, **values: Any) -> list[Json]:
        """Return the objects of a kind with these values, newest first."""
        matching = [
            thing
            for thing in reversed(self.objects[kind].values())
            if all(thing.get(name) == value for name, value in values.items())
        ]
        return sorted(matching, key=lambda thing: -int(thing["created"]))

    def emit(self, kind: str, stripe_object: Json, before: Json | None = None) -> None:
        """Record an event with the present object and its previous attributes, and queue its webhook.
        https://docs.stripe.com/api/events/types"""
        event = self.new("events", type=kind, api_version="2026-10-28.endive")
        data: Json = {"object": deepcopy(stripe_object)}
        if before is not None:
            data["previous_attributes"] = before
        event |= {"data": data, "pending_webhooks": 1, "request": None}
        del event["metadata"]
        self.add("events", event)
        if self.switches["webhooks"] != "drop":
            due = time.time() + float(self.switches["webhook_delay"])
            self.webhooks.append({"event": event["id"], "due": due, "tries": 0})

    def switch(self, switches: Json) -> None:
        for name in switches.keys() - DEFAULTS.keys():
            raise ApiError(
                400, f"There is no switch {name}. The switches are {', '.join(DEFAULTS)}."
            )
        self.switches |= switches

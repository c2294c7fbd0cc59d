"""The switches, for tests: Control(url, "sk_test_mine").fault("payment_intents.capture", "timeout", "after")."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from devtools.stripe_standin.objects import Json
from devtools.stripe_standin.webhooks import SignedWebhook


class ControlError(Exception):
    """The stand-in refuses the command. The message says why."""


@dataclass(frozen=True)
class Control:
    """The control of one account, which its API key names."""

    url: str
    api_key: str

    def fault(
        self,
        call: str,
        kind: str,
        moment: str = "before",
        times: int = 1,
        seconds: float | None = None,
    ) -> None:
        """Add a fault to a `call` such as payment_intents.capture, or *; `kind` and `moment` as in faults.py."""
        fault: Json = {"call": call, "kind": kind, "moment": moment, "times": times}
        if seconds is not None:
            fault["seconds"] = seconds
        self._do("add_fault", **fault)

    def no_faults(self) -> None:
        self._do("clear_faults")

    def switch(self, **switches: Any) -> None:
        """Set switches of account.py: auto_present, reader, refunds, webhook_url, …"""
        self._do("switch", **switches)

    def set_clock(self, now: datetime | None) -> None:
        """Stop the clock at this time; None: use the machine's clock."""
        self._do("set_clock", fixed=now.timestamp() if now else None, ahead=0)

    def advance(self, by: timedelta) -> None:
        """Move the clock ahead of its base by `by` in total, including previous moves."""
        self._do("set_clock", ahead=by.total_seconds())

    def pay(
        self, object_id: str, number: str = "4242424242424242", *, save: bool = False
    ) -> Json | None:
        """Pay on a page (cs_…) or in the app (pi_…); return the decline, if there is one."""
        declined: Json | None = self._do("pay", id=object_id, number=number, save=save)["declined"]
        return declined

    def save_card(self, object_id: str, number: str = "4242424242424242") -> Json | None:
        """Save a card on a page (cs_…) or in the app (seti_…); return the decline, if there is one."""
        declined: Json | None = self._do("save_card", id=object_id, number=number)["declined"]
        return declined

    def authenticate(self, payment_intent: str, yes: bool) -> None:
        """Confirm or refuse the authentication that the bank requires before a saved card is charged."""
        self._do("authenticate", payment_intent=payment_intent, yes=yes)

    def replace_card(self, payment_method: str, exp_year: int) -> None:
        """Act as the card network after the bank has replaced a saved card."""
        self._do("replace_card", payment_method=payment_method, exp_year=exp_year)

    def present(self, reader: str, number: str = "4242424242424242") -> Json:
        return self._do("present", reader=reader, number=number)

    def complete_refund(self, refund_id: str, status: str) -> Json:
        """Complete a refund as succeeded or failed."""
        return self._do("complete_refund", id=refund_id, status=status)

    def open_dispute(
        self, payment_intent: str, amount: int | None = None, reason: str = "fraudulent"
    ) -> Json:
        """Open a dispute about the captured amount, or about `amount`."""
        return self._do("open_dispute", payment_intent=payment_intent, amount=amount, reason=reason)

    def close_dispute(self, dispute_id: str, verdict: str) -> Json:
        """Close a dispute as won or lost."""
        return self._do("close_dispute", id=dispute_id, verdict=verdict)

    def call(self, call: str, *ids: str, **params: Any) -> Json:
        """Make a call as the merchant in the provider's dashboard: refunds.create, payment_intents.cancel, …"""
        texts = {name: str(one) if isinstance(one, int) else one for name, one in params.items()}
        return self._do("call", call=call, ids=ids, params=texts)

    def state(self) -> Json:
        """Return the state: {"objects": {kind: [...]}, "calls": [...], "webhooks": number pending, "now": …}."""
        return self._do("state")

    def objects(self, kind: str) -> list[Json]:
        """Return payment_intents, charges, refunds, …, oldest first."""
        found: list[Json] = self.state()["objects"][kind]
        return found

    def calls(self) -> list[Json]:
        """Return the API calls, oldest first: call, path, key, status."""
        calls: list[Json] = self.state()["calls"]
        return calls

    def take_webhooks(self) -> list[SignedWebhook]:
        """Take all pending webhooks, for a test that delivers them itself."""
        return [SignedWebhook(**one) for one in self._do("take_webhooks")["webhooks"]]

    def deliver_webhooks(self) -> int:
        """Deliver all webhooks to webhook_url now; return how many were accepted. The others are retried."""
        return int(self._do("deliver_webhooks")["accepted"])

    def reset(self) -> None:
        """Delete the account's state."""
        self._do("reset")

    @contextmanager
    def faulty(
        self, call: str, kind: str, moment: str = "before", times: int = 1
    ) -> Iterator[None]:
        self.fault(call, kind, moment, times)
        yield
        self.no_faults()

    def _do(self, command: str, **arguments: Any) -> Json:
        account = self.api_key.split("_", 2)[2]
        url = f"{self.url}/_control/{account}/{command}"
        response = requests.post(url, json=arguments, timeout=30)
        body: Json = response.json()
        if not response.ok:
            raise ControlError(f"{body.get('code', '')} {body.get('message', '')}".strip())
        return body

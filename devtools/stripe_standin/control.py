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
    """The stand-in does not do that; its words say why."""


@dataclass(frozen=True)
class Control:
    """Of one account, which its API key names."""

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
        """`call` such as payment_intents.capture, or *; `kind` and `moment` as in faults.py."""
        given: Json = {"call": call, "kind": kind, "moment": moment, "times": times}
        if seconds is not None:
            given["seconds"] = seconds
        self._do("add_fault", **given)

    def no_faults(self) -> None:
        self._do("clear_faults")

    def switch(self, **switches: Any) -> None:
        """As in account.py: auto_present, reader, refunds, webhook_url, …"""
        self._do("switch", **switches)

    def set_clock(self, now: datetime | None) -> None:
        """It stands still at that moment; None: it goes as the machine's."""
        self._do("set_clock", fixed=now.timestamp() if now else None, ahead=0)

    def advance(self, by: timedelta) -> None:
        """From wherever it is, what was forwarded before included in `by`."""
        self._do("set_clock", ahead=by.total_seconds())

    def pay(
        self, object_id: str, number: str = "4242424242424242", *, save: bool = False
    ) -> Json | None:
        """On a page (cs_…) or in the app (pi_…); the decline, if it is one."""
        declined: Json | None = self._do("pay", id=object_id, number=number, save=save)["declined"]
        return declined

    def save_card(self, object_id: str, number: str = "4242424242424242") -> Json | None:
        """Give a card to be kept, on a page (cs_…) or in the app (seti_…); the decline, if it is one."""
        declined: Json | None = self._do("keep", id=object_id, number=number)["declined"]
        return declined

    def authenticate(self, payment_intent: str, yes: bool) -> None:
        """Tell the bank, which asks before a kept card is charged, that it is she."""
        self._do("answer_bank", payment_intent=payment_intent, yes=yes)

    def replace_card(self, payment_method: str, exp_year: int) -> None:
        """Be the network of a kept card, whose bank has sent a new one."""
        self._do("renew", payment_method=payment_method, exp_year=exp_year)

    def present(self, reader: str, number: str = "4242424242424242") -> Json:
        return self._do("present", reader=reader, number=number)

    def complete_refund(self, refund_id: str, status: str) -> Json:
        """succeeded or failed."""
        return self._do("settle_refund", id=refund_id, status=status)

    def open_dispute(
        self, payment_intent: str, amount: int | None = None, reason: str = "fraudulent"
    ) -> Json:
        """Of all that was captured, or of an amount."""
        return self._do("open_dispute", payment_intent=payment_intent, amount=amount, reason=reason)

    def close_dispute(self, dispute_id: str, verdict: str) -> Json:
        """won or lost."""
        return self._do("close_dispute", id=dispute_id, verdict=verdict)

    def call(self, call: str, *ids: str, **params: Any) -> Json:
        """As somebody at the provider's own console does it: refunds.create, payment_intents.cancel, …"""
        texts = {name: str(one) if isinstance(one, int) else one for name, one in params.items()}
        return self._do("call", call=call, ids=ids, params=texts)

    def state(self) -> Json:
        """Everything: {"things": {kind: [...]}, "calls": [...], "webhooks": how many wait, "now": …}."""
        return self._do("state")

    def objects(self, kind: str) -> list[Json]:
        """payment_intents, charges, refunds, …, the oldest first."""
        found: list[Json] = self.state()["things"][kind]
        return found

    def calls(self) -> list[Json]:
        """What was asked over the API, the first one first: call, path, key, status."""
        made: list[Json] = self.state()["calls"]
        return made

    def take_webhooks(self) -> list[SignedWebhook]:
        """All that wait, for a test that delivers them itself."""
        return [SignedWebhook(**one) for one in self._do("take_webhooks")["webhooks"]]

    def deliver_webhooks(self) -> int:
        """To the switch webhook_url, now; how many were accepted. The others are tried again."""
        return int(self._do("deliver_webhooks")["accepted"])

    def reset(self) -> None:
        """As if the account had never been used."""
        self._do("reset")

    @contextmanager
    def faulty(
        self, call: str, kind: str, moment: str = "before", times: int = 1
    ) -> Iterator[None]:
        self.fault(call, kind, moment, times)
        yield
        self.no_faults()

    def _do(self, command: str, **given: Any) -> Json:
        account = self.api_key.split("_", 2)[2]
        answer = requests.post(f"{self.url}/_control/{account}/{command}", json=given, timeout=30)
        body: Json = answer.json()
        if not answer.ok:
            raise ControlError(f"{body.get('code', '')} {body.get('message', '')}".strip())
        return body

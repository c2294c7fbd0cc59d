"""Faults that tests add: the kind, the call, before or after its effect, and the number of calls."""

from dataclasses import dataclass
from threading import Event, Lock

from devtools.stripe_standin.objects import ApiError, Json

KINDS = ("reset", "timeout", "500", "500_saved", "409", "429", "401", "declined", "slow")
"""reset: the connection breaks. timeout: no response for `seconds`, then it breaks. slow: a response after
`seconds`. 500_saved: a 500, and again for each repetition with its key ("Retries with the same key return the
saved response, including 500 errors", https://docs.stripe.com/api/idempotent_requests); only after the effect. A
plain 500 comes before anything is saved. declined: by the bank; only before the effect."""
MOMENTS = ("before", "after")


class ConnectionLost(Exception):
    """Break the connection without a response."""


@dataclass
class Fault:
    call: str
    """The name of the call, such as payment_intents.capture; * for any."""
    kind: str
    moment: str
    times: int
    seconds: float

    def apply(self, stopping: Event) -> None:
        """Raise the error that the caller gets instead of its response. A slow response only waits.

        End the wait when the server stops.
        """
        if self.kind in ("timeout", "slow"):
            stopping.wait(self.seconds)
        if self.kind == "slow":
            return
        if self.kind in ("reset", "timeout"):
            raise ConnectionLost
        raise self.error()

    def error(self) -> ApiError:
        match self.kind:
            case "409":
                return ApiError(409, "Another request holds this key.", "idempotency_key_in_use",
                                kind="idempotency_error", saved=False)  # fmt: skip
            case "429":
                return ApiError(429, "Too many requests.", "rate_limit", saved=False)
            case "401":
                return ApiError(401, "Invalid API Key provided: sk_test_****", saved=False)
            case "declined":
                return ApiError(402, "Your card was declined.", "card_declined",
                                kind="card_error", decline_code="generic_decline")  # fmt: skip
            case _:
                return ApiError(500, "Something went wrong at our side.", kind="api_error")


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def add(self, given: Json) -> None:
        fault = Fault(
            call=given.get("call", "*"),
            kind=str(given["kind"]),
            moment=given.get("moment", "before"),
            times=int(given.get("times", 1)),
            seconds=float(given.get("seconds", 30 if given["kind"] == "timeout" else 2)),
        )
        if fault.kind not in KINDS or fault.moment not in MOMENTS:
            raise ApiError(400, f"A fault is one of {', '.join(KINDS)}, before or after.")
        if (fault.kind, fault.moment) in {("500_saved", "before"), ("declined", "after")}:
            raise ApiError(400, f"{fault.kind} cannot be {fault.moment} the effect.")
        with self._lock:
            self._waiting.append(fault)

    def pop(self, call: str) -> Fault | None:
        """Return the first fault for this call, and count it."""
        with self._lock:
            for fault in self._waiting:
                if fault.call in ("*", call):
                    fault.times -= 1
                    if not fault.times:
                        self._waiting.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

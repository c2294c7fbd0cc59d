"""How Stripe is reached: time limits, one retry, nothing about us sent along, and what its errors mean."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import stripe
import structlog
from stripe import RequestsClient

from app.core.provider import Declined, NoAnswer, Spent

log = structlog.get_logger()

API_VERSION = "2026-10-28.endive"
"""Of the API. Pinned, since what answers look like changes with it, whatever the account is set to."""
ADDRESS = "https://api.stripe.com"

# With it on, the package writes a file into the home folder and tells Stripe of the machine. It is the one switch
# that the package has for the whole process only.
stripe.enable_telemetry = False
# It tells each address at INFO, and whole bodies with their client secrets at DEBUG.
logging.getLogger("stripe").setLevel(logging.WARNING)

UNKNOWN_OUTCOME_CODES = {"terminal_reader_timeout", "lock_timeout"}
"""Codes of requests said to be invalid, of which Stripe itself does not know whether they had their effect."""


REPLAYED_HEADER = "Idempotent-Replayed"
"""Of an answer that is not given but repeated: that of the first call with this key."""


class WrongState(Declined):
    """It cannot be done to the payment as it is now: somebody was there first, perhaps we."""


WRONG_STATE_CODES = {
    "payment_intent_unexpected_state",
    "charge_already_captured",
    "charge_expired_for_capture",
    "charge_already_refunded",
}


@dataclass(frozen=True)
class Timeouts:
    """Connecting, reading and one repetition, with half a second in between, stay below gunicorn's time-out."""

    connect_seconds: float = 1
    read_seconds: float = 8
    retries: int = 1


def client(api_key: str, address: str, limits: Timeouts) -> stripe.StripeClient:
    """Its connections stay open, one a thread."""
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": address},
        stripe_version=API_VERSION,
        max_network_retries=limits.retries,
        http_client=DiscreetClient((limits.connect_seconds, limits.read_seconds)),
    )


class DiscreetClient(RequestsClient):
    """Says no more of us than a call needs."""

    def request(  # type: ignore[override]  # the package's own signatures differ by a private argument
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: str | None = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        sent = {
            name: value
            for name, value in (headers or {}).items()
            if name != "X-Stripe-Client-User-Agent"
        }
        sent["User-Agent"] = "Onecounter"
        return super().request(method, url, sent, post_data)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Stripe's errors as those of the port, and WrongState. What is not known to be a no is NoAnswer."""
    try:
        yield
    except stripe.CardError as error:
        raise Declined(_decline_code(error), error.user_message or "The card was declined.") from None
    except stripe.InvalidRequestError as error:
        raise _invalid_request(error) from None
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        # Never with its words: they quote the key.
        log.error("stripe_refuses_our_key", status=error.http_status, request=error.request_id)
        raise NoAnswer("Stripe refuses the key in STRIPE_API_KEY: correct it.") from None
    except stripe.IdempotencyError as error:
        log.error("stripe_key_used_otherwise", request=error.request_id)
        raise NoAnswer("Its key was used for something else.") from None
    except stripe.StripeError as error:
        if (error.headers or {}).get(REPLAYED_HEADER) == "true":
            log.warning("stripe_key_spent", status=error.http_status, request=error.request_id)
            raise Spent(type(error).__name__) from None
        log.warning("stripe_no_answer", kind=type(error).__name__, status=error.http_status)
        raise NoAnswer(type(error).__name__) from None
    except (LookupError, AttributeError, TypeError) as error:
        # A proxy's page, or an answer of another version.
        log.exception("stripe_answer_not_understood")
        raise NoAnswer("Its answer is not what was asked for.") from error


def _invalid_request(error: stripe.InvalidRequestError) -> Exception:
    code = error.code or "invalid_request"
    if code in WRONG_STATE_CODES:
        return WrongState(code, error.user_message or code)
    log.warning("stripe_invalid_request", code=code, param=error.param, request=error.request_id)
    if code in UNKNOWN_OUTCOME_CODES:
        return NoAnswer(code)
    return Declined(code, error.user_message or "Stripe refuses it.")


def _decline_code(error: stripe.CardError) -> str:
    """The bank's word where it gave one, such as insufficient_funds."""
    bank = getattr(error.error, "decline_code", None)
    return bank or error.code or "card_declined"

"""Calls Stripe: time limits, one retry, no information about this machine, and what its errors mean."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import stripe
import structlog
from stripe import RequestsClient

from app.core.provider import Declined, KeyExhausted, OutcomeUnknown

log = structlog.get_logger()

API_VERSION = "2026-10-28.endive"
"""The version of the API. It is pinned, because the form of responses depends on it."""
ADDRESS = "https://api.stripe.com"

# With telemetry the package writes a file into the home folder and sends Stripe data about the machine. This
# switch exists only for the whole process.
stripe.enable_telemetry = False
# The package logs each address at INFO, and bodies with their client secrets at DEBUG.
logging.getLogger("stripe").setLevel(logging.WARNING)

UNKNOWN_OUTCOME_CODES = {"terminal_reader_timeout", "lock_timeout"}
"""Error codes of requests for which Stripe does not know whether they had an effect."""


REPLAYED_HEADER = "Idempotent-Replayed"
"""The header of a replayed response: the response to the first call with this key."""


class WrongState(Declined):
    """The payment's status does not allow the call: another call, perhaps ours, came first."""


WRONG_STATE_CODES = {
    "payment_intent_unexpected_state",
    "charge_already_captured",
    "charge_expired_for_capture",
    "charge_already_refunded",
}


@dataclass(frozen=True)
class Timeouts:
    """Time limits. Connect, read and one retry after half a second stay below gunicorn's time-out."""

    connect_seconds: float = 1
    read_seconds: float = 8
    retries: int = 1


def client(api_key: str, address: str, limits: Timeouts) -> stripe.StripeClient:
    """Return a client. Its connections stay open, one per thread."""
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": address},
        stripe_version=API_VERSION,
        max_network_retries=limits.retries,
        http_client=MinimalHeaderClient((limits.connect_seconds, limits.read_seconds)),
    )


class MinimalHeaderClient(RequestsClient):
    """Sends only the headers that a call needs."""

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
    """Raise Stripe's errors as those of the port or WrongState. All but a certain refusal is OutcomeUnknown."""
    try:
        yield
    except stripe.CardError as error:
        raise Declined(
            _decline_code(error), error.user_message or "The card was declined."
        ) from None
    except stripe.InvalidRequestError as error:
        raise _invalid_request(error) from None
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        # Never log its message, which quotes the key.
        log.error("stripe_refuses_our_key", status=error.http_status, request=error.request_id)
        raise OutcomeUnknown("Stripe refuses the key in STRIPE_API_KEY. Correct it.") from None
    except stripe.IdempotencyError as error:
        log.error("stripe_key_reused", request=error.request_id)
        raise OutcomeUnknown("The idempotency key was used for another call.") from None
    except stripe.StripeError as error:
        if (error.headers or {}).get(REPLAYED_HEADER) == "true":
            log.warning("stripe_key_exhausted", status=error.http_status, request=error.request_id)
            raise KeyExhausted(type(error).__name__) from None
        log.warning("stripe_outcome_unknown", kind=type(error).__name__, status=error.http_status)
        raise OutcomeUnknown(type(error).__name__) from None
    except (LookupError, AttributeError, TypeError) as error:
        # A proxy's page, or a response of another API version.
        log.exception("stripe_unexpected_response")
        raise OutcomeUnknown("The response has an unexpected form.") from error


def _invalid_request(error: stripe.InvalidRequestError) -> Exception:
    code = error.code or "invalid_request"
    if code in WRONG_STATE_CODES:
        return WrongState(code, error.user_message or code)
    log.warning("stripe_invalid_request", code=code, param=error.param, request=error.request_id)
    if code in UNKNOWN_OUTCOME_CODES:
        return OutcomeUnknown(code)
    return Declined(code, error.user_message or "Stripe refuses it.")


def _decline_code(error: stripe.CardError) -> str:
    """Return the bank's code if it gave one, such as insufficient_funds."""
    bank = getattr(error.error, "decline_code", None)
    return bank or error.code or "card_declined"

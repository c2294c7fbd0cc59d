"""Stripe's card readers in a store, controlled by the server."""

from typing import Any

import stripe

from app.adapters.stripe_mapping import Json, id_of
from app.adapters.stripe_transport import WrongState, translate_errors
from app.core.provider import Declined

REFUSALS = {
    "terminal_reader_busy": "reader_busy",
    "terminal_reader_offline": "reader_offline",
    "resource_missing": "reader_not_found",
}
"""Why a reader refuses: Stripe's code, and that of the port."""


class StripeReaders:
    def __init__(self, client: Any) -> None:
        self._stripe = client

    def start(self, intent: str, reader: str, key: str | None = None) -> None:
        """Make the reader ask for a card. Without a key it may be repeated, because an intent is paid once.

        Raises OutcomeUnknown, Declined (reader_busy, reader_offline, reader_not_found).
        """
        options: stripe.RequestOptions = {"idempotency_key": key} if key else {}
        # A tip would change the amount.
        params: Json = {"payment_intent": intent, "process_config": {"skip_tipping": True}}
        try:
            with translate_errors():
                self._stripe.terminal.readers.process_payment_intent(reader, params, options)
        except WrongState:  # it is already authorised
            pass
        except Declined as declined:
            code = REFUSALS.get(declined.code, declined.code)
            raise Declined(code, declined.message) from None

    def is_busy_with(self, intent: str, reader: str) -> bool:
        """Return whether the reader asks for this payment now. Raises OutcomeUnknown, Declined."""
        with translate_errors():
            details: Json = self._stripe.terminal.readers.retrieve(reader).to_dict()
            action: Json = details.get("action") or {}
            process: Json = action.get("process_payment_intent") or {}
            return (
                action.get("status") == "in_progress"
                and id_of(process.get("payment_intent")) == intent
            )

    def clear(self, reader: str) -> None:
        """Make the reader show its start page."""
        with translate_errors():
            self._stripe.terminal.readers.cancel_action(reader)

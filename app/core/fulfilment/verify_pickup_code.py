"""Checks a pickup code against a small budget of wrong ones."""

from datetime import timedelta
from hmac import compare_digest

from app.core.errors import DomainError, InvalidPickupCode, TooManyAttempts
from app.core.fulfilment.events import ORDER_CODE_REFUSED
from app.core.orders import notify, pickup
from app.core.orders.models import Fulfilment, Order
from app.core.transaction import Transaction

TRIES, WINDOW = 5, timedelta(minutes=15)
TRIES_PER_CODE = 20
"""After so many wrong ones a code is replaced and the shopper is told the new one: guessing a 6-digit code
succeeds once in 50,000 codes, and nobody is locked out for longer than the window."""


def check(tx: Transaction, order: Order, fulfilment: Fulfilment, code: str) -> DomainError | None:
    """None for the right code; otherwise the refusal, which the caller must return, so that the try counts.

    The order's row is locked by the caller: tries at once come one after the other.
    """
    since = fulfilment.code_attempts_since
    if since is None or tx.now - since >= WINDOW:
        fulfilment.code_attempts, fulfilment.code_attempts_since = 0, tx.now
    elif fulfilment.code_attempts >= TRIES:
        wait = int((since + WINDOW - tx.now).total_seconds()) + 1
        return TooManyAttempts(
            f"Too many wrong codes: wait {wait // 60 + 1} minutes, or scan the QR code of the order.",
            retry_after=wait,
        )
    right = pickup.code_of(tx.ports.secrets, order, fulfilment)
    if compare_digest(code.encode(), right.encode()):
        return None
    fulfilment.code_attempts += 1
    fulfilment.code_attempts_total += 1
    event_id = tx.record(
        ORDER_CODE_REFUSED, {}, order_id=order.id, location_id=fulfilment.location_id
    )
    if fulfilment.code_attempts_total >= TRIES_PER_CODE:
        fulfilment.code_number += 1
        fulfilment.code_attempts_total = 0
        notify.notify_customer(tx, order.id, event_id, "new_code")
    return InvalidPickupCode("This is not the code of the order: ask the shopper to show it again.")

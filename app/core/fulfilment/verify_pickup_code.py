"""Verifies a pickup code. Only a few wrong codes are allowed."""

from datetime import timedelta
from hmac import compare_digest

from app.core.errors import DomainError, InvalidPickupCode, TooManyAttempts
from app.core.fulfilment.events import ORDER_CODE_REFUSED
from app.core.orders import notify, pickup
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment

ATTEMPTS, WINDOW = 5, timedelta(minutes=15)
ATTEMPTS_PER_CODE = 20
"""After so many wrong codes a new code replaces the old one, and the customer is told. So a 6-digit code is
guessed once in 50,000 codes, and no customer is locked out for longer than the window."""


def verify_pickup_code(
    open_order: OpenOrder, fulfilment: Fulfilment, code: str
) -> DomainError | None:
    """Return None for the right code, otherwise the refusal. The caller commits it, so that the attempt counts.

    The order is locked, so attempts at the same time come one after the other.
    """
    tx, order = open_order.tx, open_order.order
    since = fulfilment.code_attempts_since
    if since is None or tx.now - since >= WINDOW:
        fulfilment.code_attempts, fulfilment.code_attempts_since = 0, tx.now
    elif fulfilment.code_attempts >= ATTEMPTS:
        wait = int((since + WINDOW - tx.now).total_seconds()) + 1
        return TooManyAttempts(
            f"Too many wrong codes: wait {wait // 60 + 1} minutes, or scan the QR code of the order.",
            retry_after=wait,
        )
    right = pickup.current_code(tx.ports.secrets, order, fulfilment)
    if compare_digest(code.encode(), right.encode()):
        return None
    fulfilment.code_attempts += 1
    fulfilment.code_attempts_total += 1
    event_id = open_order.record(ORDER_CODE_REFUSED, {}, fulfilment.location_id)
    if fulfilment.code_attempts_total >= ATTEMPTS_PER_CODE:
        fulfilment.code_number += 1
        fulfilment.code_attempts_total = 0
        notify.notify_customer(tx, order.id, event_id, "new_code")
    return InvalidPickupCode("This is not the code of the order: ask the shopper to show it again.")

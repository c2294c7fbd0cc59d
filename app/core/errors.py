"""The one tree of errors that the rules raise. `channels/http/errors.py` gives each kind its status."""

from typing import Any, Literal

Code = Literal[
    "address_taken", "already_collected", "approval_needed", "barcode_taken", "busy",
    "cart_incomplete", "cart_merged", "cart_ordered", "changed_meanwhile", "conflict",
    "coupon_code_taken", "coupon_unknown", "customer_erased", "customer_merged", "forbidden",
    "goods_gone", "handle_taken", "idempotency_key_required", "idempotency_key_reused",
    "identity_taken", "in_progress", "insufficient_stock", "invalid", "last_owner", "last_variant",
    "merge_undone", "money_due", "money_moving", "no_shift", "no_tax_rate", "not_enough_balance",
    "not_found", "not_picked", "not_reserved", "not_sold", "nothing_to_capture",
    "nothing_to_give_back", "nothing_to_pay", "nothing_to_put_back", "nothing_to_sell",
    "other_currency", "payment_open", "price_changed", "price_list_taken", "price_set",
    "promotion_code_taken", "promotion_used_up", "provider_declined", "provider_silent", "rate_set",
    "reader_busy", "reader_offline", "reader_unknown", "refused", "shift_open", "sku_taken",
    "staff_number_taken", "staff_sign_in_needed", "store_closed", "suppressed", "too_many_tries",
    "too_many_variants", "unauthorised", "wrong_code", "wrong_pin", "wrong_state",
]  # fmt: skip
"""What programs act on. A code that was published stays: its meaning never changes."""


class DomainError(Exception):
    """A refusal. `code` is stable for programs, the message tells a person what to do next, and `data`
    is what a program needs to do it."""

    code: Code = "refused"

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class NotFound(DomainError):
    code: Code = "not_found"


class CouponUnknown(NotFound):
    code: Code = "coupon_unknown"


class Unauthorised(DomainError):
    code: Code = "unauthorised"


class StaffSignInNeeded(Unauthorised):
    """The device is known, but somebody has to sign in at it first."""

    code: Code = "staff_sign_in_needed"


class Forbidden(DomainError):
    code: Code = "forbidden"


class WrongCode(Forbidden):
    code: Code = "wrong_code"


class WrongPin(Forbidden):
    code: Code = "wrong_pin"


class ApprovalNeeded(Forbidden):
    """It may be done with a manager's number and PIN beside it."""

    code: Code = "approval_needed"


class Invalid(DomainError):
    """The request cannot be right, whatever the state. Data: what is wrong by field."""

    code: Code = "invalid"


class Conflict(DomainError):
    """The state does not allow it now. Subclasses and `code` say which state."""

    code: Code = "conflict"

    def __init__(self, message: str, code: Code | None = None, **data: Any) -> None:
        super().__init__(message, **data)
        if code:
            self.code = code


class InsufficientStock(Conflict):
    """Data: `lines`, each with sku, wanted, available and `elsewhere` (location, available, distance_km)."""

    code: Code = "insufficient_stock"


class PriceChanged(Conflict):
    """Data: `quote`, the cart's quote as it is now, with its hash; `expected_total`, what the shopper was shown;
    `old`, the quote that was shown where it is known, and `why` in steps {step, text, sku, code}."""

    code: Code = "price_changed"


class InProgress(Conflict):
    """Another request with the same idempotency key is still running."""

    code: Code = "in_progress"


class KeyReused(DomainError):
    """The idempotency key came before with another body."""

    code: Code = "idempotency_key_reused"


class KeyRequired(DomainError):
    code: Code = "idempotency_key_required"


class TooManyAttempts(DomainError):
    """A security budget is used up. Data: `retry_after`, seconds."""

    code: Code = "too_many_tries"


class Busy(DomainError):
    """The system cannot take this now; nothing was done. Data: `retry_after`, seconds."""

    code: Code = "busy"

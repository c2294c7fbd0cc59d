"""The one tree of errors that the rules raise. `error_codes.py` gives each code its status and meaning."""

from typing import Any

from app.core.error_codes import Code


class DomainError(Exception):
    """A refusal. `code` is for programs, `message` tells a person what to do next, and `data` holds what a program
    needs to do it."""

    code: Code

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class NotFound(DomainError):
    code: Code = "not_found"


class CouponNotFound(NotFound):
    code: Code = "coupon_not_found"


class Unauthorised(DomainError):
    code: Code = "unauthorised"


class StaffSignInRequired(Unauthorised):
    """The device is known, but no staff member is signed in at it."""

    code: Code = "staff_sign_in_required"


class Forbidden(DomainError):
    code: Code = "forbidden"


class InvalidPickupCode(Forbidden):
    code: Code = "invalid_pickup_code"


class InvalidGiftCard(Forbidden):
    """The card is unknown or the PIN is wrong; the caller cannot tell which."""

    code: Code = "invalid_gift_card"


class InvalidCode(Forbidden):
    """A one-time code is wrong or has expired."""

    code: Code = "invalid_code"


class InvalidPin(Forbidden):
    code: Code = "invalid_pin"


class ApprovalNeeded(Forbidden):
    """A manager's number and PIN beside the request would allow it."""

    code: Code = "approval_needed"


class Invalid(DomainError):
    """The request is wrong in any state. Data: the problems by field."""

    code: Code = "invalid"


class Conflict(DomainError):
    """The current state does not allow the request. `code` says why."""

    def __init__(self, message: str, code: Code, **data: Any) -> None:
        super().__init__(message, **data)
        self.code = code


class InsufficientStock(Conflict):
    """Data: `lines`, each with sku, wanted, available and `elsewhere` (location, available, distance_km)."""

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message, "insufficient_stock", **data)


class PriceChanged(Conflict):
    """Data: `quote`, the cart's quote now, with its hash; `expected_total`, the total that the shopper saw; `old`,
    the quote that they saw, if known; and `why` in steps {step, text, sku, code}."""

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message, "price_changed", **data)


class RequestInProgress(Conflict):
    """Another request with the same idempotency key is still running."""

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message, "request_in_progress", **data)


class IdempotencyKeyReused(DomainError):
    """The idempotency key came before with another body."""

    code: Code = "idempotency_key_reused"


class IdempotencyKeyRequired(DomainError):
    code: Code = "idempotency_key_required"


class TooManyAttempts(DomainError):
    """A rate limit of wrong attempts is used up. Data: `retry_after`, seconds."""

    code: Code = "too_many_attempts"


class Busy(DomainError):
    """The system cannot take this now; nothing was done. Data: `retry_after`, seconds."""

    code: Code = "busy"

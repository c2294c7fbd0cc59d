"""The one tree of errors that the rules raise. `channels/http/errors.py` gives each kind its status."""

from typing import Any


class DomainError(Exception):
    """A refusal. `code` is stable for programs, the message tells a person what to do next, and `data`
    is what a program needs to do it."""

    code = "refused"

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class NotFound(DomainError):
    code = "not_found"


class Unauthorised(DomainError):
    code = "unauthorised"


class Forbidden(DomainError):
    code = "forbidden"


class WrongCode(Forbidden):
    code = "wrong_code"


class Invalid(DomainError):
    """The request cannot be right, whatever the state. Data: what is wrong by field."""

    code = "invalid"


class Conflict(DomainError):
    """The state does not allow it now. Subclasses and `code` say which state."""

    code = "conflict"

    def __init__(self, message: str, code: str | None = None, **data: Any) -> None:
        super().__init__(message, **data)
        if code:
            self.code = code


class InsufficientStock(Conflict):
    """Data: `lines`, each with sku, wanted, available and `elsewhere` (location, available, distance_km)."""

    code = "insufficient_stock"


class PriceChanged(Conflict):
    """Data: `quote`, the cart's quote as it is now, with its hash."""

    code = "price_changed"


class InProgress(Conflict):
    """Another request with the same idempotency key is still running."""

    code = "in_progress"


class KeyReused(DomainError):
    """The idempotency key came before with another body."""

    code = "idempotency_key_reused"


class KeyRequired(DomainError):
    code = "idempotency_key_required"


class TooManyTries(DomainError):
    """A security budget is used up. Data: `retry_after`, seconds."""

    code = "too_many_tries"


class Busy(DomainError):
    """The system cannot take this now; nothing was done. Data: `retry_after`, seconds."""

    code = "busy"

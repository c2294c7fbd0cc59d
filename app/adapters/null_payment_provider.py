"""The payment provider of a shop without card payments."""

from typing import Any, NoReturn

from app.core.provider import Declined


class NullPaymentProvider:
    """Declines each call, so that a card payment cannot begin."""

    def __getattr__(self, name: str) -> Any:
        return self._refuse

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise Declined("no_provider", "This shop takes no cards. Set STRIPE_API_KEY.")

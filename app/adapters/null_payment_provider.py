"""A shop that takes no cards: there is nobody to ask."""

from typing import Any, NoReturn

from app.core.provider import Declined


class NullPaymentProvider:
    """Refuses everything, so that an order by card ends where it begins."""

    def __getattr__(self, name: str) -> Any:
        return self._refuse

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise Declined("no_provider", "Cards are not taken here: set STRIPE_API_KEY.")

"""The part of the fake provider that stores cards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from app.core.provider import MISSING, CheckoutSession, Declined, ProviderCard

T = TypeVar("T")


@dataclass
class FakeCards:
    answers: dict[str, Any] = field(default_factory=dict)
    """By idempotency key."""
    kept: dict[str, list[ProviderCard]] = field(default_factory=dict)
    """The stored cards by customer, the newest first; a customer without an entry is unknown."""
    given: int = 0
    """The number of cards so far."""
    asking: set[str] = field(default_factory=set)
    """Cards whose bank asks for approval first."""
    refusing: set[str] = field(default_factory=set)
    """Cards that are declined."""

    def give_card(self, customer: str, last4: str = "4242", number: str = "") -> ProviderCard:
        """The customer enters a card to be saved: on the page, in the app, or while paying."""
        self.given += 1
        card = ProviderCard(f"pm_{self.given}", "visa", last4, 4, 2060, number or last4)
        self.kept[customer].insert(0, card)
        return card

    def create_customer(self, customer_id: UUID, key: str) -> str:
        def act() -> str:
            name = f"cus_{len(self.answers)}_{customer_id}"
            self.kept[name] = []
            return name

        return self._once("create_customer", key, act)

    def create_card_setup(self, customer: str, key: str) -> str:
        def act() -> str:
            self._must_know(customer)
            return f"seti_{key}_secret"

        return self._once("create_card_setup", key, act)

    def create_card_page(
        self, customer: str, return_url: str, expires_at: datetime, key: str
    ) -> CheckoutSession:
        page = CheckoutSession(f"cs_setup_{key}", f"https://pay.test/{key}", True, None)
        return self._once("create_card_page", key, lambda: page)

    def list_cards(self, customer: str) -> Sequence[ProviderCard]:
        def act() -> Sequence[ProviderCard]:
            self._must_know(customer)
            return tuple(self.kept[customer])

        return self._do("list_cards", act)

    def detach_card(self, card: str) -> None:
        def act() -> None:
            for cards in self.kept.values():
                cards[:] = [one for one in cards if one.id != card]

        self._do("detach_card", act)

    def delete_customer(self, customer: str) -> None:
        self._do("delete_customer", lambda: self.kept.pop(customer, None))

    def _must_know(self, customer: str | None) -> None:
        if customer is not None and customer not in self.kept:
            raise Declined(MISSING, "There is no such customer.")

    def _once(self, call: str, key: str, act: Callable[[], T]) -> T:
        raise NotImplementedError

    def _do(self, call: str, act: Callable[[], T]) -> T:
        raise NotImplementedError

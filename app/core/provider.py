"""What the core needs of a payment provider: a Protocol, and what a payment looks like there.

Amounts are minor units of the payment's currency. Each call that changes something takes a `key` made once from
our ids: repeated with the same key it has one effect and the same answer. None may be made inside a transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

Status = Literal["open", "authorised", "captured", "voided"]
"""open: the payer has not confirmed it, or was declined and may try another card."""
RefundStatus = Literal["pending", "succeeded", "failed"]
DisputeStatus = Literal["open", "under_review", "won", "lost"]


class NoAnswer(Exception):
    """Whether it had its effect is unknown: nobody answered, or not what was asked. Ask, or repeat with the same
    key; never with another one."""


class Spent(NoAnswer):
    """The call with this key has ended in an error of the provider's own, and its key brings that error again:
    nothing more will come of it. What came of it is to be looked for."""


class Declined(Exception):
    """A final no: it had no effect and will have none. `code` is the provider's word for why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


MISSING = "resource_missing"
"""The code of a Declined that names something that the provider does not know, or not any more."""


class Forged(Exception):
    """A call that claims to be the provider's and is not, or is too old."""


@dataclass(frozen=True)
class SeenRefund:
    id: str
    attempt_id: UUID | None
    """Our attempt that asked for it; None for one that was made at the provider's own console."""
    amount: int
    status: RefundStatus


@dataclass(frozen=True)
class SeenDispute:
    id: str
    amount: int
    reason: str
    status: DisputeStatus
    opened_at: datetime
    evidence_due_by: datetime | None
    takes: bool = True
    """Whether the bank takes the amount; False while it only inquires."""


@dataclass(frozen=True)
class SeenPayment:
    """A payment as the provider has it now: what ours is brought up to, whatever was missed in between."""

    id: str
    payment_id: UUID | None
    """Ours; None where the provider has one that we did not ask for."""
    currency: str
    amount: int
    """What was asked for."""
    status: Status
    authorised: int
    """The most that was set aside; it stays after the capture and after a void."""
    captured: int
    fee: int
    """What the provider kept of the capture; 0 as long as it is not known."""
    capture_before: datetime | None
    """When the authorisation lapses."""
    declined: str | None
    """Why the payer's last try was refused."""
    client_secret: str | None
    """With which an app confirms it."""
    refunds: tuple[SeenRefund, ...]
    disputes: tuple[SeenDispute, ...]
    bank_url: str | None = None
    """Where the payer's bank asks her whether it is she; None where it does not."""


@dataclass(frozen=True)
class SeenPage:
    """The provider's own page, on which a payer gives a card: we never see it."""

    id: str
    url: str | None
    """Where to send the payer; None once it is closed."""
    is_open: bool
    provider_id: str | None
    """The payment that came of it; None until the payer has confirmed it."""


@dataclass(frozen=True)
class SeenCard:
    """A card that the provider keeps for a customer: all that we ever know of one."""

    id: str
    brand: str
    """visa, mastercard, amex, …"""
    last_four: str
    exp_month: int
    exp_year: int
    number_mark: str
    """The same for the same number, and leads to no number."""


@dataclass(frozen=True)
class Asked:
    """What we ask a payer for."""

    payment_id: UUID
    order_number: str
    amount: int
    currency: str
    customer: str | None = None
    """Who pays, as the provider knows her: her saved cards are offered, and hers may be saved."""
    save_card: bool = False


@dataclass(frozen=True)
class Notice:
    """The provider says that something happened. It is a reason to look, no more: what it tells may be old."""

    id: str
    kind: str
    provider_id: str | None
    """The payment it is about; None for what concerns none."""
    payment_id: UUID | None
    """Ours, where the notice names it."""
    occurred_at: datetime
    customer: str | None = None
    """Whose cards it is about, as the provider knows her; None for what concerns none."""


class PaymentProvider(Protocol):
    """Raises NoAnswer where the effect is unknown and Declined where there is none."""

    def open_page(self, asked: Asked, return_url: str, expires_at: datetime, key: str) -> SeenPage:
        """`expires_at` is 30 minutes to 24 hours from now, else Declined; close_page ends it sooner."""
        ...

    def look_at_page(self, page_id: str) -> SeenPage: ...

    def close_page(self, page_id: str, key: str) -> SeenPage:
        """Nobody can pay on it any more; as it is now where somebody already has."""
        ...

    def open_intent(self, asked: Asked, key: str) -> SeenPayment:
        """For an app, which confirms it with the client secret."""
        ...

    def open_with_card(self, asked: Asked, card: str, return_url: str, key: str) -> SeenPayment:
        """With a card that is kept for `asked.customer`, confirmed at once. Where her bank asks her first it stays
        open, and she comes back to `return_url`. Declined where it is refused: nobody can pay it then."""
        ...

    def open_at_reader(self, asked: Asked, reader: str, key: str) -> SeenPayment:
        """A payment that a card reader in the shop asks for now."""
        ...

    def ask_at_reader(self, provider_id: str, reader: str) -> SeenPayment:
        """Have it ask for an open payment, unless it does already: after a card that was refused, or when nobody
        knows whether it heard."""
        ...

    def clear_reader(self, provider_id: str, reader: str) -> None:
        """It stops asking for this payment; for another it goes on."""
        ...

    def capture(self, provider_id: str, amount: int, key: str) -> SeenPayment:
        """Take so much of what was authorised, once; the rest is released."""
        ...

    def void(self, provider_id: str, key: str) -> SeenPayment:
        """Release all of it, for good; as it is now where it was captured."""
        ...

    def refund(self, provider_id: str, amount: int, attempt_id: UUID, key: str) -> SeenPayment: ...

    def look(self, provider_id: str) -> SeenPayment: ...

    def find(self, payment_id: UUID, since: datetime) -> SeenPayment | None:
        """The payment that came of ours, where its id never reached us."""
        ...

    def recent(self, since: datetime) -> Iterator[SeenPayment]:
        """All that began since then, the newest first."""
        ...

    def read_notice(self, body: bytes, signature: str, now: datetime) -> Notice:
        """What a webhook's raw body says. Raises Forged."""
        ...

    def new_customer(self, customer_id: UUID, key: str) -> str:
        """Make our customer known there, by our id alone; the id there."""
        ...

    def save_card(self, customer: str, key: str) -> str:
        """Begin keeping a card for later; the client secret with which the app confirms it."""
        ...

    def open_card_page(
        self, customer: str, return_url: str, expires_at: datetime, key: str
    ) -> SeenPage:
        """The same on the provider's own page; `expires_at` as of `open_page`."""
        ...

    def cards(self, customer: str) -> Sequence[SeenCard]:
        """Those that are kept for her, the newest first. Declined (MISSING) where she is not known."""
        ...

    def drop_card(self, card: str) -> None:
        """It is kept no longer; again changes nothing."""
        ...

    def forget_customer(self, customer: str) -> None:
        """Neither she nor a card of hers is kept any longer; again changes nothing."""
        ...

    def answer_dispute(self, dispute_id: str, evidence: dict[str, str], key: str) -> None: ...

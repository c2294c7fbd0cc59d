"""Payments, refunds, disputes, saved cards and stored value in the database."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tests.reads.reader import AnOrder, Reader, number_of


class Payment(NamedTuple):
    id: UUID
    order_number: str
    method: str
    status: str
    amount: int
    authorised: int
    captured: int
    refunded: int
    charged_back: int
    provider_id: str | None
    capture_before: datetime | None


class PaymentSession(NamedTuple):
    id: UUID
    order_number: str
    flow: str
    status: str
    amount: int
    url: str | None
    page_id: str | None
    failure_code: str | None


class PaymentEvent(NamedTuple):
    order_number: str
    method: str
    kind: str
    amount: int
    provider_reference: str
    refund_method: str | None


class Attempt(NamedTuple):
    order_number: str
    session_id: UUID | None
    payment_id: UUID | None
    kind: str
    status: str
    failure_code: str | None


class Refund(NamedTuple):
    order_number: str
    amount: int
    credited: int
    status: str


class Dispute(NamedTuple):
    id: UUID
    order_number: str
    payment_provider_id: str | None
    status: str


class WebhookEvent(NamedTuple):
    id: str
    processed_at: datetime | None


class SavedCard(NamedTuple):
    provider_id: str
    brand: str
    last4: str
    exp_month: int | None
    removed_at: datetime | None
    detached_at: datetime | None


class StoredValueAccount(NamedTuple):
    id: UUID
    kind: str
    balance: int


class PaymentReads(Reader):
    def payments(self, order: AnOrder = None) -> list[Payment]:
        return self.read(Payment, _PAYMENTS, number=number_of(order))

    def payment(self, order: AnOrder = None) -> Payment:
        """Return the only payment, of all orders or of the named one."""
        (payment,) = self.payments(order)
        return payment

    def payment_sessions(self, order: AnOrder = None) -> list[PaymentSession]:
        """Return the requests to payers, the oldest first."""
        return self.read(PaymentSession, _PAYMENT_SESSIONS, number=number_of(order))

    def payment_session(self, order: AnOrder = None) -> PaymentSession:
        """Return the only session, of all orders or of the named one."""
        (session,) = self.payment_sessions(order)
        return session

    def payment_events(self, order: AnOrder = None) -> list[PaymentEvent]:
        return self.read(PaymentEvent, _PAYMENT_EVENTS, number=number_of(order))

    def attempts(self, order: AnOrder = None, kind: str | None = None) -> list[Attempt]:
        return self.read(Attempt, _ATTEMPTS, number=number_of(order), kind=kind)

    def unfinished_attempts(self, order: AnOrder = None) -> list[Attempt]:
        """Return the attempts whose outcome is unknown."""
        return [each for each in self.attempts(order) if each.status in ("live", "unknown")]

    def refunds(self, order: AnOrder = None) -> list[Refund]:
        return self.read(Refund, _REFUNDS, number=number_of(order))

    def disputes(self, order: AnOrder = None) -> list[Dispute]:
        return self.read(Dispute, _DISPUTES, number=number_of(order))

    def webhook_events(self) -> list[WebhookEvent]:
        return self.read(WebhookEvent, _WEBHOOK_EVENTS)

    def saved_cards(self) -> list[SavedCard]:
        """Return all cards, including removed ones."""
        return self.read(SavedCard, _SAVED_CARDS)

    def usable_cards(self) -> list[SavedCard]:
        return [card for card in self.saved_cards() if card.removed_at is None]

    def card_setups(self) -> list[UUID]:
        return self.read(lambda id: UUID(str(id)), "SELECT id FROM card_setups ORDER BY id")

    def stored_value(self, kind: str | None = None) -> list[StoredValueAccount]:
        """Return gift cards and store credit, the oldest first."""
        return self.read(StoredValueAccount, _STORED_VALUE, kind=kind)

    def balances(self, kind: str | None = None) -> list[int]:
        return [account.balance for account in self.stored_value(kind)]

    def balance(self, kind: str | None = None) -> int:
        """Return the balance of the only account."""
        (balance,) = self.balances(kind)
        return balance


_PAYMENTS = """
    SELECT p.id, o.number AS order_number, p.method, p.status AS status, p.amount, p.authorised, p.captured,
        p.refunded, p.charged_back, p.provider_id, p.capture_before
    FROM payments p JOIN orders o ON o.id = p.order_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY p.id
"""
_PAYMENT_SESSIONS = """
    SELECT s.id, o.number AS order_number, s.flow, s.status, s.amount, s.url, s.page_id, s.failure_code
    FROM payment_sessions s JOIN orders o ON o.id = s.order_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY s.id
"""
_PAYMENT_EVENTS = """
    SELECT o.number AS order_number, p.method, e.kind, e.amount, e.provider_reference,
        e.refund_method
    FROM payment_events e JOIN payments p ON p.id = e.payment_id JOIN orders o ON o.id = e.order_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY e.id
"""
_ATTEMPTS = """
    SELECT o.number AS order_number, a.session_id, a.payment_id, a.kind, a.status AS status, a.failure_code
    FROM payment_attempts a JOIN orders o ON o.id = a.order_id
    WHERE (CAST(:number AS text) IS NULL OR o.number = :number)
        AND (CAST(:kind AS text) IS NULL OR a.kind = :kind)
    ORDER BY a.id
"""
_REFUNDS = """
    SELECT o.number AS order_number, r.amount, r.credited, r.status AS status
    FROM refunds r JOIN orders o ON o.id = r.order_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY r.id
"""
_DISPUTES = """
    SELECT d.id, o.number AS order_number, p.provider_id AS payment_provider_id, d.status AS status
    FROM disputes d JOIN payments p ON p.id = d.payment_id JOIN orders o ON o.id = d.order_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY d.id
"""
_WEBHOOK_EVENTS = "SELECT id, processed_at FROM webhook_events ORDER BY id"
_SAVED_CARDS = """
    SELECT provider_id, brand, last4 AS last4, exp_month, removed_at, detached_at
    FROM saved_cards ORDER BY created_at, id
"""
_STORED_VALUE = """
    SELECT id, kind, balance FROM stored_value_accounts
    WHERE CAST(:kind AS text) IS NULL OR kind = :kind ORDER BY created_at, id
"""

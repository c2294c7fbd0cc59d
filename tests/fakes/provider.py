"""A payment provider in memory. The contract tests in tests/adapters compare it with the real one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import RLock
from typing import Any, TypeVar
from uuid import UUID

from app.core.provider import (
    CheckoutSession,
    Declined,
    InvalidSignature,
    OutcomeUnknown,
    PaymentRequest,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderRefund,
)
from tests.fakes.saved_cards import FakeCards

T = TypeVar("T")
AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class FakeProvider(FakeCards):
    payments: dict[str, ProviderPayment] = field(default_factory=dict)
    pages: dict[str, CheckoutSession] = field(default_factory=dict)
    requested: dict[str, PaymentRequest] = field(default_factory=dict)
    """By the id of the page or payment."""
    calls: list[str] = field(default_factory=list)
    asked_again: list[tuple[str, str]] = field(default_factory=list)
    """(payment, reader)."""
    cleared: list[tuple[str, str]] = field(default_factory=list)
    evidence: list[dict[str, str]] = field(default_factory=list)
    """The submitted evidence of disputes."""
    before: dict[str, list[BaseException]] = field(default_factory=dict)
    """By call: what happens instead of its effect, for the next calls."""
    after: dict[str, list[BaseException]] = field(default_factory=dict)
    """By call: what the caller gets after the call had its effect."""

    capture_before: datetime = datetime(2099, 1, 1, tzinfo=UTC)
    """The expiry of later authorisations."""
    watch: Callable[[], None] = lambda: None
    """Called with each call, for example by tests that observe the connections meanwhile."""
    turn: RLock = field(default_factory=RLock)
    """Calls have their effects one after the other."""

    # Actions of payers, their banks and the provider's dashboard.

    def pay(self, order_number: str, amount: int | None = None) -> ProviderPayment:
        """Confirm the payer's last requested payment: on the page, in the app, at the reader."""
        keys = [
            key
            for key, requested in self.requested.items()
            if requested.order_number == order_number
        ]
        return self.confirm(keys[-1], amount)

    def confirm(self, key: str, amount: int | None = None) -> ProviderPayment:
        """Confirm the payment on one page, or one payment."""
        with self.turn:
            seen = self.payments[self._confirm_page(key) if key in self.pages else key]
            if seen.status != "open":
                raise Declined("not_open", "Nobody can pay this any more.")
            authorised = seen.amount if amount is None else amount
            return self._keep(
                replace(
                    seen,
                    status="authorised",
                    amount=authorised,
                    authorised=authorised,
                    capture_before=self.capture_before,
                )
            )

    def dispute(self, provider_id: str, amount: int, status: Any = "open") -> ProviderPayment:
        seen = self.payments[provider_id]
        dispute = ProviderDispute(f"dp_{provider_id}", amount, "fraudulent", status, AT, AT)
        return self._keep(replace(seen, disputes=(dispute,)))

    def fail_refunds(self, provider_id: str) -> ProviderPayment:
        seen = self.payments[provider_id]
        failed = tuple(replace(one, status="failed") for one in seen.refunds)
        return self._keep(replace(seen, refunds=failed))

    def answer_bank(self, order_number: str, yes: bool) -> ProviderPayment:
        """The customer approves the payment at their bank, or refuses it."""
        if yes:
            return self.pay(order_number)
        key = [
            key
            for key, requested in self.requested.items()
            if requested.order_number == order_number
        ][-1]
        return self._keep(
            replace(self.payments[key], bank_url=None, failure_code="authentication_failed")
        )

    # The port.

    def create_checkout_session(
        self, requested: PaymentRequest, return_url: str, expires_at: datetime, key: str
    ) -> CheckoutSession:
        def act() -> CheckoutSession:
            self._must_know(requested.customer)
            page = CheckoutSession(f"cs_{len(self.pages)}", f"https://pay.test/{key}", True, None)
            self.pages[page.id], self.requested[page.id] = page, requested
            return page

        return self._once("create_checkout_session", key, act)

    def get_checkout_session(self, page_id: str) -> CheckoutSession:
        return self._do("get_checkout_session", lambda: self.pages[page_id])

    def expire_checkout_session(self, page_id: str, key: str) -> CheckoutSession:
        def act() -> CheckoutSession:
            page = self.pages[page_id]
            if page.provider_id is None:
                page = self.pages[page_id] = replace(page, url=None, is_open=False)
            return page

        return self._once("expire_checkout_session", key, act)

    def create_payment_intent(self, requested: PaymentRequest, key: str) -> ProviderPayment:
        def act() -> ProviderPayment:
            self._must_know(requested.customer)
            return self._new(requested)

        return self._once("create_payment_intent", key, act)

    def open_with_card(
        self, requested: PaymentRequest, card: str, return_url: str, key: str
    ) -> ProviderPayment:
        def act() -> ProviderPayment:
            seen = self._new(requested)
            if all(one.id != card for one in self.kept.get(requested.customer or "", ())):
                self._keep(replace(seen, status="voided"))
                raise Declined("resource_missing", "She has no such card.")
            if card in self.refusing:
                self._keep(replace(seen, status="voided", failure_code="generic_decline"))
                raise Declined("generic_decline", "The card was declined.")
            if card in self.asking:
                return self._keep(replace(seen, bank_url=f"https://bank.test/{seen.id}"))
            return self.pay(requested.order_number)

        return self._once("open_with_card", key, act)

    def start_reader_payment(
        self, requested: PaymentRequest, reader: str, key: str
    ) -> ProviderPayment:
        return self._once("start_reader_payment", key, lambda: self._new(requested))

    def resume_reader_payment(self, provider_id: str, reader: str) -> ProviderPayment:
        def act() -> ProviderPayment:
            self.asked_again.append((provider_id, reader))
            return self.payments[provider_id]

        return self._do("resume_reader_payment", act)

    def clear_reader(self, provider_id: str, reader: str) -> None:
        self._do("clear_reader", lambda: self.cleared.append((provider_id, reader)))

    def capture(self, provider_id: str, amount: int, key: str) -> ProviderPayment:
        def act() -> ProviderPayment:
            seen = self.payments[provider_id]
            if seen.status == "authorised":
                fee = amount * 15 // 1000 + 20
                seen = self._keep(replace(seen, status="captured", captured=amount, fee=fee))
            elif seen.status == "open":
                raise Declined("unexpected_state", "It is not authorised.")
            return seen

        return self._once("capture", key, act)

    def void(self, provider_id: str, key: str) -> ProviderPayment:
        def act() -> ProviderPayment:
            seen = self.payments[provider_id]
            if seen.status in ("open", "authorised"):
                seen = self._keep(replace(seen, status="voided"))
            return seen

        return self._once("void", key, act)

    def refund(self, provider_id: str, amount: int, attempt_id: UUID, key: str) -> ProviderPayment:
        def act() -> ProviderPayment:
            seen = self.payments[provider_id]
            if amount > seen.captured - sum(
                one.amount for one in seen.refunds if one.status != "failed"
            ):
                raise Declined("charge_already_refunded", "There is not so much left.")
            new = ProviderRefund(f"re_{len(self.answers)}", attempt_id, amount, "succeeded")
            return self._keep(replace(seen, refunds=(*seen.refunds, new)))

        return self._once("refund", key, act)

    def get_payment(self, provider_id: str) -> ProviderPayment:
        def act() -> ProviderPayment:
            if provider_id not in self.payments:
                raise Declined("resource_missing", "There is no such payment.")
            return self.payments[provider_id]

        return self._do("get_payment", act)

    def find_payment(self, payment_id: UUID, since: datetime) -> ProviderPayment | None:
        found = (one for one in self.payments.values() if one.payment_id == payment_id)
        return self._do("find_payment", lambda: next(found, None))

    def list_payments(self, since: datetime) -> Iterator[ProviderPayment]:
        yield from reversed(list(self.payments.values()))

    def parse_webhook(self, body: bytes, signature: str, now: datetime) -> ProviderEvent:
        """Accept a body of `id kind provider_id`; the signature "true" is the valid one."""
        if signature != "true":
            raise InvalidSignature("The signature is not the provider's.")
        identifier, kind, provider_id = body.decode().split()
        if provider_id.startswith("cus_"):
            return ProviderEvent(identifier, kind, None, None, now, customer=provider_id)
        seen = self.payments.get(provider_id)
        return ProviderEvent(identifier, kind, provider_id, seen.payment_id if seen else None, now)

    def submit_evidence(self, dispute_id: str, evidence: dict[str, str], key: str) -> None:
        self._once("submit_evidence", key, lambda: self.evidence.append(evidence))

    def _new(self, requested: PaymentRequest) -> ProviderPayment:
        identifier = f"pi_{len(self.payments)}"
        self.requested[identifier] = requested
        return self._keep(
            ProviderPayment(
                identifier, requested.payment_id, requested.currency, requested.amount, "open", 0, 0, 0, None,
                None, f"{identifier}_secret", (), (),
            )
        )  # fmt: skip

    def _confirm_page(self, page_id: str) -> str:
        page = self.pages[page_id]
        if not page.is_open:
            raise Declined("expired", "The page is closed.")
        seen = self._new(self.requested[page_id])
        self.pages[page_id] = replace(page, url=None, is_open=False, provider_id=seen.id)
        return seen.id

    def _keep(self, seen: ProviderPayment) -> ProviderPayment:
        self.payments[seen.id] = seen
        return seen

    def _once(self, call: str, key: str, act: Callable[[], T]) -> T:
        def kept() -> T:
            if key not in self.answers:
                self.answers[key] = act()
            answer: T = self.answers[key]
            return answer

        return self._do(call, kept)

    def _do(self, call: str, act: Callable[[], T]) -> T:
        self.calls.append(call)
        self.watch()
        if self.before.get(call):
            raise self.before[call].pop(0)
        with self.turn:
            answer = act()
        if self.after.get(call):
            raise self.after[call].pop(0)
        return answer


def silent(times: int = 1) -> list[BaseException]:
    return [OutcomeUnknown("time-out") for _ in range(times)]

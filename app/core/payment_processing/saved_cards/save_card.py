"""Begins to save a card for later payments."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.core import rate_limits
from app.core.customers import merged_customers
from app.core.errors import Conflict, TooManyAttempts
from app.core.payment_processing.provider_customers import provider_customer_id
from app.core.payment_processing.saved_cards.sync_cards import forget_provider_customer
from app.core.payments.saved_cards import CardSetup
from app.core.provider import MISSING, PAGE_OPEN_FOR, Declined, OutcomeUnknown
from app.core.transaction import Actor, CommittedRefusal, Transaction, UseCaseRunner

TRIES, PER = 10, timedelta(hours=1)
"""For each customer. A test of stolen cards needs many more."""


@dataclass(frozen=True)
class SaveCard:
    customer_id: UUID
    flow: str
    """page or app."""


@dataclass(frozen=True)
class CardRequest:
    """Where the customer enters the card: at the provider, never with us."""

    flow: str
    url: str | None = None
    """The provider's page."""
    client_secret: str | None = field(default=None, repr=False)
    """For the provider's library in the app."""


def save_card(runner: UseCaseRunner, command: SaveCard, actor: Actor) -> CardRequest:
    """1. Record the setup. 2. Create the customer at the provider, if there is none. 3. Request a page or a client
    secret, with no transaction open. A webhook event or a sync brings the card.

    Raises TooManyAttempts, NotFound, Conflict (provider_unavailable).
    """
    setup = runner.perform(start_setup, command, actor)
    try:
        return _request(runner, command, setup)
    except (OutcomeUnknown, Declined):
        raise Conflict(
            "The payment provider does not answer: no card was kept, try again in a moment.",
            code="provider_unavailable",
        ) from None


@dataclass(frozen=True)
class StartedSetup:
    id: UUID
    created_at: datetime


def start_setup(
    tx: Transaction, command: SaveCard
) -> StartedSetup | CommittedRefusal[StartedSetup]:
    """Record a setup. Raises NotFound if the customer was erased; returns a refusal after too many attempts."""
    subject = str(command.customer_id)
    if not rate_limits.consume(
        tx.session, "keep card", subject, limit=TRIES, window=PER, now=tx.now
    ):
        wait = int(PER.total_seconds())
        return CommittedRefusal(
            TooManyAttempts(
                "Too many cards at once: wait an hour, then try again.", retry_after=wait
            )
        )
    merged_customers.lock(tx.session, command.customer_id)
    return StartedSetup(expect_card(tx, command.customer_id), tx.now)


def expect_card(tx: Transaction, customer_id: UUID) -> UUID:
    """Record that a card may arrive, so that the reconciler looks for it."""
    return tx.insert(CardSetup, customer_id=customer_id, created_at=tx.now)


def _request(runner: UseCaseRunner, command: SaveCard, setup: StartedSetup) -> CardRequest:
    payer = provider_customer_id(runner, command.customer_id)
    try:
        return REQUEST_BY_FLOW[command.flow](runner, payer, setup)
    except Declined as no:
        if no.code == MISSING:
            runner.perform(forget_provider_customer, payer)
        raise


def _on_page(runner: UseCaseRunner, payer: str, setup: StartedSetup) -> CardRequest:
    back, until = f"{runner.ports.site}/account/cards", setup.created_at + PAGE_OPEN_FOR
    page = runner.ports.provider.create_card_page(payer, back, until, str(setup.id))
    return CardRequest("page", url=page.url)


def _in_app(runner: UseCaseRunner, payer: str, setup: StartedSetup) -> CardRequest:
    secret = runner.ports.provider.create_card_setup(payer, str(setup.id))
    return CardRequest("app", client_secret=secret)


REQUEST_BY_FLOW = {"page": _on_page, "app": _in_app}

"""Removes a saved card: from our list at once, at the provider after the commit."""

import logging
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.errors import NotFound
from app.core.payment_processing.events import ACCOUNT_CARD_REMOVED
from app.core.provider import Declined, OutcomeUnknown
from app.core.transaction import Actor, Transaction, UseCaseRunner

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RemoveCard:
    customer_id: UUID
    card_id: UUID


def remove_card(runner: UseCaseRunner, command: RemoveCard, actor: Actor) -> None:
    """1. Mark the card as removed. 2. Detach it at the provider, with no transaction open. 3. Record that.

    If the provider does not respond or the process dies, a job retries. Raises NotFound if it is not the
    customer's card.
    """
    runner.perform(mark_removed, command, actor)
    detach(runner, command.card_id)


def mark_removed(tx: Transaction, command: RemoveCard) -> None:
    """Mark a card as removed and keep only its ids. Raises NotFound if it is not the customer's card."""
    values = {"customer": command.customer_id, "card": command.card_id, "now": tx.now}
    if tx.session.execute(_MARK_REMOVED, values).first() is None:
        raise NotFound("You keep no such card.")
    payload = {"card_id": str(command.card_id), "by": "shopper"}
    tx.record(ACCOUNT_CARD_REMOVED, payload, customer_id=command.customer_id)


def detach(runner: UseCaseRunner, card_id: UUID) -> bool:
    """Detach a removed card at the provider. Return True if it was detached now; a repeat changes nothing."""
    provider_id = runner.perform(_removed, card_id)
    if provider_id is None:
        return False
    try:
        runner.ports.provider.detach_card(provider_id)
    except (OutcomeUnknown, Declined):
        log.warning("card_not_detached", extra={"card": str(card_id)})
        return False
    runner.perform(_record_detached, card_id)
    return True


def _removed(tx: Transaction, card_id: UUID) -> str | None:
    provider_id: str | None = tx.session.execute(_REMOVED, {"card": card_id}).scalar()
    return provider_id


def _record_detached(tx: Transaction, card_id: UUID) -> None:
    tx.session.execute(_RECORD_DETACHED, {"card": card_id, "now": tx.now})


_MARK_REMOVED = text("""
    UPDATE saved_cards SET removed_at = :now, brand = '', last4 = '', exp_month = NULL, exp_year = NULL
    WHERE id = :card AND removed_at IS NULL AND customer_id IN (SELECT id FROM customer_ids(:customer))
        RETURNING id
""")
_REMOVED = text("""
    SELECT provider_id FROM saved_cards WHERE id = :card AND removed_at IS NOT NULL AND detached_at IS NULL
""")
_RECORD_DETACHED = text("""
    UPDATE saved_cards SET detached_at = :now WHERE id = :card AND detached_at IS NULL
""")

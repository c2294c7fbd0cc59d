"""A shopper removes a card that she kept: from our list at once, at the provider after the commit."""

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
    """1. Take it out of her list. 2. Have the provider let it go, with no transaction open. 3. Note that.

    Unanswered or killed in between, a job asks again. Raises NotFound where it is not hers.
    """
    runner.perform(mark_removed, command, actor)
    detach(runner, command.card_id)


def mark_removed(tx: Transaction, command: RemoveCard) -> None:
    """Nothing is left of it but its ids. Raises NotFound where it is not hers."""
    values = {"customer": command.customer_id, "card": command.card_id, "now": tx.now}
    if tx.session.execute(_MARK_REMOVED, values).first() is None:
        raise NotFound("You keep no such card.")
    payload = {"card_id": str(command.card_id), "by": "shopper"}
    tx.record(ACCOUNT_CARD_REMOVED, payload, customer_id=command.customer_id)


def detach(runner: UseCaseRunner, card_id: UUID) -> bool:
    """Have the provider let go a card that was removed; whether it has. Again changes nothing."""
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
    UPDATE saved_cards SET removed_at = :now, brand = '', last_four = '', exp_month = NULL, exp_year = NULL
    WHERE id = :card AND removed_at IS NULL AND customer_id IN (SELECT id FROM customer_ids(:customer))
        RETURNING id
""")
_REMOVED = text("""
    SELECT provider_id FROM saved_cards WHERE id = :card AND removed_at IS NOT NULL AND detached_at IS NULL
""")
_RECORD_DETACHED = text("""
    UPDATE saved_cards SET detached_at = :now WHERE id = :card AND detached_at IS NULL
""")

"""Reconciles saved cards that may differ from those at the provider."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.core.payment_processing.provider_sync.reconcile import CALL_TIME, WATCHED
from app.core.payment_processing.saved_cards.remove_card import detach
from app.core.payment_processing.saved_cards.sync_cards import sync_cards
from app.core.provider import OutcomeUnknown
from app.core.transaction import UseCaseRunner

log = logging.getLogger(__name__)


def reconcile_saved_cards(runner: UseCaseRunner, engine: Engine) -> int:
    """Detach removed cards at the provider, and sync customers who may have saved a card without an event reaching
    us. Return how many cards were detached."""
    now = runner.ports.clock.now()
    with Session(engine) as session:
        _purge_expected(session, now)
        session.commit()
        removed, awaiting = _undetached(session, now), _expected(session, now)
    done = sum(detach(runner, card_id) for card_id in removed)
    for payer in awaiting:
        try:
            sync_cards(runner, payer)
        except OutcomeUnknown:
            log.warning("cards_not_seen")
    return done


def _undetached(session: Session, now: datetime, limit: int = 200) -> Sequence[UUID]:
    """Return removed cards that may still be attached at the provider, oldest first."""
    values = {"until": now - CALL_TIME, "limit": limit}
    return session.execute(_REMOVED, values).scalars().all()


def _expected(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the provider's ids of customers who may have saved a card without an event reaching us."""
    values = {"since": now - WATCHED, "until": now - CALL_TIME, "limit": limit}
    return session.execute(_EXPECTED, values).scalars().all()


def _purge_expected(session: Session, now: datetime) -> None:
    """Delete setups in which a card can no longer be saved."""
    session.execute(_PURGE_EXPECTED, {"before": now - WATCHED})


_REMOVED = text("""
    SELECT id FROM saved_cards WHERE removed_at <= :until AND detached_at IS NULL ORDER BY removed_at LIMIT :limit
""")
_EXPECTED = text("""
    SELECT DISTINCT i.value FROM (
        SELECT customer_id FROM card_setups WHERE created_at BETWEEN :since AND :until
        ORDER BY created_at DESC LIMIT :limit
    ) s JOIN identities i ON i.customer_id = s.customer_id
        AND i.kind = 'provider_customer' AND i.ended_at IS NULL
""")
_PURGE_EXPECTED = text("DELETE FROM card_setups WHERE created_at < :before")

"""Syncs the saved cards of a customer with the provider."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.customers import merged_customers
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.payment_processing import provider_customers
from app.core.payment_processing.events import ACCOUNT_CARD_REMOVED, ACCOUNT_CARD_SAVED
from app.core.provider import MISSING, Declined, OutcomeUnknown, ProviderCard
from app.core.transaction import Transaction, UseCaseRunner


def sync_cards(runner: UseCaseRunner, payer: str) -> None:
    """List the cards of a provider customer, with no transaction open, and apply them. Raises OutcomeUnknown."""
    began = runner.ports.clock.now()
    try:
        seen = runner.ports.provider.list_cards(payer)
    except Declined as no:
        if no.code != MISSING:
            raise OutcomeUnknown(no.code) from None
        runner.perform(forget_provider_customer, payer)
    else:
        runner.perform(apply_cards, SyncCards(payer, seen, began))


def sync_expected_cards(runner: UseCaseRunner, customer_id: UUID) -> None:
    """Sync before the customer sees the list if a card is expected: its event may come later. If the provider does
    not respond, the list shows the stored cards."""
    payer = runner.perform(_expecting_customer, customer_id)
    if payer is not None:
        with suppress(OutcomeUnknown):
            sync_cards(runner, payer)


@dataclass(frozen=True)
class SyncCards:
    payer: str
    seen: Sequence[ProviderCard]
    """The newest first."""
    began: datetime
    """When the list was requested."""


def apply_cards(tx: Transaction, command: SyncCards) -> None:
    """Write the cards that the provider has. Webhook events, the reconciler and the account page all end here; a
    repeat changes nothing.

    1. Lock the customer. Nothing is written for an erased customer. A list that was requested before the last
       written one is stale and is ignored.
    2. Write the listed cards. A removed card stays removed, because the provider never attaches a detached card
       again. Of two cards with the same number the newer one counts, and the older one is removed.
    3. Remove the cards that are not listed.
    """
    customer_id = provider_customers.customer_of(tx.session, command.payer)
    if customer_id is None or not _lock(tx, customer_id):
        return
    if tx.session.execute(_SYNCED, vars(command)).first() is None:
        return
    came = _write(tx, customer_id, command)
    for row in came:
        payload = {"card_id": str(row.id)}
        if row.is_new and row.removed_at is None:
            tx.record(ACCOUNT_CARD_SAVED, payload, customer_id=customer_id)
        elif row.removed_at is not None and not row.is_new:
            tx.record(ACCOUNT_CARD_REMOVED, payload | {"by": "again"}, customer_id=customer_id)
    _remove_missing(tx, customer_id, [card.id for card in command.seen])
    if any(row.is_new for row in came):
        tx.session.execute(_ARRIVED, {"customer": customer_id})


def forget_provider_customer(tx: Transaction, payer: str) -> None:
    """End the identity of a customer whom the provider does not know any more, and remove their cards.

    The customer was deleted in the provider's dashboard, or the shop changed its account there. The next use
    creates another customer at the provider.
    """
    customer_id = provider_customers.customer_of(tx.session, payer)
    if customer_id is not None:
        _remove_missing(tx, customer_id, there=())
        tx.session.execute(_FORGET_CUSTOMER, {"payer": payer, "now": tx.now})


def _expecting_customer(tx: Transaction, customer_id: UUID) -> str | None:
    payer: str | None = tx.session.execute(_EXPECTING_CUSTOMER, {"customer": customer_id}).scalar()
    return payer


def _lock(tx: Transaction, customer_id: UUID) -> bool:
    try:
        merged_customers.lock(tx.session, customer_id)
    except NotFound:
        return False
    return True


def _write(tx: Transaction, customer_id: UUID, command: SyncCards) -> Sequence[Any]:
    """Write the cards and return the changed rows: id, is_new, removed_at."""
    cards = sorted(_rows(command.seen), key=lambda card: card["provider_id"])
    values = {
        "cards": json.dumps(cards), "customer": customer_id, "now": tx.now,
    }  # fmt: skip
    return tx.session.connection().execute(_WRITE, values).all()


def _rows(seen: Sequence[ProviderCard]) -> Iterator[dict[str, Any]]:
    known: set[str] = set()
    for card in seen:
        again = card.number_mark in known
        known.add(card.number_mark)
        yield {
            "id": str(new_id()), "provider_id": card.id, "again": again,
            "brand": "" if again else card.brand, "last4": "" if again else card.last4,
            "exp_month": None if again else card.exp_month,
            "exp_year": None if again else card.exp_year,
        }  # fmt: skip


def _remove_missing(tx: Transaction, customer_id: UUID, there: Sequence[str]) -> None:
    """Remove the cards that the provider has no more. For cards already removed, record the detachment."""
    values = {"customer": customer_id, "there": list(there), "now": tx.now}
    for row in tx.session.execute(_REMOVE_MISSING, values).all():
        if row.removed_at == tx.now:
            payload = {"card_id": str(row.id), "by": "provider"}
            tx.record(ACCOUNT_CARD_REMOVED, payload, customer_id=customer_id)


_EXPECTING_CUSTOMER = text("""
    SELECT i.value FROM identities i
    WHERE i.customer_id = :customer AND i.kind = 'provider_customer' AND i.ended_at IS NULL
        AND EXISTS (SELECT 1 FROM card_setups s WHERE s.customer_id = i.customer_id)
""")
_SYNCED = text("""
    UPDATE identities SET synced_at = :began
    WHERE kind = 'provider_customer' AND value = :payer AND verified_at IS NOT NULL AND ended_at IS NULL
        AND (synced_at IS NULL OR synced_at <= :began)
    RETURNING id
""")
_FORGET_CUSTOMER = text("""
    UPDATE identities SET ended_at = :now
    WHERE kind = 'provider_customer' AND value = :payer AND ended_at IS NULL
""")
_WRITE = text("""
    INSERT INTO saved_cards AS known (id, customer_id, provider_id, brand, last4, exp_month, exp_year,
        created_at, removed_at)
    SELECT id, :customer, provider_id, brand, last4, exp_month, exp_year, :now,
        CASE WHEN again THEN CAST(:now AS timestamptz) END
    FROM jsonb_to_recordset(CAST(:cards AS jsonb)) AS card (id uuid, provider_id text, brand text, last4 text,
        exp_month int, exp_year int, again boolean)
    ON CONFLICT (provider_id) DO UPDATE SET brand = excluded.brand, last4 = excluded.last4,
        exp_month = excluded.exp_month, exp_year = excluded.exp_year, removed_at = excluded.removed_at
    WHERE known.removed_at IS NULL
    RETURNING id, removed_at, xmax = 0 AS is_new
""")
_REMOVE_MISSING = text("""
    UPDATE saved_cards SET removed_at = coalesce(removed_at, :now), detached_at = :now, brand = '',
        last4 = '', exp_month = NULL, exp_year = NULL
    WHERE customer_id = :customer AND detached_at IS NULL
        AND provider_id <> ALL(CAST(:there AS text[]))
    RETURNING id, removed_at
""")
_ARRIVED = text("DELETE FROM card_setups WHERE customer_id = :customer")

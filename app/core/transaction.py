"""Runs use cases: one use case, one transaction, one answer per idempotency key."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.core import batch, idempotency
from app.core.errors import DomainError
from app.core.idempotency import Key
from app.core.ids import new_id
from app.core.ports import Ports

log = logging.getLogger(__name__)

Command = TypeVar("Command")
Result = TypeVar("Result")

DEADLOCK, SERIALISATION, UNIQUE = "40P01", "40001", "23505"
ATTEMPTS = 4

RACES = (
    "orders_number_key", "identities_verified_idx", "carts_open_idx", "users_email_key", "shifts_open_idx",
    "legal_entities_code_key",
)  # fmt: skip
"""Uniqueness that is kept by repeating: two orders drew the same 40 random bits, two devices opened the same
account or its cart at once, two owners invited the same person, two cashiers at one till took the first cash of
the day. The second run finds what the rival wrote."""


@dataclass(frozen=True)
class Actor:
    """Who does it, through what: copied to every event of the transaction."""

    kind: str
    """shopper, staff, merchant or system."""
    sales_channel: str | None = None
    id: UUID | None = None
    client_id: UUID | None = None
    device_id: UUID | None = None
    location_id: UUID | None = None
    role: str | None = None
    """What makes it their right, where several roles could."""
    approved_by: UUID | None = None
    """The manager who let them, where they may not by themselves."""
    reason: str | None = None
    """Why the manager was asked."""


SYSTEM = Actor("system")


@dataclass
class Transaction:
    """What a use case has to work with. New rows are collected and written together, in one statement."""

    session: Session
    now: datetime
    actor: Actor
    ports: Ports
    rows: dict[str, list[batch.Row]] = field(default_factory=dict)
    afterwards: list[UUID] = field(default_factory=list)
    """Attempts, to be carried out once they are committed: no provider is asked inside a transaction."""

    def insert(self, table: str, **row: Any) -> UUID:
        """Collect a new row; its id is made here unless given, and returned."""
        identifier: UUID = row.setdefault("id", new_id())
        self.rows.setdefault(table, []).append(row)
        return identifier

    def record(
        self,
        kind: str,
        payload: dict[str, Any],
        *,
        order_id: UUID | None = None,
        customer_id: UUID | None = None,
        location_id: UUID | None = None,
        causation_id: UUID | None = None,
        contact_channel: str | None = None,
        occurred_at: datetime | None = None,
    ) -> UUID:
        """Collect an event by this transaction's actor; its id is returned.

        `customer_id` is whom it is about, where nobody is named the shopper who is signed in. What is about an
        order is told of the order's customer all the same: there it says only who did it. `occurred_at` is for
        what happened before."""
        return self.insert(
            "events",
            kind=kind,
            schema_version=1,
            occurred_at=occurred_at or self.now,
            actor_kind=self.actor.kind,
            actor_id=self.actor.id,
            actor_role=self.actor.role,
            approved_by=self.actor.approved_by,
            reason=self.actor.reason,
            sales_channel=self.actor.sales_channel,
            contact_channel=contact_channel,
            location_id=location_id or self.actor.location_id,
            device_id=self.actor.device_id,
            client_id=self.actor.client_id,
            customer_id=customer_id,
            order_id=order_id,
            causation_id=causation_id,
            payload=payload,
        )

    def write_reading(self, reading: str, values: dict[str, Any]) -> Sequence[RowMapping]:
        """Write what was collected and read by the same statement, which sees the database as it was before:
        so who looks at a person's data leaves a trace without a round trip more."""
        rows, self.rows = self.rows, {}
        return batch.insert_reading(self.session, rows, reading, values)

    def write(self) -> None:
        """Write what was collected. `perform` does it before the commit; a use case that must read its rows,
        or wants them written before it takes a hot lock, does it earlier."""
        rows, self.rows = self.rows, {}
        batch.insert(self.session, rows)


@dataclass(frozen=True)
class CommittedRefusal(Generic[Result]):
    """A refusal that must be remembered (a wrong code was tried): returned, committed, then raised."""

    error: DomainError


UseCase = Callable[[Transaction, Command], Result | CommittedRefusal[Result]]
Sessions = Callable[[], AbstractContextManager[Session]]


def _leave(performer: "Performer", attempt_id: UUID) -> None:
    """For the job."""


@dataclass(frozen=True)
class Performer:
    sessions: Sessions
    ports: Ports
    carry_out: "Callable[[Performer, UUID], None]" = _leave
    """Asks the payment provider what an attempt is for; the composition root knows who does."""
    waits: float = 8
    """Seconds after which nothing more is asked for whoever waits."""

    def perform(
        self, use_case: UseCase[Command, Result], command: Command, actor: Actor = SYSTEM
    ) -> Result:
        """Run a use case in a transaction of its own and return what it returns.

        Raises what the use case raises, after a roll-back; a `Refusal` is committed first.
        """
        result: Result = self._repeatedly(lambda tx: use_case(tx, command), actor)
        return result

    def answer(
        self,
        use_case: UseCase[Command, Result],
        command: Command,
        actor: Actor,
        key: Key | None,
        render: Callable[[Session, Result], bytes],
    ) -> bytes:
        """Like `perform`, but returns the rendered answer, and with a key returns the same bytes each time.

        1. Take the key's lock, or raise InProgress: nobody waits for a twin.
        2. Look for a stored answer, in a statement of its own, since it may have been committed while 1 ran.
        3. Run the use case and render what it returns, in its own session.
        4. Store the answer (encrypted: it may hold a token) and commit it together with the effect.
        """

        def once(tx: Transaction) -> bytes | CommittedRefusal[Result]:
            stored = idempotency.begin(tx.session, key) if key else None
            if stored is not None:
                return tx.ports.secrets.decrypt(stored)
            result = use_case(tx, command)
            if isinstance(result, CommittedRefusal):
                return result
            tx.write()
            tx.session.flush()
            body = render(tx.session, result)
            if key:
                idempotency.store(tx.session, key, tx.ports.secrets.encrypt(body), tx.now)
            return body

        body: bytes = self._repeatedly(once, actor)
        return body

    def _repeatedly(self, work: Callable[[Transaction], Any], actor: Actor) -> Any:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.sessions() as session:
                    tx = Transaction(session, self.ports.clock.now(), actor, self.ports)
                    result = work(tx)
                    tx.write()
                    session.commit()
                break
            except (DBAPIError, StaleDataError) as error:
                if attempt == ATTEMPTS or not may_repeat(error):
                    raise
                log.info(
                    "transaction_repeated",
                    extra={"attempt": attempt, "because": type(error).__name__},
                )
                time.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311 - spreads rivals, no secret
        self._carry_out(tx.afterwards)
        if isinstance(result, CommittedRefusal):
            raise result.error
        return result

    def _carry_out(self, attempts: Sequence[UUID]) -> None:
        """What was committed stands, whatever happens here: a job comes back to what is left. So it does to what
        there is no time for: somebody waits for the answer."""
        began = time.monotonic()
        for number, attempt_id in enumerate(attempts):
            if number and time.monotonic() - began > self.waits:
                log.info("left_for_later", extra={"attempt": str(attempt_id)})
                continue
            try:
                self.carry_out(self, attempt_id)
            except Exception:
                log.exception("left_for_later", extra={"attempt": str(attempt_id)})


def may_repeat(error: Exception) -> bool:
    """Whether the whole transaction may simply run again: it lost a race, and nothing of it remains."""
    if isinstance(error, StaleDataError):
        return True
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None)
    if state == UNIQUE:
        return getattr(getattr(cause, "diag", None), "constraint_name", None) in RACES
    return state in (DEADLOCK, SERIALISATION)

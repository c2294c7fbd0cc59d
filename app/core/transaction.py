"""Run use cases: one transaction for each use case, and one response for each idempotency key."""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
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
from app.core.event_kinds import EventKind
from app.core.events import Event
from app.core.idempotency import RequestKey
from app.core.ids import new_id
from app.core.model import Base, check_columns
from app.core.ports import Ports

log = logging.getLogger(__name__)

Command = TypeVar("Command")
Result = TypeVar("Result")

DEADLOCK, SERIALISATION, UNIQUE = "40P01", "40001", "23505"
ATTEMPTS = 4
"""How often a transaction runs before its lost race is raised."""


@dataclass(frozen=True)
class Actor:
    """Who acts, and through what. Each event of the transaction gets a copy of these fields."""

    kind: str
    """shopper, staff, merchant or system."""
    sales_channel: str | None = None
    id: UUID | None = None
    client_id: UUID | None = None
    device_id: UUID | None = None
    location_id: UUID | None = None
    role: str | None = None
    """The role that permits the act, if several roles could."""
    approved_by: UUID | None = None
    """The manager who approved an act that the actor may not do alone."""
    reason: str | None = None
    """The reason that the manager was given."""


SYSTEM = Actor("system")


@dataclass
class Transaction:
    """What a use case works with. It collects new rows and writes them together, in one statement."""

    session: Session
    now: datetime
    actor: Actor
    ports: Ports
    rows: dict[str, list[batch.Row]] = field(default_factory=dict)
    pending_actions: list[tuple[str, UUID]] = field(default_factory=list)
    """The work that follows the commit: the name of an action, and an id."""

    def after_commit(self, action: str, id: UUID) -> None:
        """Run `action` with this id after the commit: no provider is called inside a transaction.

        An action gets an id only, so it reads what it needs again. No row or secret outlives the transaction.
        """
        self.pending_actions.append((action, id))

    def insert(self, model: type[Base], /, **row: Any) -> UUID:
        """Collect a new row of a model and return its id. The id is made here, unless it is given.

        Raises TypeError if the model has no such column.
        """
        check_columns(model, row)
        identifier: UUID = row.setdefault("id", new_id())
        self.rows.setdefault(model.__tablename__, []).append(row)
        return identifier

    def record(
        self,
        kind: EventKind,
        payload: dict[str, Any],
        *,
        order_id: UUID | None = None,
        customer_id: UUID | None = None,
        location_id: UUID | None = None,
        causation_id: UUID | None = None,
        contact_channel: str | None = None,
        occurred_at: datetime | None = None,
    ) -> UUID:
        """Collect an event by this transaction's actor and return its id.

        `customer_id` is the customer whom the event is about; None means the shopper who is signed in. An event of
        an order is about the order's customer in any case: there, `customer_id` only says who acted.
        `occurred_at` is for what happened earlier.

        Raises ValueError if the payload does not have the fields that the kind declares.
        """
        kind.check(payload)
        return self.insert(
            Event,
            kind=kind.name,
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
        """Write the collected rows and run a query in the same statement; return what the query finds.

        The query sees the database as it was before. So a read of personal data leaves its event without
        another round trip.
        """
        rows, self.rows = self.rows, {}
        return batch.insert_reading(self.session, rows, reading, values)

    def write(self) -> None:
        """Write the collected rows. The runner does so before the commit.

        A use case calls it earlier if it reads these rows, or to write them before it takes a contended lock.
        """
        rows, self.rows = self.rows, {}
        batch.insert(self.session, rows)


@dataclass(frozen=True)
class CommittedRefusal(Generic[Result]):
    """A refusal that must be remembered, such as a wrong code. It is returned, committed and then raised."""

    error: DomainError


@dataclass(frozen=True)
class Performed(Generic[Result]):
    """What a use case returned, and what came of the actions after its commit."""

    result: Result
    outcomes: Mapping[UUID, object] = field(repr=False)
    """What each action returned, by its id. Without an entry the action was left for a job, or it failed."""


UseCase = Callable[[Transaction, Command], Result | CommittedRefusal[Result]]
Sessions = Callable[[], AbstractContextManager[Session]]
Action = Callable[["UseCaseRunner", UUID], object]
"""Work that follows a commit, in transactions of its own."""


@dataclass(frozen=True)
class UseCaseRunner:
    sessions: Sessions
    ports: Ports
    actions: Mapping[str, Action] = field(default_factory=dict)
    """By the name that a use case gives to `after_commit`. The composition root fills it."""
    retryable: frozenset[str] = frozenset()
    """The unique constraints whose violation means a lost race: `model.retryable`."""
    wait_limit: float = 8
    """Seconds after which no further action starts: a caller waits for the response."""

    def run(
        self, use_case: UseCase[Command, Result], command: Command, actor: Actor = SYSTEM
    ) -> Performed[Result]:
        """Run a use case in its own transaction, then its actions. Return the result and their outcomes.

        Raises what the use case raises, after a roll-back. A `CommittedRefusal` is committed first.
        """
        performed: Performed[Result] = self._repeat(lambda tx: use_case(tx, command), actor)
        return performed

    def perform(
        self, use_case: UseCase[Command, Result], command: Command, actor: Actor = SYSTEM
    ) -> Result:
        """Run a use case and return what it returns. See `run`."""
        return self.run(use_case, command, actor).result

    def answer(
        self,
        use_case: UseCase[Command, Result],
        command: Command,
        actor: Actor,
        key: RequestKey | None,
        render: Callable[[Session, Result], bytes],
    ) -> bytes:
        """Run a use case and return its rendered response; with a key, the same bytes each time.

        1. Take the key's lock, or raise RequestInProgress: a request does not wait for another one of the same
        key.
        2. Look for a stored response, in its own statement, because it may have been committed during step 1.
        3. Run the use case and render its result, in the session of the use case.
        4. Store the response and commit it together with the effect. It is encrypted: it may hold a token.
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

        performed: Performed[bytes] = self._repeat(once, actor)
        return performed.result

    def _repeat(self, work: Callable[[Transaction], Any], actor: Actor) -> Performed[Any]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.sessions() as session:
                    tx = Transaction(session, self.ports.clock.now(), actor, self.ports)
                    result = work(tx)
                    tx.write()
                    session.commit()
                break
            except (DBAPIError, StaleDataError) as error:
                if attempt == ATTEMPTS or not is_lost_race(error, self.retryable):
                    raise
                log.info(
                    "transaction_repeated",
                    extra={"attempt": attempt, "reason": type(error).__name__},
                )
                time.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311 - spreads rivals, no secret
        outcomes = self._run_actions(tx.pending_actions)
        if isinstance(result, CommittedRefusal):
            raise result.error
        return Performed(result, outcomes)

    def _run_actions(self, actions: Sequence[tuple[str, UUID]]) -> dict[UUID, object]:
        """Run the actions of a committed transaction and return their outcomes by id.

        The commit stands whatever happens here. A job does later what fails, and what starts too late.
        """
        outcomes: dict[UUID, object] = {}
        began = time.monotonic()
        for number, (name, id) in enumerate(actions):
            action = self.actions.get(name)
            is_late = number > 0 and time.monotonic() - began > self.wait_limit
            if action is None or is_late:
                log.info("left_for_later", extra={"action": name, "id": str(id)})
                continue
            try:
                outcomes[id] = action(self, id)
            except Exception:
                log.exception("left_for_later", extra={"action": name, "id": str(id)})
        return outcomes


def is_lost_race(error: Exception, retryable: frozenset[str]) -> bool:
    """Return True if the transaction lost a race and left nothing behind, so that it can run again."""
    if isinstance(error, StaleDataError):
        return True
    cause = getattr(error, "orig", None)
    status = getattr(cause, "sqlstate", None)
    if status == UNIQUE:
        return getattr(getattr(cause, "diag", None), "constraint_name", None) in retryable
    return status in (DEADLOCK, SERIALISATION)

"""Applications that crash at a chosen point, once, as by kill -9; and some with a seeded bug that a crash
reveals."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import create_app
from app.adapters import procrastinate_jobs
from app.core import event_chain, idempotency
from app.core.ids import new_id
from app.core.notifications import compose_message
from app.core.ports import MessageChannel, OutgoingMessage
from app.core.transaction import SYSTEM, Actor, UseCaseRunner
from app.jobs import notifications

COMMITS = {
    "web": ("place_order", "pick", "hand_over"), "worker": ("send", "mark_sent"), "sealer": ("seal",),
}  # fmt: skip
POINTS = {
    f"{when}-{what}": process
    for process, whats in COMMITS.items()
    for what in whats
    for when in ("before", "after")
}
"""Before and after the commit of each; `send` is no transaction: before and after the message is sent."""


def arm(var: Path, point: str) -> None:
    """Crash the next process that reaches the point. The file is deleted when it happened."""
    (var / f"die-{point}").touch()


def _reach(point: str) -> None:
    try:
        Path(os.environ["VAR"], f"die-{point}").unlink()
    except FileNotFoundError:
        return
    os._exit(1)


_doing = threading.local()


@contextmanager
def _named(what: str) -> Iterator[None]:
    _doing.what = what
    try:
        yield
    finally:
        _doing.what = None


def _commits(when: str) -> Any:
    def reached(_: Any) -> None:
        if what := getattr(_doing, "what", None):
            _reach(f"{when}-{what}")

    return reached


class DyingRunner(UseCaseRunner):
    def perform(self, use_case: Any, command: Any, actor: Actor = SYSTEM) -> Any:
        with _named(use_case.__name__):
            return super().perform(use_case, command, actor)

    def answer(self, use_case: Any, *arguments: Any) -> bytes:
        with _named(use_case.__name__):
            return super().answer(use_case, *arguments)


@dataclass(frozen=True)
class DyingChannel:
    real: MessageChannel

    def render(self, message: OutgoingMessage) -> str:
        return self.real.render(message)

    def send(self, message: OutgoingMessage) -> None:
        _reach("before-send")
        self.real.send(message)
        _reach("after-send")

    def delete(self, ids: Sequence[UUID]) -> None:
        self.real.delete(ids)


def impatient() -> Flask:
    """Shorten minutes to seconds: a dead worker is noticed soon, and its jobs go to another."""
    procrastinate_jobs.HEARTBEAT_SECONDS, procrastinate_jobs.STALLED_AFTER_SECONDS = 0.5, 2.0
    procrastinate_jobs.EVERY_MINUTE = "* * * * * *"
    return create_app()


def crashing(runner: type[UseCaseRunner] = DyingRunner) -> Flask:
    """An application that crashes at an armed point."""
    app = impatient()
    ports = app.extensions["ports"]
    dying = {name: DyingChannel(channel) for name, channel in ports.channels.items()}
    ports = replace(ports, channels=dying)
    app.extensions.update(ports=ports, runner=runner(app.extensions["runner"].sessions, ports))
    event.listen(app.extensions["engine"], "commit", _commits("before"))
    event.listen(Session, "after_commit", _commits("after"))
    seal = event_chain.seal

    def named_seal(session: Session) -> int:
        with _named("seal"):
            return seal(session)

    event_chain.seal = named_seal
    return app


def effect_and_answer_apart() -> Flask:
    """An application that stores the response of a key in a transaction of its own, after the effect's."""

    class Careless(DyingRunner):
        def answer(self, use_case: Any, command: Any, actor: Actor, key: Any, render: Any) -> bytes:
            if key is None:
                return super().answer(use_case, command, actor, None, render)
            with self.sessions() as session:
                if stored := idempotency.begin(session, key):
                    return self.ports.secrets.decrypt(stored)
            body: bytes = super().answer(use_case, command, actor, None, render)
            with self.sessions() as session:
                sealed = self.ports.secrets.encrypt(body)
                idempotency.store(session, key, sealed, self.ports.clock.now())
                session.commit()
            return body

    return crashing(Careless)


def new_letter_each_time() -> Flask:
    """An application that gives the message of a repeated job another id, so that the shopper gets two."""
    compose = compose_message.compose_message

    def careless(tx: Any, command: Any) -> OutgoingMessage | None:
        letter = compose(tx, command)
        return letter and replace(letter, id=new_id())

    setattr(notifications, "compose_message", careless)  # noqa: B010 - it is not exported
    return crashing()

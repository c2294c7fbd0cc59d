"""All reads of the database, for a driver to inherit.

A read is called `order_records`, not `orders`, if a driver has a verb of that name.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from tests.reads.access import AccessReads
from tests.reads.connections import ConnectionReads
from tests.reads.events import EventReads
from tests.reads.messages import MessageReads
from tests.reads.orders import OrderReads
from tests.reads.payments import PaymentReads
from tests.reads.people import PeopleReads
from tests.reads.prices import PriceReads
from tests.reads.stock import StockReads
from tests.reads.tables import TableReads


class DatabaseReads(
    AccessReads,
    ConnectionReads,
    EventReads,
    MessageReads,
    OrderReads,
    PaymentReads,
    PeopleReads,
    PriceReads,
    StockReads,
    TableReads,
):
    pass


class EngineReads(DatabaseReads):
    """The same reads for a test that has no driver."""

    def __init__(self, engine: Engine) -> None:
        self.reader = engine


class SessionReads(DatabaseReads):
    """The same reads within a session's transaction: they find its uncommitted rows too."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        yield self.session.connection()

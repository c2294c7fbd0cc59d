"""Random histories of people who are merged, served and separated again, and the same histories without the
merges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import text

from app.core.carts import consents
from app.core.customers import identities, merged_customers, queries
from app.core.customers.consents import ConsentStatement, SetConsent, set_consent
from app.core.customers.customers import (
    AddNote,
    CreateCustomer,
    UpdateCustomer,
    add_note,
    create_customer,
    update_customer,
)
from app.core.customers.merges import MergeCustomers, UndoMerge, merge_customers, undo_merge
from app.core.customers.models import Contact
from app.core.errors import Conflict, Invalid
from app.core.ids import new_order_number
from app.core.orders.events import ORDER_PLACED
from app.core.orders.models import Order
from app.core.orders.timeline import GROUPS, ViewTimeline, view_timeline
from app.core.transaction import Transaction
from app.wiring import make_event_registry
from tests.drivers.shop import Shop

PEOPLE = 4
ONE = timedelta(seconds=1)
CLIENT = text("SELECT id FROM api_clients LIMIT 1")
Step = tuple[str, int, int]
"""What happens, to whom, and a number: for a merge the other person, for an undo the merge."""

who = st.integers(0, PEOPLE - 1)
acts = st.sampled_from(["note", "group", "tags", "identity", "order", "consent"])
steps = st.lists(
    st.one_of(
        st.tuples(acts, who, st.integers(0, 99)),
        st.tuples(st.just("merge"), who, who),
        st.tuples(st.just("undo"), who, st.integers(0, 9)),
    ),
    min_size=5,
    max_size=25,
)

KINDS = make_event_registry().visible_to("merchant", GROUPS)


@dataclass
class History:
    """The people of one run of a history."""

    shop: Shop
    merging: Callable[[Transaction, MergeCustomers], UUID] = merge_customers
    ids: list[UUID] = field(default_factory=list)
    merges: list[tuple[UUID, UUID]] = field(default_factory=list)
    """(surviving customer, merge id) of the merges that are not undone."""

    def __post_init__(self) -> None:
        self.ids = [
            self._do(create_customer, CreateCustomer(f"Person {n}", f"p{n}@example.com"))
            for n in range(PEOPLE)
        ]

    def play(self, history: Sequence[Step], *, merges: bool) -> None:
        for what, one, number in history:
            if what in ("merge", "undo"):
                if merges:
                    getattr(self, f"_{what}")(one, number)
            else:
                self._act(what, self.ids[one], number)

    def undo_all(self) -> None:
        while self.merges:
            self._undo(0, 0)

    def state_of(self, one: int) -> dict[str, Any]:
        """Return all data that the shop has about a person, without ids and times."""
        customer_id = self.ids[one]
        with self.shop.engine.connect() as reader:
            person = queries.get_customer(reader, customer_id)
            stated = consents.of_customer(reader, customer_id)
            person_ids = merged_customers.ids_of(reader, customer_id)
        events = self._do(view_timeline, ViewTimeline(customer_id, 1000, KINDS))
        return {
            "members": len(person_ids),
            "group": person.customer_group,
            "tags": person.tags,
            "identities": [(one.kind, one.value.partition("#")[0]) for one in person.identities],
            "notes": [note.body for note in person.notes],
            "consents": [(row.purpose, row.contact_channel, row.status) for row in stated],
            "events": [
                event.kind for event in events if not event.kind.startswith("customer.merge")
            ],
        }  # fmt: skip

    def _merge(self, stays: int, merged: int) -> None:
        try:
            into = self._do(
                self.merging, MergeCustomers(self.ids[stays], self.ids[merged], "confirmed")
            )
        except (Conflict, Invalid):
            return
        with self.shop.engine.connect() as reader:
            newest = queries.list_merges(reader, into)[0]
        self.merges.append((into, newest.id))

    def _undo(self, _: int, which: int) -> None:
        if self.merges:
            stays, merge_id = self.merges.pop(which % len(self.merges))
            self._do(undo_merge, UndoMerge(stays, merge_id))

    def _act(self, what: str, customer_id: UUID, number: int) -> None:
        if what == "note":
            self._do(add_note, AddNote(customer_id, f"note {number}"))
        elif what == "group":
            self._do(update_customer, UpdateCustomer(customer_id, {"customer_group": f"g{number}"}))
        elif what == "tags":
            self._do(update_customer, UpdateCustomer(customer_id, {"tags": [f"t{number}"]}))
        elif what == "consent":
            stated = ConsentStatement(
                "offers", "push", bool(number % 2), "merchant", f"{number}", "en"
            )
            self._do(set_consent, SetConsent(customer_id, stated))
        else:
            self._do({"identity": _identify, "order": _order}[what], (customer_id, number))

    def _do(self, use_case: Callable[[Transaction, Any], Any], command: Any) -> Any:
        self.shop.clock.advance(ONE)
        return self.shop.runner.perform(use_case, command)


def _identify(tx: Transaction, command: tuple[UUID, int]) -> None:
    identities.claim(tx, command[0], "social", f"s{command[1]}#{command[0]}")


def _order(tx: Transaction, command: tuple[UUID, int]) -> None:
    """Record just enough of an order for a timeline."""
    contact_id = tx.insert(Contact, name=None, created_at=tx.now)
    client_id = tx.session.scalar(CLIENT)
    order_id = tx.insert(
        Order,
        number=new_order_number(), status="placed", version=1, transition_count=1, currency="GBP", total=1, net=1,
        tax=0, cancelled=0, paid=0, quote={}, quote_hash="", client_id=client_id,
        contact_id=contact_id, customer_id=command[0], started_channel="web", locale="en",
        terms_version="1", placed_at=tx.now,
    )  # fmt: skip
    placed = {"from": None, "to": "placed", "step": 1, "total": 1}
    tx.record(ORDER_PLACED, placed, order_id=order_id)

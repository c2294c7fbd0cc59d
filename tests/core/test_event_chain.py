"""Every committed event gets one position, in an order to which events are only appended."""

import random
from uuid import UUID

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import event_chain
from tests.concurrency import at_once
from tests.drivers.shop import Shop


def record_event(connection: Connection, kind: str = "test.happened") -> UUID:
    """Record an event in the connection's transaction; return its id."""
    made: UUID = connection.execute(_HAPPEN, {"kind": kind}).scalar_one()
    return made


def committed(shop: Shop, *kinds: str) -> list[UUID]:
    """Record events, each in a transaction of its own."""
    made = []
    for kind in kinds:
        with shop.engine.begin() as connection:
            made.append(record_event(connection, kind))
    return made


def sealed(shop: Shop) -> list[UUID]:
    """Return the events in their sealed order. Their positions count from 1 without a gap."""
    seals = shop.event_seals()
    assert [seal.position for seal in seals] == list(range(1, len(seals) + 1))
    return [seal.event_id for seal in seals]


def broken(shop: Shop) -> list[str]:
    with Session(shop.engine) as session:
        return list(event_chain.broken_links(session))


def empty(shop: Shop) -> None:
    """Delete the events of the shop's creation."""
    shop.seal()
    shop.change(*UNLOCKED, "DELETE FROM event_seals", "DELETE FROM events", *LOCKED)


@pytest.fixture
def shop_without_history(shop: Shop) -> Shop:
    empty(shop)
    return shop


def test_events_are_sealed_in_the_order_of_their_occurrence(shop: Shop) -> None:
    made = committed(shop, "a", "b", "c")
    assert shop.seal() >= 3
    made += committed(shop, "d")
    assert shop.seal() == 1
    assert shop.seal() == 0
    assert sealed(shop)[-4:] == made
    assert broken(shop) == []


def test_an_event_that_commits_late_is_neither_missed_nor_put_before_events_already_read(
    shop: Shop,
) -> None:
    shop.seal()
    with shop.engine.connect() as slow:
        early = record_event(slow)
        (quick,) = committed(shop, "quick")
        assert shop.seal() == 0, "a reader must not pass what may still come before"
        slow.commit()
    assert shop.seal() == 2
    assert sealed(shop)[-2:] == [early, quick]


def test_a_transaction_that_began_later_does_not_delay_earlier_ones(shop: Shop) -> None:
    shop.seal()
    (quick,) = committed(shop, "quick")
    with shop.engine.connect() as slow:
        late = record_event(slow)
        assert shop.seal() == 1
        slow.commit()
    assert shop.seal() == 1
    assert sealed(shop)[-2:] == [quick, late]


def test_a_rollback_leaves_no_gap(shop: Shop) -> None:
    with shop.engine.connect() as connection:
        record_event(connection)
        connection.rollback()
    (kept,) = committed(shop, "kept")
    shop.seal()
    assert sealed(shop)[-1] == kept


@pytest.mark.parametrize("seed", range(5))
def test_a_reader_of_the_feed_sees_each_event_once_in_any_mix_of_commits_and_sealers(
    shop: Shop, seed: int
) -> None:
    chance = random.Random(seed)
    made: list[UUID] = []
    read: list[UUID] = []
    shop.seal()
    cursor = len(sealed(shop))
    connections = [shop.engine.connect() for _ in range(4)]
    for _ in range(120):
        connection, dice = chance.choice(connections), chance.random()
        if dice < 0.5:
            made.append(record_event(connection))
        elif dice < 0.8:
            connection.commit()
        else:
            shop.seal()
            fresh = sealed(shop)[cursor:]
            read, cursor = read + fresh, cursor + len(fresh)
    for connection in connections:
        connection.commit()
        connection.close()
    shop.seal()
    read += sealed(shop)[cursor:]
    assert sorted(read) == sorted(made)
    assert len(set(read)) == len(read)
    assert broken(shop) == []


def test_several_sealers_do_not_disturb_one_another(shop: Shop) -> None:
    shop.seal()
    before = len(sealed(shop))
    committed(shop, *"abcdefghij" * 3)
    assert sum(part for part in at_once(*[shop.seal] * 6) if isinstance(part, int)) == 30
    assert len(sealed(shop)) == before + 30
    assert broken(shop) == []


def test_a_second_sealer_returns_at_once(shop: Shop) -> None:
    committed(shop, "a")
    with shop.engine.connect() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": event_chain.LOCK})
        assert shop.seal() == 0
    assert shop.seal() > 0


def test_a_batch_can_end_in_the_middle_of_a_transaction(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.seal()
    with shop.engine.begin() as connection:
        made = [record_event(connection) for _ in range(8)]
    monkeypatch.setattr(event_chain, "BATCH", 3)
    assert [shop.seal() for _ in range(4)] == [3, 3, 2, 0]
    assert sorted(sealed(shop)[-8:]) == sorted(made)


def test_each_batch_notifies_the_feeds_of_its_last_position(shop: Shop) -> None:
    listener = shop.engine.raw_connection()
    driver = listener.driver_connection
    assert driver is not None
    driver.autocommit = True
    driver.execute("LISTEN sealed")
    committed(shop, "a", "b")
    shop.seal()
    (woken,) = driver.notifies(timeout=5, stop_after=1)
    assert woken.payload == str(len(sealed(shop)))
    listener.invalidate()


@pytest.mark.parametrize("table", ["events", "event_seals"])
@pytest.mark.parametrize("how", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_events_and_seals_cannot_be_rewritten(shop: Shop, table: str, how: str) -> None:
    committed(shop, "a")
    shop.seal()
    column = {"events": "kind", "event_seals": "sealed_at"}[table]
    with pytest.raises(DBAPIError, match="append-only"):
        shop.change(how.format(table, column, column))


TAMPERING = {
    "an event was changed": ("UPDATE events SET payload = '{\"n\": 1}' WHERE kind = 'b'", ["2"]),
    "an event is gone": ("DELETE FROM events WHERE kind = 'b'", ["2"]),
    "an event and its seal are gone": (
        "WITH gone AS (DELETE FROM events WHERE kind = 'b' RETURNING id) "
        "DELETE FROM event_seals USING gone WHERE event_id = gone.id",
        ["3"],
    ),
    "the first is gone": ("DELETE FROM event_seals WHERE position = 1", ["2"]),
    "a hash was changed": (
        "UPDATE event_seals SET hash = sha256('x') WHERE position = 2",
        ["2", "3"],
    ),
    "two were exchanged": (
        "UPDATE event_seals SET position = 9 WHERE position = 2; "
        "UPDATE event_seals SET position = 2 WHERE position = 3; "
        "UPDATE event_seals SET position = 3 WHERE position = 9",
        ["2", "3", "4"],
    ),
}


@pytest.mark.parametrize(("how", "found"), TAMPERING.values(), ids=TAMPERING)
def test_tampering_is_found_at_its_position(
    shop_without_history: Shop, how: str, found: list[str]
) -> None:
    shop = shop_without_history
    committed(shop, "a", "b", "c", "d")
    shop.seal()
    assert broken(shop) == []
    shop.change(*UNLOCKED, *how.split("; "), *LOCKED)
    assert broken(shop) == found


def restore(shop: Shop) -> None:
    """Simulate a dump into a new cluster, whose transactions count from the start again."""
    shop.change(
        *UNLOCKED,
        "UPDATE events SET transaction_id = (transaction_id::text::numeric + 1000000000000)::text::xid8",
        *LOCKED,
    )


def test_sealing_continues_after_a_restore(shop: Shop) -> None:
    committed(shop, "a", "b")
    shop.seal()
    before = sealed(shop)
    restore(shop)
    made = committed(shop, "c", "d")
    assert shop.seal() == 2
    made += committed(shop, "e")
    assert shop.seal() == 1
    assert sealed(shop) == before + made
    assert broken(shop) == []


def test_restored_unsealed_events_are_sealed_first(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(shop, "a")
    shop.seal()
    before = sealed(shop)
    left = committed(shop, "b", "c", "d")
    restore(shop)
    made = committed(shop, "e", "f")
    monkeypatch.setattr(event_chain, "BATCH", 2)
    assert [shop.seal() for _ in range(4)] == [2, 3, 0, 0]
    assert sealed(shop) == before + left + made


def test_a_restore_without_seals_is_sealed_from_the_start(shop_without_history: Shop) -> None:
    shop = shop_without_history
    made = committed(shop, "a", "b")
    restore(shop)
    made += committed(shop, "c")
    shop.seal()
    assert sealed(shop) == made


UNLOCKED = (
    "ALTER TABLE events DISABLE TRIGGER USER",
    "ALTER TABLE event_seals DISABLE TRIGGER USER",
)
LOCKED = ("ALTER TABLE events ENABLE TRIGGER USER", "ALTER TABLE event_seals ENABLE TRIGGER USER")
_HAPPEN = text("""
    INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, payload)
    VALUES (gen_random_uuid(), :kind, 1, now(), 'system', '{}') RETURNING id
""")

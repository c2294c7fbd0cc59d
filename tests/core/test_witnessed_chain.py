"""A chain shows changes inside it, but not that its end was cut off: an external witness does."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.adapters.witnesses import FileWitness
from app.core import event_chain
from app.jobs.housekeeping import witness_head
from tests.drivers.shop import Shop

UNLOCKED = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("event_seals", "events")]
LOCKED = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in ("event_seals", "events")]


@pytest.fixture
def witnessed(shop: Shop, tmp_path: Path) -> Shop:
    """Return a shop whose chain has five links, of which the witness has three and five."""
    object.__setattr__(shop.app.extensions["ports"], "witness", FileWitness(tmp_path / "heads"))
    for some in (3, 2):
        record_events(shop, some)
        assert witness_head(shop.jobs) == 1
    return shop


def record_events(shop: Shop, times: int) -> None:
    for _ in range(times):
        shop.change(
            "INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, payload) "
            "VALUES (gen_random_uuid(), 'test.happened', 1, now(), 'system', '{}')"
        )
        shop.seal()


def cut(shop: Shop, after: int) -> None:
    """Do what an attacker with write access to the database would do."""
    shop.change(
        *UNLOCKED,
        f"DELETE FROM events WHERE id IN (SELECT event_id FROM event_seals WHERE position > {after})",
        f"DELETE FROM event_seals WHERE position > {after}",
        *LOCKED,
    )


def check_chain(shop: Shop) -> tuple[int, str]:
    result = shop.app.test_cli_runner().invoke(args=["check"])
    return result.exit_code, "".join(
        line for line in result.output.splitlines() if "heads that SEAL_WITNESS" in line
    )


def is_broken(shop: Shop) -> bool:
    with Session(shop.engine) as session:
        return any(event_chain.broken_links(session))


def test_a_complete_chain_matches_all_heads_of_the_witness(witnessed: Shop) -> None:
    code, line = check_chain(witnessed)
    assert (code, line.split()[:3]) == (0, ["ok", "I20", "0"])
    assert "all 2 heads" in line


def test_a_cut_off_tail_is_detected_although_the_chain_is_consistent(witnessed: Shop) -> None:
    cut(witnessed, after=4)
    assert not is_broken(witnessed), "nothing in the database tells of it"
    code, line = check_chain(witnessed)
    assert (code, line.split()[:3], line.rpartition(": ")[2]) == (1, ["BROKEN", "I20", "1"], "5")


def test_a_rewritten_tail_is_detected_too(witnessed: Shop) -> None:
    cut(witnessed, after=2)
    record_events(witnessed, 6)
    assert not is_broken(witnessed)
    code, line = check_chain(witnessed)
    assert (code, line.rpartition("first: ")[2]) == (1, "3, 5")


def test_an_empty_chain_has_no_head(shop: Shop, tmp_path: Path) -> None:
    object.__setattr__(shop.app.extensions["ports"], "witness", FileWitness(tmp_path / "heads"))
    assert witness_head(shop.jobs) == 0
    assert not (tmp_path / "heads").exists()


def test_a_chain_older_than_recorded_roles_is_valid() -> None:
    """The hash of an event without roles is the same as before roles existed."""
    import hashlib

    from app.core.canonical import canonical

    row = dict.fromkeys(event_chain.COLUMNS) | {"kind": "test.happened"}
    before = {name: value for name, value in row.items() if name not in event_chain.HASHED_IF_SET}
    assert (
        event_chain.link(bytes(32), row) == hashlib.sha256(bytes(32) + canonical(before)).digest()
    )
    assert event_chain.link(bytes(32), row) != event_chain.link(
        bytes(32), row | {"reason": "mistake"}
    )

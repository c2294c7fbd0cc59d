from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import text

from app.core.access.events import DEVICE_PAIRED
from app.core.access.keys import key_hash, new_key
from app.core.access.pairing_code import code_hash
from app.core.errors import Unauthorised
from app.core.transaction import Transaction


@dataclass(frozen=True)
class PairDevice:
    code: str = field(repr=False)


@dataclass(frozen=True)
class PairedDevice:
    id: UUID
    name: str
    store: str
    needs_staff: bool
    token: str = field(repr=False)


def pair_device(tx: Transaction, command: PairDevice) -> PairedDevice:
    """Swap a pairing code for the device's token, which nobody else ever sees. Raises Unauthorised.

    One conditional UPDATE: of two who send the same code, one gets a token.
    """
    token = new_key()
    row = tx.session.execute(
        _PAIR, {"code": code_hash(command.code), "token": key_hash(token), "now": tx.now}
    ).first()
    if row is None:
        raise Unauthorised(
            "This pairing code is not right, was used, or is too old: ask for a new one."
        )
    tx.actor = replace(tx.actor, device_id=row.id)
    tx.record(DEVICE_PAIRED, {"device_id": row.id}, location_id=row.location_id)
    return PairedDevice(row.id, row.name, row.store, row.needs_staff, token)


_PAIR = text("""
    UPDATE devices d SET token_hash = :token, pairing_hash = NULL, pairing_until = NULL
    FROM locations l
    WHERE l.id = d.location_id AND d.pairing_hash = :code AND d.pairing_until > :now AND d.revoked_at IS NULL
    RETURNING d.id, d.name, d.location_id, d.needs_staff, l.code AS store
""")

"""How often somebody may try to be a shopper. Known and unknown addresses have the same budgets."""

from datetime import timedelta
from uuid import UUID

from app.core import rate_limits
from app.core.errors import TooManyAttempts
from app.core.transaction import Transaction

WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)

PASSWORDS, PASSWORDS_A_DAY = 10, 100
"""Per address. Who has used up the day's is not locked out: a code still comes to her address."""
CODES = 5
"""Per address and window. With the tries of each, 25 codes can be guessed in 15 minutes."""
SHORT_CODES_A_DAY = 20
"""Per address: 100 guesses at codes of 6 digits a day. The codes after that have 8, so that whoever goes on
all day meets 1 in 100 million, and the shopper still gets in."""
TRIES_PER_CODE = 5


def ask_for_a_code(tx: Transaction, subject: str) -> TooManyAttempts | None:
    if _spend(tx, "codes", subject, CODES, WINDOW):
        return None
    return TooManyAttempts(
        "Too many codes were asked for: use the last one, or wait 15 minutes.",
        retry_after=int(WINDOW.total_seconds()),
    )


def may_be_short(tx: Transaction, subject: str) -> bool:
    """Whether the next code may have 6 digits."""
    return _spend(tx, "short_codes", subject, SHORT_CODES_A_DAY, DAY)


def guess_a_code(tx: Transaction, challenge_id: UUID) -> TooManyAttempts | None:
    if _spend(tx, "code", str(challenge_id), TRIES_PER_CODE, DAY):
        return None
    return TooManyAttempts("Too many wrong codes: ask for a new one.", retry_after=60)


def guess_a_password(tx: Transaction, subject: str) -> TooManyAttempts | None:
    if not _spend(tx, "password", subject, PASSWORDS, WINDOW):
        return TooManyAttempts(
            "Too many wrong passwords: sign in with a code, or wait 15 minutes.",
            retry_after=int(WINDOW.total_seconds()),
        )
    if not _spend(tx, "password_day", subject, PASSWORDS_A_DAY, DAY):
        return TooManyAttempts(
            "Too many wrong passwords today: sign in with a code.",
            retry_after=int(DAY.total_seconds()),
        )
    return None


def password_was_right(tx: Transaction, subject: str) -> None:
    for purpose in ("password", "password_day"):
        rate_limits.reset(tx.session, purpose, subject)


def _spend(tx: Transaction, purpose: str, subject: str, limit: int, per: timedelta) -> bool:
    return rate_limits.consume(tx.session, purpose, subject, limit=limit, window=per, now=tx.now)

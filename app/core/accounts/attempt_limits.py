"""How often somebody may try to be a shopper. Known and unknown addresses have the same budgets."""

from datetime import timedelta
from uuid import UUID

from app.core import rate_limits
from app.core.errors import TooManyAttempts
from app.core.transaction import Transaction

WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)

PASSWORD_ATTEMPTS, PASSWORD_ATTEMPTS_A_DAY = 10, 100
"""Per address. Who has used up the day's is not locked out: a code still comes to her address."""
CODE_REQUESTS = 5
"""Per address and window. With the tries of each, 25 codes can be guessed in 15 minutes."""
SHORT_CODES_A_DAY = 20
"""Per address: 100 guesses at codes of 6 digits a day. The codes after that have 8, so that whoever goes on
all day meets 1 in 100 million, and the shopper still gets in."""
ATTEMPTS_PER_CODE = 5


def count_code_request(tx: Transaction, subject: str) -> TooManyAttempts | None:
    if _spend(tx, "codes", subject, CODE_REQUESTS, WINDOW):
        return None
    return TooManyAttempts(
        "Too many codes were asked for: use the last one, or wait 15 minutes.",
        retry_after=int(WINDOW.total_seconds()),
    )


def may_use_short_code(tx: Transaction, subject: str) -> bool:
    """Whether the next code may have 6 digits."""
    return _spend(tx, "short_codes", subject, SHORT_CODES_A_DAY, DAY)


def count_code_attempt(tx: Transaction, challenge_id: UUID) -> TooManyAttempts | None:
    if _spend(tx, "code", str(challenge_id), ATTEMPTS_PER_CODE, DAY):
        return None
    return TooManyAttempts("Too many wrong codes: ask for a new one.", retry_after=60)


def count_password_attempt(tx: Transaction, subject: str) -> TooManyAttempts | None:
    if not _spend(tx, "password", subject, PASSWORD_ATTEMPTS, WINDOW):
        return TooManyAttempts(
            "Too many wrong passwords: sign in with a code, or wait 15 minutes.",
            retry_after=int(WINDOW.total_seconds()),
        )
    if not _spend(tx, "password_day", subject, PASSWORD_ATTEMPTS_A_DAY, DAY):
        return TooManyAttempts(
            "Too many wrong passwords today: sign in with a code.",
            retry_after=int(DAY.total_seconds()),
        )
    return None


def reset_password_attempts(tx: Transaction, subject: str) -> None:
    for purpose in ("password", "password_day"):
        rate_limits.reset(tx.session, purpose, subject)


def _spend(tx: Transaction, purpose: str, subject: str, limit: int, per: timedelta) -> bool:
    return rate_limits.consume(tx.session, purpose, subject, limit=limit, window=per, now=tx.now)

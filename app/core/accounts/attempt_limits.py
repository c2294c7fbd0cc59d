"""Rate limits on signing in to an account. Known and unknown addresses have the same limits."""

from datetime import timedelta
from uuid import UUID

from app.core import rate_limits
from app.core.errors import TooManyAttempts
from app.core.transaction import Transaction

WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)

PASSWORD_ATTEMPTS, PASSWORD_ATTEMPTS_A_DAY = 10, 100
"""Per address. A shopper who reaches the daily limit is not locked out: a code still comes to their address."""
CODE_REQUESTS = 5
"""Per address and window. With 5 attempts at each code, 25 codes can be guessed in 15 minutes."""
SHORT_CODES_A_DAY = 20
"""Per address: 100 guesses a day at codes of 6 digits. Later codes that day have 8 digits, so an attacker who
continues all day succeeds once in 100 million guesses, and the shopper can still sign in."""
ATTEMPTS_PER_CODE = 5


def count_code_request(tx: Transaction, subject: str) -> TooManyAttempts | None:
    """Count a request for a code; return the error if the limit is reached."""
    if _consume(tx, "codes", subject, CODE_REQUESTS, WINDOW):
        return None
    return TooManyAttempts(
        "Too many codes were requested. Use the last code, or wait 15 minutes.",
        retry_after=int(WINDOW.total_seconds()),
    )


def may_use_short_code(tx: Transaction, subject: str) -> bool:
    """Count a short code; return whether the next code may have 6 digits."""
    return _consume(tx, "short_codes", subject, SHORT_CODES_A_DAY, DAY)


def count_code_attempt(tx: Transaction, challenge_id: UUID) -> TooManyAttempts | None:
    """Count an attempt at a code; return the error if the limit is reached."""
    if _consume(tx, "code", str(challenge_id), ATTEMPTS_PER_CODE, DAY):
        return None
    return TooManyAttempts("Too many wrong codes. Request a new code.", retry_after=60)


def count_password_attempt(tx: Transaction, subject: str) -> TooManyAttempts | None:
    """Count an attempt at a password; return the error if a limit is reached."""
    if not _consume(tx, "password", subject, PASSWORD_ATTEMPTS, WINDOW):
        return TooManyAttempts(
            "Too many wrong passwords. Sign in with a code, or wait 15 minutes.",
            retry_after=int(WINDOW.total_seconds()),
        )
    if not _consume(tx, "password_day", subject, PASSWORD_ATTEMPTS_A_DAY, DAY):
        return TooManyAttempts(
            "Too many wrong passwords today. Sign in with a code.",
            retry_after=int(DAY.total_seconds()),
        )
    return None


def reset_password_attempts(tx: Transaction, subject: str) -> None:
    for purpose in ("password", "password_day"):
        rate_limits.reset(tx.session, purpose, subject)


def _consume(tx: Transaction, purpose: str, subject: str, limit: int, window: timedelta) -> bool:
    return rate_limits.consume(tx.session, purpose, subject, limit=limit, window=window, now=tx.now)

"""How long what is kept, and what becomes of it then: one literal table."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from app.core.accounts import sessions
from app.core.transaction import Transaction

FISCAL = timedelta(days=3653)
"""Ten years: the longest that tax law of our markets asks invoices to be kept (§ 147 AO as it was until 2024;
HMRC VAT Notice 700/21 asks for six)."""
BATCH = 100
"""Rows of one transaction: shops that are open never wait for a night's work."""


@dataclass(frozen=True)
class Rule:
    keeps: str
    """What, in words."""
    after: timedelta
    statement: str
    """Of :before and :batch, at most so many rows; the number stands in the text, since plans depend on it."""


RULES: dict[str, Rule] = {
    "idle_carts": Rule(
        "carts that nobody has touched and that became no order",
        timedelta(days=90),
        """
        WITH gone AS (
            SELECT id FROM carts WHERE order_id IS NULL AND last_activity_at < :before
            ORDER BY last_activity_at LIMIT :batch FOR UPDATE SKIP LOCKED
        ), coupons AS (DELETE FROM cart_coupons WHERE cart_id IN (SELECT id FROM gone)
        ), lines AS (DELETE FROM cart_lines WHERE cart_id IN (SELECT id FROM gone))
        DELETE FROM carts WHERE id IN (SELECT id FROM gone)
        """,
    ),
    "letters": Rule(
        "what was written to people",
        timedelta(days=730),
        """
        UPDATE messages SET body = '' WHERE id IN (
            SELECT id FROM messages WHERE body <> '' AND created_at < :before ORDER BY created_at LIMIT :batch)
        """,
    ),
    "addresses": Rule(
        "addresses and numbers of guests, until claims lapse (§ 195 BGB)",
        timedelta(days=4 * 366),
        """
        UPDATE contacts SET email = NULL, phone = NULL WHERE id IN (
            SELECT id FROM contacts n WHERE (email IS NOT NULL OR phone IS NOT NULL) AND created_at < :before
                AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id)
            ORDER BY created_at LIMIT :batch)
        """,
    ),
    "names": Rule(
        "names of buyers, as invoices have them",
        FISCAL,
        """
        UPDATE contacts SET name = NULL WHERE id IN (
            SELECT id FROM contacts n WHERE name IS NOT NULL AND created_at < :before
                AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id AND c.erased_at IS NULL)
            ORDER BY created_at LIMIT :batch)
        """,
    ),
    "challenges": Rule(
        "codes that were sent, and where to",
        timedelta(days=1),
        """
        DELETE FROM account_challenges WHERE id = ANY (ARRAY(
            SELECT id FROM account_challenges WHERE expires_at < :before ORDER BY expires_at LIMIT :batch))
        """,
    ),
    "sessions": Rule(
        "where somebody was signed in, for who asks what became of it a month after its end",
        sessions.LASTS + timedelta(days=30),
        f"""
        DELETE FROM account_sessions WHERE id = ANY (ARRAY(
            SELECT id FROM account_sessions
            WHERE expires_at < CAST(:before AS timestamptz) + interval '{sessions.LASTS.days} days'
            ORDER BY expires_at LIMIT :batch))
        """,  # noqa: S608 - a number of ours
    ),
    "budgets": Rule(
        "how often somebody tried, a day at most",
        timedelta(days=1),
        """
        DELETE FROM budgets WHERE (purpose, subject) IN (
            SELECT purpose, subject FROM budgets WHERE renews_at < CAST(:before AS timestamptz) + interval '1 day'
            ORDER BY renews_at LIMIT :batch FOR UPDATE SKIP LOCKED)
        """,
    ),
}


@dataclass(frozen=True)
class KeepNoLonger:
    rule: str


def keep_no_longer(tx: Transaction, command: KeepNoLonger) -> int:
    """Apply a rule to a batch; how many rows. What an order, an event or a consent says stays: it names nobody."""
    rule = RULES[command.rule]
    statement = text(rule.statement.replace(":batch", str(BATCH)))
    done = tx.session.connection().execute(statement, {"before": tx.now - rule.after}).rowcount
    if done:
        tx.record("retention.applied", {"rule": command.rule, "rows": done})
    return done

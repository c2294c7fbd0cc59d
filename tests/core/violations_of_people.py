"""Rows that a bug would leave about people. The shop of the tests has two customers, `Stays` and `Merged`; the
second was merged into the first. A third, `Erased`, was erased. `Stays` allows offers by email."""

from tests.core.violations import NEW, Violation


def of(name: str) -> str:
    return f"(SELECT id FROM customers WHERE tags ? '{name}')"


ERASED = "(SELECT id FROM customers WHERE erased_at IS NOT NULL)"
ERASED_CONTACT = "(SELECT contact_id FROM customers WHERE erased_at IS NOT NULL)"

PEOPLE = [
    Violation(
        "I20", "every merge and every consent", "a merge left no event",
        "UPDATE customer_merges SET event_id = gen_random_uuid()",
        "SELECT 'merge ' || id FROM customer_merges",
    ),
    Violation(
        "I20", "every merge and every consent", "a consent left no event",
        "UPDATE consents SET event_id = gen_random_uuid()", "SELECT 'consent ' || id FROM consents",
    ),
    Violation(
        "I21", "an erased person has no personal data", "an address came back after the erasure",
        f"UPDATE contacts SET email = 'x' WHERE id = {ERASED_CONTACT}",
        f"SELECT 'contacts ' || id FROM contacts WHERE id = {ERASED_CONTACT}",
    ),
    Violation(
        "I21", "an erased person has no personal data", "an identity was forgotten by the erasure",
        f"UPDATE identities SET value = 'x' WHERE customer_id = {ERASED}",
        f"SELECT 'identities ' || id FROM identities WHERE customer_id = {ERASED}",
    ),
    Violation(
        "I21", "an erased person has no personal data", "a note was written afterwards",
        f"""INSERT INTO customer_notes (id, customer_id, body, actor_kind, created_at)
            VALUES ({NEW}, {ERASED}, 'x', 'staff', now())""",
        "SELECT 'customer_notes ' || id FROM customer_notes",
    ),
    Violation(
        "I21", "an erased person has no personal data", "the erasure did not say so in the customer's row",
        "UPDATE customers SET erased_at = NULL WHERE erased_at IS NOT NULL",
        "SELECT 'customers ' || (customer_ids ->> 0) FROM erasures",
    ),
    Violation(
        "I21", "an erased person has no consent", "a consent was given after the erasure",
        f"""INSERT INTO consents (id, contact_id, purpose, contact_channel, status, source, text_version, locale,
                evidence, event_id, at)
            SELECT {NEW}, {ERASED_CONTACT}, 'feedback', 'email', 'given', 'import', '1', 'en', '', event_id, now()
            FROM consents LIMIT 1""",
        "SELECT 'consent ' || id FROM consents WHERE purpose = 'feedback'",
    ),
    Violation(
        "I23", "a customer is merged into the customer", "two were merged without a record",
        f"UPDATE customers SET merged_into_id = {of('stays')} WHERE erased_at IS NOT NULL",
        f"SELECT 'customer ' || {ERASED}",
    ),
    Violation(
        "I23", "a customer is merged into the customer", "an undone merge still holds",
        f"""INSERT INTO customer_merges (id, merged_id, into_id, undoes_id, reason, event_id, created_at)
            SELECT {NEW}, merged_id, into_id, id, 'confirmed', event_id, now() FROM customer_merges""",
        f"SELECT 'customer ' || {of('merged')}",
    ),
    Violation(
        "I23", "a customer is merged into the customer", "the same merge was written twice",
        f"""INSERT INTO customer_merges (id, merged_id, into_id, reason, event_id, created_at)
            SELECT {NEW}, merged_id, into_id, 'confirmed', event_id, now() FROM customer_merges""",
        f"SELECT 'customer ' || {of('merged')}",
    ),
    Violation(
        "I23", "merges make no circle", "each of two was merged into the other",
        f"""UPDATE customers SET merged_into_id = {of('merged')} WHERE id = {of('stays')};
            INSERT INTO customer_merges (id, merged_id, into_id, reason, event_id, created_at)
            SELECT {NEW}, into_id, merged_id, 'confirmed', event_id, now() FROM customer_merges""",
        f"SELECT 'customer ' || id FROM customers WHERE id IN ({of('merged')}, {of('stays')})",
    ),
]  # fmt: skip

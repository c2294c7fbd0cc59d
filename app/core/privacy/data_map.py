"""Declares for each text column of each table whether it holds personal data. Export and erasure read this map.

`tests/core/test_personal_data.py` compares it with the tables of the database and fails if a column is missing.
"""

from app.core.privacy.table_entry import TableEntry

CUSTOMER = "customer_id = ANY(:customers)"
ORDER = "order_id = ANY(:orders)"
CONTACT = "contact_id = ANY(:contacts)"

KEEP_BUYER_NAME = "CASE WHEN id = ANY(:buyers) THEN name END"
"""Keep the name of a buyer: an invoice names its customer (Directive 2006/112/EC, article 226 (5)), and is kept
for `retention.FISCAL`."""

TABLES: dict[str, TableEntry] = {
    "account_challenges": TableEntry(
        not_personal="purpose kind locale",
        pseudonymised="subject",
        erased={"encrypted_address": "NULL"},
        row_filter=f"{CUSTOMER} OR subject = ANY(:subjects)",
        deleted=True,
    ),
    "account_passkeys": TableEntry(
        erased={"credential_id": "''", "public_key": "''", "name": "''"},
        row_filter=CUSTOMER,
        exported="created_at name used_at",
        deleted=True,
    ),
    "account_passwords": TableEntry(
        erased={"hash": "''"}, row_filter=CUSTOMER, exported="changed_at", deleted=True
    ),
    "account_sessions": TableEntry(
        not_personal="sales_channel",
        erased={"device": "NULL", "name": "''", "ended_at": "coalesce(ended_at, :now)"},
        row_filter=CUSTOMER,
        exported="created_at name sales_channel seen_at expires_at ended_at",
    ),
    "api_clients": TableEntry(not_personal="name version role sales_channel key_hash scopes"),
    "card_setups": TableEntry(row_filter=CUSTOMER, exported="created_at", deleted=True),
    "carts": TableEntry(
        not_personal="sales_channel currency type",
        row_filter="id = ANY(:carts)",
        exported="created_at last_activity_at sales_channel",
    ),
    "cart_lines": TableEntry(row_filter="cart_id = ANY(:carts)", exported="variant_id quantity"),
    "consents": TableEntry(
        not_personal="purpose contact_channel status source text_version locale evidence",
        row_filter=CONTACT,
        exported="at purpose contact_channel status source text_version locale evidence",
    ),
    "contacts": TableEntry(
        retained="name",
        erased={"name": KEEP_BUYER_NAME, "email": "NULL", "phone": "NULL", "import_source": "NULL"},
        row_filter="id = ANY(:contacts)",
        exported="created_at name email phone import_source",
    ),
    "coupons": TableEntry(not_personal="code normalised_code"),
    "customer_merges": TableEntry(
        not_personal="reason",
        row_filter="merged_id = ANY(:customers) OR into_id = ANY(:customers)",
        exported="created_at reason",
    ),
    "customer_notes": TableEntry(
        not_personal="actor_kind",
        erased={"body": "''"},
        row_filter=CUSTOMER,
        exported="created_at body",
    ),
    "customers": TableEntry(
        erased={"customer_group": "NULL", "locale": "NULL", "tags": "'[]'"},
        row_filter="id = ANY(:customers)",
        exported="created_at customer_group locale tags",
    ),
    "devices": TableEntry(not_personal="token_hash pairing_code_hash", staff="name"),
    "document_buyers": TableEntry(
        not_personal="salt",
        retained="name address country vat_number",
        row_filter="document_id IN (SELECT id FROM documents WHERE order_id = ANY(:orders))",
        exported="document_id name address country vat_number",
    ),
    "document_numbers": TableEntry(not_personal="kind"),
    "documents": TableEntry(
        not_personal="kind document_number currency content content_hash",
        row_filter=ORDER,
        exported="issued_at kind document_number currency net tax total",
    ),
    "disputes": TableEntry(
        not_personal="provider_id currency reason status",
        row_filter=ORDER,
        exported="opened_at amount reason status",
    ),
    "drawer_entries": TableEntry(staff="reason"),
    "erasures": TableEntry(pseudonymised="customer_ids contact_ids"),
    "event_seals": TableEntry(not_personal="hash"),
    "events": TableEntry(
        not_personal="kind actor_kind actor_role reason sales_channel contact_channel payload",
        row_filter=f"{CUSTOMER} AND order_id IS NULL OR {ORDER}",
        exported="occurred_at kind actor_kind sales_channel contact_channel",
    ),
    "fulfilments": TableEntry(
        not_personal="type status",
        row_filter=ORDER,
        exported="type status promised_at collect_by arrived_at ready_at collected_at",
    ),
    "identities": TableEntry(
        not_personal="kind",
        erased={"value": "''", "ended_at": "coalesce(ended_at, :now)"},
        row_filter=CUSTOMER,
        exported="created_at kind value verified_at ended_at",
    ),
    "idempotency_keys": TableEntry(
        not_personal="caller route key request_hash",
        erased={"body": "''"},
        row_filter="caller = ANY(:callers) OR EXISTS (SELECT 1 FROM unnest(CAST(:route_ids AS text[])) n "
        "WHERE strpos(route, n) > 0)",
        deleted=True,
    ),
    "legal_entities": TableEntry(
        not_personal="code name address country vat_number invoice_prefix credit_note_prefix language"
    ),
    "locations": TableEntry(
        not_personal="code name kind address country timezone hours holidays region"
    ),
    "markets": TableEntry(not_personal="country tax_level rounding_mode rounding_target"),
    "messages": TableEntry(
        not_personal="direction contact_channel template",
        erased={
            "body": "''",
            "external_id": "NULL",
            "status": "CASE WHEN status = 'queued' THEN 'superseded' ELSE status END",
        },
        row_filter="thread_id IN (SELECT id FROM threads WHERE contact_id = ANY(:contacts))",
        exported="created_at direction contact_channel template status sent_at body",
    ),
    "order_billing": TableEntry(
        erased=dict.fromkeys(("name", "address", "country"), "''") | {"vat_number": "NULL"},
        row_filter=ORDER,
        exported="name address country vat_number",
        deleted=True,
    ),
    "order_lines": TableEntry(
        not_personal="sku title barcode kind tax_category taxes",
        row_filter=ORDER,
        exported="sku title quantity cancelled unit_price tax_rate total",
    ),
    "orders": TableEntry(
        not_personal="number status currency quote quote_hash started_channel assisted_channel paid_channel "
        "collected_channel locale terms_version import_source review_reason",
        row_filter="id = ANY(:orders)",
        exported="placed_at number status currency total net tax paid started_channel assisted_channel "
        "paid_channel collected_channel locale terms_version import_source",
    ),
    "payment_attempts": TableEntry(
        not_personal="kind status failure_code",
        row_filter=ORDER,
        exported="created_at kind amount status",
    ),
    "payment_events": TableEntry(
        not_personal="kind provider_reference refund_method",
        row_filter=ORDER,
        exported="occurred_at kind amount",
    ),
    "payment_sessions": TableEntry(
        not_personal="flow reader status currency page_id provider_id provider_customer_id failure_code",
        erased={"url": "NULL"},
        row_filter=ORDER,
        exported="created_at flow status amount currency expires_at ended_at",
    ),
    "payments": TableEntry(
        not_personal="method status currency provider_id",
        row_filter=ORDER,
        exported="created_at method status amount authorised captured refunded currency",
    ),
    "postal_addresses": TableEntry(
        erased=dict.fromkeys(("label", "name", "lines", "town", "postcode", "country"), "''"),
        row_filter=CONTACT,
        exported="created_at label name lines town postcode country",
        deleted=True,
    ),
    "preferences": TableEntry(
        not_personal="kind",
        erased={"value": "''"},
        row_filter=CUSTOMER,
        exported="stated_at kind value",
        deleted=True,
    ),
    "store_credit_codes": TableEntry(
        not_personal="code_hash",
        row_filter=CUSTOMER,
        exported="created_at expires_at used_at",
        deleted=True,
    ),
    "stored_value_entries": TableEntry(
        not_personal="kind",
        row_filter="account_id IN (SELECT id FROM stored_value_accounts WHERE customer_id = ANY(:customers))",
        exported="occurred_at kind amount",
    ),
    "stored_value_accounts": TableEntry(
        not_personal="kind currency code_hash last4 block_reason",
        row_filter=CUSTOMER,
        exported="created_at kind currency balance expires_at",
    ),
    "price_lists": TableEntry(
        not_personal="code name currency customer_group channel reason", staff="approved_by"
    ),
    "prices": TableEntry(not_personal="currency"),
    "procrastinate_events": TableEntry(not_personal="type"),
    "procrastinate_jobs": TableEntry(
        not_personal="queue_name task_name lock queueing_lock args status"
    ),
    "procrastinate_periodic_defers": TableEntry(not_personal="task_name periodic_id"),
    "webhook_events": TableEntry(not_personal="id kind provider_id customer"),
    "products": TableEntry(
        not_personal="handle title description vendor category tags status skus search"
    ),
    "promotion_customer_usage": TableEntry(pseudonymised="email_hash"),
    "promotion_redemptions": TableEntry(
        pseudonymised="email_hash", row_filter=ORDER, exported="created_at amount"
    ),
    "promotions": TableEntry(
        not_personal="code title kind currency terms scopes conditions gift_sku reason",
        staff="approved_by",
    ),
    "rate_limits": TableEntry(
        not_personal="purpose",
        pseudonymised="subject",
        row_filter="subject = ANY(:subjects)",
        deleted=True,
    ),
    "refunds": TableEntry(
        not_personal="currency status",
        staff="reason",
        row_filter=ORDER,
        exported="created_at amount currency status",
    ),
    "reservations": TableEntry(not_personal="status"),
    "saved_cards": TableEntry(
        not_personal="provider_id",
        erased=dict.fromkeys(("brand", "last4"), "''")
        | dict.fromkeys(("exp_month", "exp_year"), "NULL")
        | {"removed_at": "coalesce(removed_at, :now)"},
        row_filter=CUSTOMER,
        exported="created_at brand last4 exp_month exp_year used_at removed_at",
    ),
    "shifts": TableEntry(not_personal="currency"),
    "shortfalls": TableEntry(not_personal="cause"),
    "signed_quotes": TableEntry(not_personal="quote_hash facts promotions country region store"),
    "staff": TableEntry(staff="number name pin_hash"),
    "staff_roles": TableEntry(staff="role"),
    "staff_sessions": TableEntry(staff="token_hash"),
    "stock_movements": TableEntry(not_personal="kind", staff="reason"),
    "suppressions": TableEntry(
        not_personal="contact_channel purpose reason", pseudonymised="address_hash"
    ),
    "tasks": TableEntry(
        not_personal="kind department",
        row_filter=f"{CUSTOMER} OR {ORDER}",
        exported="created_at kind finished_at",
    ),
    "tax_rates": TableEntry(not_personal="country region category taxes"),
    "threads": TableEntry(
        not_personal="topic status",
        erased={"subject": "''"},
        row_filter=CONTACT,
        exported="opened_at topic subject status resolved_at",
    ),
    "user_sessions": TableEntry(staff="token_hash"),
    "users": TableEntry(staff="email name roles password_hash totp_secret invitation_hash"),
    "variant_costs": TableEntry(not_personal="currency"),
    "variants": TableEntry(not_personal="sku barcode options tax_category"),
    "wishlist_items": TableEntry(
        row_filter=CUSTOMER, exported="created_at variant_id", deleted=True
    ),
}

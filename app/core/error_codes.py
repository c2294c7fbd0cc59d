"""Every error code that a program can see: its HTTP status, its meaning, and what to do. Pure.

`docs/errors.md` and the open enum of the OpenAPI are made from this table. New codes may be added at any time, so
clients must accept codes that they do not know. A published code never changes its meaning.
"""

from typing import Literal, NamedTuple

Code = Literal[
    "address_taken", "already_collected", "already_paid", "amount_not_chargeable", "api_client_without_key",
    "approval_needed",
    "balance_due", "barcode_taken", "busy", "cart_incomplete", "cart_merged", "cart_ordered",
    "coupon_code_taken", "coupon_not_found", "currency_mismatch", "customer_erased", "customer_merged",
    "forbidden", "handle_taken", "idempotency_key_required", "idempotency_key_reused", "identity_taken",
    "insufficient_balance", "insufficient_stock", "invalid", "invalid_code", "invalid_gift_card",
    "invalid_pickup_code", "invalid_pin", "invalid_state", "last_owner", "last_variant", "merge_undone",
    "no_refund_pending", "no_sellable_variant", "no_tax_rate", "not_found", "not_picked", "not_reserved",
    "nothing_to_capture", "nothing_to_restock", "out_of_stock", "passkey_taken", "payment_declined",
    "payment_in_progress", "payment_open", "price_changed", "price_exists_at_time", "price_list_taken",
    "product_unavailable", "promotion_code_taken", "promotion_limit_reached", "provider_unavailable",
    "rate_exists_at_time", "reader_busy", "reader_not_found", "reader_offline", "recipient_suppressed",
    "request_in_progress", "shift_already_open", "shift_not_open", "sku_taken", "staff_number_taken",
    "staff_sign_in_required", "store_closed", "too_many_attempts", "too_many_variants", "unauthorised",
    "user_disabled", "version_conflict",
]  # fmt: skip
"""Raised by the rules."""

HttpCode = Literal[
    "bad_request", "failed", "http_error", "method_not_allowed", "too_large", "too_many_requests",
    "unsupported_media_type",
]  # fmt: skip
"""Raised before a rule runs, or if the server fails."""

AnyCode = Code | HttpCode


class ErrorCode(NamedTuple):
    status: int
    """HTTP."""
    meaning: str
    remedy: str
    """What the caller does next."""


ERROR_CODES: dict[AnyCode, ErrorCode] = {
    "address_taken": ErrorCode(
        409,
        "Another account uses this email address or phone number.",
        "Use another address, or sign in to that account.",
    ),
    "already_collected": ErrorCode(
        409,
        "The order was already handed over.",
        "Hand nothing over; see when and by whom in `errors`.",
    ),
    "already_paid": ErrorCode(409, "Nothing is left to pay.", "Ask for no payment."),
    "amount_not_chargeable": ErrorCode(
        409,
        "A card cannot pay this amount: the last of three digits must be 0, or cards cannot be charged in the "
        "currency.",
        "Pay by another method, or at the counter.",
    ),
    "api_client_without_key": ErrorCode(
        409, "This API client has no key to revoke.", "Nothing: it cannot sign in by a key."
    ),
    "approval_needed": ErrorCode(
        403,
        "The staff member may do this only with a manager's approval.",
        "Repeat the request with the manager's number, PIN and a reason.",
    ),
    "balance_due": ErrorCode(
        409,
        "An amount is still due or still held.",
        "Collect, capture, write off or refund it first.",
    ),
    "barcode_taken": ErrorCode(
        409, "Another variant has this barcode.", "Use another barcode, or change that variant."
    ),
    "busy": ErrorCode(
        503,
        "The system cannot take the request now; nothing was done.",
        "Retry after `Retry-After`.",
    ),
    "cart_incomplete": ErrorCode(
        409, "The cart lacks lines or a fulfilment.", "Add what the message names."
    ),
    "cart_merged": ErrorCode(
        409, "The cart was merged into the customer's cart.", "Use the customer's cart."
    ),
    "cart_ordered": ErrorCode(409, "The cart is already an order.", "Create a new cart."),
    "coupon_code_taken": ErrorCode(
        409, "Another promotion has this coupon code.", "Choose another code."
    ),
    "coupon_not_found": ErrorCode(404, "No usable coupon has this code.", "Check the code."),
    "currency_mismatch": ErrorCode(
        409, "The two amounts have different currencies.", "Use one currency."
    ),
    "customer_erased": ErrorCode(
        409, "The customer's data was erased.", "Nothing: an erasure cannot be undone."
    ),
    "customer_merged": ErrorCode(
        409, "The customer was merged into another one.", "Use that customer."
    ),
    "forbidden": ErrorCode(
        403,
        "The caller has no permission for this.",
        "Use another role or key; `errors` names the permission.",
    ),
    "handle_taken": ErrorCode(409, "Another product has this handle.", "Choose another handle."),
    "idempotency_key_required": ErrorCode(
        400, "The request needs an Idempotency-Key.", "Send a new key with each new request."
    ),
    "idempotency_key_reused": ErrorCode(
        422, "The key came before with another body.", "Send a new key with a new request."
    ),
    "identity_taken": ErrorCode(
        409, "Another customer has this identity.", "Use that customer, or merge the two."
    ),
    "insufficient_balance": ErrorCode(
        409,
        "The gift card or store credit has less than this amount.",
        "Use less, or pay the rest otherwise.",
    ),
    "insufficient_stock": ErrorCode(
        409,
        "The store has fewer units than the cart wants.",
        "Choose fewer units or another store; `errors.lines` names both.",
    ),
    "invalid": ErrorCode(
        422, "Some values are invalid.", "Correct the fields that `errors` names."
    ),
    "invalid_code": ErrorCode(
        403, "The one-time code is wrong or has expired.", "Check it, or request a new code."
    ),
    "invalid_gift_card": ErrorCode(
        403, "No gift card has this code and PIN.", "Read code and PIN again from the card."
    ),
    "invalid_pickup_code": ErrorCode(
        403, "The pickup code is not the order's.", "Ask the customer to show the code again."
    ),
    "invalid_pin": ErrorCode(403, "The staff number or PIN is wrong.", "Enter both again."),
    "invalid_state": ErrorCode(
        409,
        "The status does not allow this now.",
        "Read the record again; `errors` has its status.",
    ),
    "last_owner": ErrorCode(
        409, "The user is the last owner.", "Make another user an owner first."
    ),
    "last_variant": ErrorCode(
        409, "The variant is the product's last one.", "Withdraw the product instead."
    ),
    "merge_undone": ErrorCode(409, "The merge was already undone.", "Nothing."),
    "no_refund_pending": ErrorCode(
        409, "No refund waits for another way to be paid.", "Read the order's refunds again."
    ),
    "no_sellable_variant": ErrorCode(
        409, "The product has no variant with a price.", "Set a price first."
    ),
    "no_tax_rate": ErrorCode(
        409, "No tax rate applies to the goods at this place and time.", "Enter the tax rate."
    ),
    "not_found": ErrorCode(
        404, "The thing does not exist, or not for this caller.", "Check the address and the token."
    ),
    "not_picked": ErrorCode(
        409, "Units are neither picked nor reported missing.", "Pick them, or report them missing."
    ),
    "not_reserved": ErrorCode(
        409, "The last count says that the item is not here.", "Count the item, then pick it."
    ),
    "nothing_to_capture": ErrorCode(
        409, "No authorised amount waits for a capture.", "Request another payment if money is due."
    ),
    "nothing_to_restock": ErrorCode(409, "The order has no picked units left.", "Nothing."),
    "out_of_stock": ErrorCode(
        409,
        "The goods of an expired order were sold meanwhile.",
        "Tell the customer; they can order again elsewhere.",
    ),
    "passkey_taken": ErrorCode(409, "The passkey is already stored.", "Use another authenticator."),
    "payment_declined": ErrorCode(
        409, "The provider or the bank declined the payment.", "Ask for another means of payment."
    ),
    "payment_in_progress": ErrorCode(
        409, "Money of this order is still moving.", "Wait some seconds, then retry."
    ),
    "payment_open": ErrorCode(
        409, "Another payment of this order is still open.", "Wait until it is closed, then retry."
    ),
    "price_changed": ErrorCode(
        409,
        "The total is not the one that the shopper saw.",
        "Show `errors.quote` and ask the shopper again.",
    ),
    "price_exists_at_time": ErrorCode(
        409, "A price starts at the same moment.", "Choose another moment."
    ),
    "price_list_taken": ErrorCode(409, "A price list has this code.", "Choose another code."),
    "product_unavailable": ErrorCode(409, "The item is not for sale.", "Remove it from the cart."),
    "promotion_code_taken": ErrorCode(409, "A promotion has this code.", "Choose another code."),
    "promotion_limit_reached": ErrorCode(
        409,
        "The promotion has no redemptions left.",
        "Remove the coupon; show the new total to the shopper.",
    ),
    "provider_unavailable": ErrorCode(
        409, "The payment provider did not answer.", "Retry: a repeat has one effect."
    ),
    "rate_exists_at_time": ErrorCode(
        409, "A tax rate starts at the same moment.", "Choose another moment."
    ),
    "reader_busy": ErrorCode(409, "The card reader is in use.", "Wait, or use another reader."),
    "reader_not_found": ErrorCode(
        409, "The provider knows no such card reader.", "Check the reader's id."
    ),
    "reader_offline": ErrorCode(
        409, "The card reader is not connected.", "Connect it, or use another reader."
    ),
    "recipient_suppressed": ErrorCode(
        409,
        "The address must not receive such messages.",
        "Only the person can change this, through a message to that address.",
    ),
    "request_in_progress": ErrorCode(
        409, "A request with the same key is still running.", "Retry with the same key in a second."
    ),
    "shift_already_open": ErrorCode(
        409, "The till's last shift is still open.", "Count the drawer and close the shift first."
    ),
    "shift_not_open": ErrorCode(409, "The till has no open shift.", "Open a shift first."),
    "sku_taken": ErrorCode(409, "Another variant has this SKU.", "Choose another SKU."),
    "staff_number_taken": ErrorCode(
        409, "Another staff member has this number.", "Choose another number."
    ),
    "staff_sign_in_required": ErrorCode(
        401, "No staff member is signed in at this device.", "Sign in with number and PIN."
    ),
    "store_closed": ErrorCode(409, "The store offers no pickup now.", "Choose another store."),
    "too_many_attempts": ErrorCode(
        429, "Too many wrong attempts were made.", "Wait for as long as `Retry-After` says."
    ),
    "too_many_variants": ErrorCode(
        409, "The product has as many variants as are allowed.", "Create another product."
    ),
    "unauthorised": ErrorCode(
        401, "The token or key is missing or invalid.", "Send a valid token in `Authorization`."
    ),
    "user_disabled": ErrorCode(409, "The user was disabled for good.", "Invite another address."),
    "version_conflict": ErrorCode(
        409, "The record changed since it was read.", "Read it again, then repeat the change."
    ),
    "bad_request": ErrorCode(
        400, "The request could not be read.", "Send JSON with Content-Type application/json."
    ),
    "failed": ErrorCode(
        500, "The server failed; the failure was logged.", "Retry, or tell the operator."
    ),
    "http_error": ErrorCode(
        400, "The request is not valid HTTP for this server.", "Read the message."
    ),
    "method_not_allowed": ErrorCode(
        405, "This address does not take the method.", "See the API documentation."
    ),
    "too_large": ErrorCode(413, "The request is too large.", "Send less at once."),
    "too_many_requests": ErrorCode(
        429, "This network address sends too many requests.", "Wait, then retry."
    ),
    "unsupported_media_type": ErrorCode(
        415, "The body is not JSON.", "Send JSON with Content-Type application/json."
    ),
}

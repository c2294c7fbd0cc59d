"""Card readers, controlled by the server. https://docs.stripe.com/terminal/payments/collect-card-payment"""

from devtools.stripe_standin import charging
from devtools.stripe_standin.account import Account
from devtools.stripe_standin.objects import ApiError, Json, missing
from devtools.stripe_standin.params import check_names, text


def process(account: Account, params: Json, reader_id: str) -> Json:
    """Make the reader ask for a card. The switch auto_present presents one immediately."""
    check_names(params, "payment_intent", "process_config")
    reader = _reader(account, reader_id)
    intent = account.get("payment_intents", text(params, "payment_intent"))
    if account.switches["reader"] == "offline":
        raise ApiError(400, "Reader is currently offline.", "terminal_reader_offline")
    if account.switches["reader"] == "busy":
        raise ApiError(400, "Reader is currently busy.", "terminal_reader_busy")
    if account.switches["reader"] == "timeout":
        raise ApiError(400, "The reader did not respond in time.", "terminal_reader_timeout")
    if intent["payment_method_types"] != ["card_present"]:
        raise ApiError(400, "The PaymentIntent is not for card_present.", param="payment_intent")
    if intent["status"] not in charging.PAYABLE:
        raise charging.unexpected_state(intent, "processed")
    reader["action"] = {
        "type": "process_payment_intent",
        "status": "in_progress",
        "process_payment_intent": {"payment_intent": intent["id"]},
        "failure_code": None,
        "failure_message": None,
    }
    if account.switches["auto_present"]:
        present(account, reader, account.switches["auto_present"])
    return reader


def retrieve(account: Account, params: Json, reader_id: str) -> Json:
    check_names(params)
    return _reader(account, reader_id)


def cancel(account: Account, params: Json, reader_id: str) -> Json:
    """https://docs.stripe.com/api/terminal/readers/cancel_action"""
    check_names(params)
    reader = _reader(account, reader_id)
    reader["action"] = None
    return reader


def present_method(account: Account, params: Json, reader_id: str) -> Json:
    """Present a card to a simulated reader. https://docs.stripe.com/api/terminal/readers/present_payment_method"""
    check_names(params, "type", "card_present")
    number = (params.get("card_present") or {}).get("number", "4242424242424242")
    return present(account, _reader(account, reader_id), number)


def present(account: Account, reader: Json, number: str) -> Json:
    action = reader["action"]
    if not action or action["status"] != "in_progress":
        raise ApiError(400, "The reader does not ask for a card.")
    intent = account.get("payment_intents", action["process_payment_intent"]["payment_intent"])
    try:
        charging.pay(account, intent, number, "card_present")
    except ApiError as error:
        action |= {"status": "failed", "failure_code": error.error.get("code")}
        action["failure_message"] = error.error["message"]
        account.emit("terminal.reader.action_failed", reader)
    else:
        action["status"] = "succeeded"
        account.emit("terminal.reader.action_succeeded", reader)
    return reader


def _reader(account: Account, reader_id: str) -> Json:
    """Return the reader. Any id tmr_… works, because simulated readers need no registration here."""
    known_reader = account.objects["readers"].get(reader_id)
    if known_reader:
        return known_reader
    if not reader_id.startswith("tmr_"):
        raise missing("terminal.reader", reader_id)
    reader = account.new("readers", label="Simulated reader", status="online", action=None)
    reader |= {"id": reader_id, "device_type": "simulated_wisepos_e"}
    return account.add("readers", reader)

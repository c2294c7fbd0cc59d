"""The legal entity, and the job that issues invoices, for tests."""

from typing import Any

from app.jobs.orders import issue_invoice
from tests.drivers.catalogue import done
from tests.drivers.shop import Placed, Shop

ENTITY: dict[str, Any] = {
    "name": "Onecounter Shops Ltd",
    "address": "1 High Street\nLeeds LS1 1AA",
    "country": "GB",
    "vat_number": "GB 980 7806 84",
}
BILLING: dict[str, Any] = {
    "name": "Byron Engines Ltd",
    "address": "12 St James's Square\nLondon SW1Y 4LB",
    "country": "GB",
    "vat_number": "GB 980 7806 84",
}
"""The buyer on an order's invoice."""


def set_up(shop: Shop, code: str = "main", **different: Any) -> dict[str, Any]:
    """Create a legal entity; the first one sells in every store."""
    return done(shop, "PUT", f"legal-entities/{code}", ENTITY | different)


def issue(shop: Shop) -> int:
    """Run the jobs that issue invoices and credit notes; return how many documents they added."""
    queue = shop.app.extensions["ports"].jobs
    waiting = [ids["order_id"] for name, ids in queue.queued if name == "issue_invoice"]
    queue.queued[:] = [job for job in queue.queued if job[0] != "issue_invoice"]
    return sum(issue_invoice(shop.jobs, order_id) for order_id in waiting)


def documents(shop: Shop, placed: Placed) -> list[dict[str, Any]]:
    """Return the documents that the shopper sees."""
    answer = shop.call("GET", f"/api/v1/orders/{placed.number}/documents", placed.token)
    assert answer.status_code == 200, answer.get_json()
    return list(answer.get_json()["items"])


def planted(shop: Shop, placed: Placed) -> str:
    """Return the id of a document of an order that was not collected, for tests of permissions only: the
    consistency check would not allow it."""
    set_up(shop)
    sold(shop, {"MUG": 1})
    issue(shop)
    shop.change(_PLANTED, number=placed.number)
    (document_id,) = [one.id for one in shop.documents() if one.number == 900]
    return str(document_id)


_PLANTED = """
    INSERT INTO documents SELECT (jsonb_populate_record(NULL::documents, to_jsonb(d) || jsonb_build_object(
        'id', gen_random_uuid(), 'number', 900, 'order_id', o.id))).*
    FROM documents d, orders o WHERE o.number = :number ORDER BY d.number LIMIT 1"""


def sold(shop: Shop, wanted: dict[str, int], **changes: Any) -> Placed:
    """Place an order, collect it and pay it in cash."""
    placed = shop.order(wanted, **changes)
    due = shop.make_ready(placed).get_json()["amount_due"]
    assert shop.hand_over(placed, due).status_code == 200
    return placed

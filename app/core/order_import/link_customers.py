from dataclasses import dataclass

from sqlalchemy import text

from app.core.catalogue.import_outcome import ImportOutcome, Tally
from app.core.customers import imported
from app.core.order_import.lock import hold_off_imports
from app.core.transaction import Transaction


@dataclass(frozen=True)
class LinkImported:
    source: str
    """The system that the orders come from."""


def link_imported(tx: Transaction, command: LinkImported) -> ImportOutcome:
    """Link imported lines of goods to variants that came into the catalogue after them, so that the two files may
    come in either order. A code typed in small letters is that in capitals, where it is no SKU itself.

    Orders that were imported before customers were kept get theirs.
    """
    hold_off_imports(tx.session)
    orders = {"orders": f"{command.source}:"}
    linked = tx.session.connection().execute(_LINK, orders)
    imported.get_or_create(tx, tx.session.scalars(_WITHOUT_CUSTOMER, orders))
    tx.write()
    tx.session.execute(_CUSTOMERS, orders)
    return ImportOutcome({"links": Tally(created=linked.rowcount)})


_LINK = text("""
    UPDATE order_lines l SET variant_id = coalesce(
        (SELECT id FROM variants WHERE sku = l.sku), (SELECT id FROM variants WHERE sku = upper(l.sku)))
    FROM orders o
    WHERE o.id = l.order_id AND starts_with(o.import_source, :orders) AND l.kind = 'item' AND l.variant_id IS NULL
      AND EXISTS (SELECT 1 FROM variants WHERE sku IN (l.sku, upper(l.sku)))
""")
_WITHOUT_CUSTOMER = text("""
    SELECT n.import_source FROM contacts n
    WHERE starts_with(n.import_source, :orders)
      AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id)
""")
_CUSTOMERS = text("""
    UPDATE orders o SET customer_id = c.id
    FROM contacts n JOIN customers c ON c.contact_id = n.id
    WHERE o.contact_id = n.id AND o.customer_id IS NULL AND starts_with(n.import_source, :orders)
""")

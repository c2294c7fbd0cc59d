from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, select, text, update

from app.core.catalogue.import_outcome import ImportOutcome, Tally
from app.core.customers import imported_customers
from app.core.customers.models import Contact, Customer
from app.core.order_import.lock import lock_imports
from app.core.orders.models import Order
from app.core.transaction import Transaction


@dataclass(frozen=True)
class LinkImportedOrders:
    source: str
    """The system of the orders."""


def link_imported_orders(tx: Transaction, command: LinkImportedOrders) -> ImportOutcome:
    """Link imported order lines to variants, and imported orders to customers.

    A variant may come into the catalogue after the order, so the two files may be imported in either order. A
    code in small letters means the code in capitals, unless it is a SKU itself. Orders that were imported before
    customers existed get their customers.
    """
    lock_imports(tx.session)
    parameters = {"orders": f"{command.source}:"}
    linked = tx.session.connection().execute(_LINK_LINES, parameters)
    imported_customers.get_or_create(tx, tx.session.scalars(_WITHOUT_CUSTOMER, parameters))
    tx.write()
    tx.session.execute(_LINK_CUSTOMERS, parameters)
    return ImportOutcome({"links": Tally(created=linked.rowcount)})


_LINK_LINES = text("""
    UPDATE order_lines l SET variant_id = coalesce(
        (SELECT id FROM variants WHERE sku = l.sku), (SELECT id FROM variants WHERE sku = upper(l.sku)))
    FROM orders o
    WHERE o.id = l.order_id AND starts_with(o.import_source, :orders) AND l.kind = 'item' AND l.variant_id IS NULL
      AND EXISTS (SELECT 1 FROM variants WHERE sku IN (l.sku, upper(l.sku)))
""")
_WITHOUT_CUSTOMER = select(Contact.import_source).where(
    func.starts_with(Contact.import_source, bindparam("orders")),
    ~exists().where(Customer.contact_id == Contact.id),
)
_LINK_CUSTOMERS = (
    update(Order)
    .where(
        Order.contact_id == Contact.id,
        Customer.contact_id == Contact.id,
        Order.customer_id.is_(None),
        func.starts_with(Contact.import_source, bindparam("orders")),
    )
    .values(customer_id=Customer.id)
    .execution_options(synchronize_session=False)
)

"""Carts, orders, their lines, fulfilments and tasks in the database."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from tests.reads.reader import AnOrder, Reader, number_of


class CartRecord(NamedTuple):
    id: UUID
    sales_channel: str
    client_id: UUID
    customer_id: UUID | None
    order_id: UUID | None
    merged_into_id: UUID | None


class OrderRecord(NamedTuple):
    id: UUID
    number: str
    status: str
    currency: str
    total: int
    net: int
    tax: int
    cancelled: int
    credited: int
    paid: int
    quote: dict[str, Any]
    quote_hash: str
    cart_id: UUID | None
    contact_id: UUID
    customer_id: UUID | None
    started_channel: str
    client_id: UUID
    terms_version: str
    import_source: str | None
    placed_at: datetime
    review_reason: str | None


class OrderChannels(NamedTuple):
    started: str
    assisted: str | None
    paid: str | None
    collected: str | None
    assisted_by: str | None
    """The device's name."""


class OrderLine(NamedTuple):
    order_number: str
    kind: str
    sku: str
    title: str
    quantity: int
    cancelled: int
    unit_price: int
    tax_rate: int
    total: int
    net: int
    tax: int
    variant_id: UUID | None


class Fulfilment(NamedTuple):
    id: UUID
    order_id: UUID
    order_number: str
    location_id: UUID
    location: str
    status: str
    collect_by: datetime
    arrived_at: datetime | None
    picked_up_by: str | None
    """The name of the contact who collected it."""
    code_number: int
    code_attempts: int


class PickedLine(NamedTuple):
    """An order line with its reserved units and the picked ones among them."""

    location: str
    order_status: str
    has_arrived: bool
    sku: str
    quantity: int
    cancelled: int
    reserved: int
    picked: int


class OpenTask(NamedTuple):
    kind: str
    order_number: str | None
    order_status: str | None
    location: str | None


class OrderReads(Reader):
    def order_records(self, order: AnOrder = None) -> list[OrderRecord]:
        return self.read(OrderRecord, _ORDERS, number=number_of(order))

    def order_record(self, order: AnOrder = None) -> OrderRecord:
        """Return the only order, or the named one."""
        (record,) = self.order_records(order)
        return record

    def order_id(self, order: AnOrder = None) -> UUID:
        return self.order_record(order).id

    def order_channels(self, order: AnOrder = None) -> list[OrderChannels]:
        """Return the channels of orders that staff assisted."""
        return self.read(OrderChannels, _CHANNELS, number=number_of(order))

    def order_lines(self, order: AnOrder = None) -> list[OrderLine]:
        return self.read(OrderLine, _LINES, number=number_of(order))

    def picked_lines(self) -> list[PickedLine]:
        return self.read(PickedLine, _PICKED_LINES)

    def fulfilments(self, order: AnOrder = None) -> list[Fulfilment]:
        return self.read(Fulfilment, _FULFILMENTS, number=number_of(order))

    def cart_records(self) -> list[CartRecord]:
        return self.read(CartRecord, _CARTS)

    def cart_quantities(self) -> list[int]:
        """Return the quantities of all cart lines."""
        return self.read(lambda quantity: int(quantity), "SELECT quantity FROM cart_lines")

    def open_tasks(self, kind: str | None = None) -> list[OpenTask]:
        """Return the tasks that staff still have to do, the oldest first."""
        return self.read(OpenTask, _OPEN_TASKS, kind=kind)


_ORDERS = """
    SELECT id, number, status AS status, currency, total, net, tax, cancelled, credited, paid, quote, quote_hash,
        cart_id, contact_id, customer_id, started_channel, client_id, terms_version, import_source, placed_at,
        review_reason
    FROM orders WHERE CAST(:number AS text) IS NULL OR number = :number ORDER BY id
"""
_CHANNELS = """
    SELECT started_channel AS started, assisted_channel AS assisted, paid_channel AS paid,
        collected_channel AS collected, d.name AS assisted_by
    FROM orders o JOIN devices d ON d.id = o.assisted_by
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY o.id
"""
_LINES = """
    SELECT o.number AS order_number, l.kind, l.sku, l.title, l.quantity, l.cancelled, l.unit_price, l.tax_rate,
        l.total, l.net, l.tax, l.variant_id
    FROM order_lines l JOIN orders o ON o.id = l.order_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY o.id, l.position
"""
_PICKED_LINES = """
    SELECT s.code AS location, o.status AS order_status, f.arrived_at IS NOT NULL AS has_arrived, l.sku,
        l.quantity,
        l.cancelled, coalesce(r.quantity, 0) AS reserved, coalesce(r.picked, 0) AS picked
    FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN fulfilments f ON f.order_id = o.id
        JOIN locations s ON s.id = f.location_id
        LEFT JOIN reservations r ON r.line_id = l.id AND r.status = 'live'
"""
_FULFILMENTS = """
    SELECT f.id, f.order_id, o.number AS order_number, f.location_id, l.code AS location, f.status AS status,
        f.collect_by, f.arrived_at, c.name AS picked_up_by, f.code_number, f.code_attempts
    FROM fulfilments f JOIN orders o ON o.id = f.order_id JOIN locations l ON l.id = f.location_id
        LEFT JOIN contacts c ON c.id = f.received_by_contact_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY o.id, f.id
"""
_CARTS = """
    SELECT id, sales_channel, client_id, customer_id, order_id, merged_into_id FROM carts ORDER BY id
"""
_OPEN_TASKS = """
    SELECT t.kind, o.number AS order_number, o.status AS order_status, l.code AS location
    FROM tasks t LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN locations l ON l.id = t.location_id
    WHERE t.finished_at IS NULL AND (CAST(:kind AS text) IS NULL OR t.kind = :kind)
    ORDER BY t.created_at, t.id
"""

"""Stock, its movements, reservations and shortfalls in the database."""

from typing import NamedTuple

from tests.reads.reader import AnOrder, Reader, number_of


class Levels(NamedTuple):
    on_hand: int
    reserved: int
    available: int


class StockLevel(NamedTuple):
    location: str
    """The location's code."""
    location_name: str
    sku: str
    on_hand: int
    reserved: int
    safety_stock: int
    has_movements: bool


class Reservation(NamedTuple):
    order_number: str
    sku: str
    quantity: int
    picked: int
    status: str


class StockMovement(NamedTuple):
    order_number: str | None
    location: str
    sku: str
    quantity: int
    kind: str
    reason: str | None
    unit_cost: int | None


class Shortfall(NamedTuple):
    order_number: str | None
    quantity: int
    cause: str


class StockReads(Reader):
    def stock_levels(self, sku: str | None = None) -> list[StockLevel]:
        return self.read(StockLevel, _STOCK, sku=sku)

    def levels(self, sku: str, code: str = "lds") -> Levels:
        (row,) = [row for row in self.stock_levels(sku) if row.location == code]
        return Levels(row.on_hand, row.reserved, row.on_hand - row.reserved - row.safety_stock)

    def on_hand(self, sku: str, code: str = "lds") -> int:
        return self.levels(sku, code).on_hand

    def reservations(self, order: AnOrder = None, status: str | None = None) -> list[Reservation]:
        """Return reservations, the oldest first."""
        return self.read(Reservation, _RESERVATIONS, number=number_of(order), status=status)

    def stock_movements(self, kind: str | None = None) -> list[StockMovement]:
        return self.read(StockMovement, _MOVEMENTS, kind=kind)

    def shortfalls(self) -> list[Shortfall]:
        """Return the unresolved shortfalls, oldest first."""
        return self.read(Shortfall, _SHORTFALLS)


_STOCK = """
    SELECT l.code AS location, l.name AS location_name, v.sku, s.on_hand, s.reserved, s.safety_stock,
        s.has_movements
    FROM stock s JOIN variants v ON v.id = s.variant_id JOIN locations l ON l.id = s.location_id
    WHERE CAST(:sku AS text) IS NULL OR v.sku = :sku ORDER BY v.sku, l.name
"""
_RESERVATIONS = """
    SELECT o.number AS order_number, l.sku, r.quantity, r.picked, r.status
    FROM reservations r JOIN orders o ON o.id = r.order_id JOIN order_lines l ON l.id = r.line_id
    WHERE (CAST(:number AS text) IS NULL OR o.number = :number)
        AND (CAST(:status AS text) IS NULL OR r.status = :status)
    ORDER BY r.created_at, r.id
"""
_MOVEMENTS = """
    SELECT o.number AS order_number, l.code AS location, v.sku, m.quantity, m.kind, m.reason, m.unit_cost
    FROM stock_movements m JOIN variants v ON v.id = m.variant_id JOIN locations l ON l.id = m.location_id
        LEFT JOIN orders o ON o.id = m.order_id
    WHERE CAST(:kind AS text) IS NULL OR m.kind = :kind ORDER BY m.id
"""
_SHORTFALLS = """
    SELECT o.number AS order_number, f.quantity, f.cause
    FROM shortfalls f LEFT JOIN orders o ON o.id = f.order_id
    WHERE f.resolved_at IS NULL ORDER BY f.created_at, f.quantity
"""

"""Products, variants, prices, costs and promotions in the database."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from tests.reads.reader import Reader


class Product(NamedTuple):
    handle: str
    title: str
    vendor: str
    category: str
    tags: list[str]
    status: str
    skus: str
    updated_at: datetime


class Variant(NamedTuple):
    id: UUID
    sku: str
    barcode: str | None
    options: dict[str, str]
    position: int
    grams: int
    active: bool


class Location(NamedTuple):
    id: UUID
    code: str
    name: str
    country: str
    timezone: str
    hours: list[Any]
    offers_pickup: bool
    preparation_minutes: int
    collect_days: int
    reminder_days: int


class Price(NamedTuple):
    sku: str
    price_list: str | None
    """The list's code."""
    currency: str
    min_quantity: int
    amount: int | None
    compare_at: int | None
    starts_at: datetime
    event_id: UUID
    event_kind: str | None


class Cost(NamedTuple):
    sku: str
    currency: str
    amount: int


class Promotion(NamedTuple):
    code: str
    redemption_count: int


class Coupon(NamedTuple):
    code: str
    promotion: str
    redemption_count: int


class Redemption(NamedTuple):
    promotion: str
    amount: int
    coupon_id: UUID | None
    beyond_limit: bool


class CustomerUsage(NamedTuple):
    promotion: str
    redemption_count: int


class PriceReads(Reader):
    def product_records(self) -> list[Product]:
        return self.read(Product, _PRODUCTS)

    def products_found(self, words: str) -> int:
        """Return how many products PostgreSQL's search finds by these words."""
        return int(self.read_value(_FOUND, words=words))

    def variants(self) -> list[Variant]:
        """Return variants in the order of their products."""
        return self.read(Variant, _VARIANTS)

    def variant_id(self, sku: str) -> UUID:
        (found,) = [variant.id for variant in self.variants() if variant.sku == sku]
        return found

    def location_records(self) -> list[Location]:
        return self.read(Location, _LOCATIONS)

    def location_id(self, code: str) -> UUID:
        (found,) = [location.id for location in self.location_records() if location.code == code]
        return found

    def prices(self) -> list[Price]:
        """Return prices in the order of their entry."""
        return self.read(Price, _PRICES)

    def costs(self) -> list[Cost]:
        """Return costs in the order of their dates."""
        return self.read(Cost, _COSTS)

    def promotions(self) -> list[Promotion]:
        return self.read(Promotion, _PROMOTIONS)

    def coupons(self) -> list[Coupon]:
        return self.read(Coupon, _COUPONS)

    def redemptions(self) -> list[Redemption]:
        """Return the redemptions of promotions, the oldest first."""
        return self.read(Redemption, _REDEMPTIONS)

    def customer_usage(self) -> list[CustomerUsage]:
        """Return how often each person redeemed each promotion."""
        return self.read(CustomerUsage, _CUSTOMER_USAGE)

    def signed_quotes(self) -> list[str]:
        """Return the hashes of the signed quotes."""
        return self.read(lambda quote_hash: str(quote_hash), _SIGNED_QUOTES)


_PRODUCTS = """
    SELECT handle, title, vendor, category, tags, status, skus, updated_at FROM products ORDER BY id
"""
_FOUND = "SELECT count(*) FROM products WHERE search @@ to_tsquery('simple', :words)"
_VARIANTS = """
    SELECT id, sku, barcode, options, position, grams, active FROM variants
    ORDER BY product_id, position, sku
"""
_LOCATIONS = """
    SELECT id, code, name, country, timezone, hours, offers_pickup, preparation_minutes, collect_days,
        reminder_days
    FROM locations ORDER BY code
"""
_PRICES = """
    SELECT v.sku, l.code AS price_list, p.currency, p.min_quantity, p.amount, p.compare_at, p.starts_at,
        p.event_id, e.kind AS event_kind
    FROM prices p JOIN variants v ON v.id = p.variant_id LEFT JOIN events e ON e.id = p.event_id
        LEFT JOIN price_lists l ON l.id = p.list_id
    ORDER BY p.id
"""
_COSTS = """
    SELECT v.sku, c.currency, c.amount FROM variant_costs c JOIN variants v ON v.id = c.variant_id
    ORDER BY c.starts_at, c.id
"""
_PROMOTIONS = "SELECT code, redemption_count FROM promotions ORDER BY code"
_COUPONS = """
    SELECT c.code, p.code AS promotion, c.redemption_count
    FROM coupons c JOIN promotions p ON p.id = c.promotion_id ORDER BY c.code
"""
_REDEMPTIONS = """
    SELECT p.code AS promotion, u.amount, u.coupon_id, u.beyond_limit
    FROM promotion_redemptions u JOIN promotions p ON p.id = u.promotion_id ORDER BY u.id
"""
_CUSTOMER_USAGE = """
    SELECT p.code AS promotion, n.redemption_count
    FROM promotion_customer_usage n JOIN promotions p ON p.id = n.promotion_id ORDER BY p.code
"""
_SIGNED_QUOTES = "SELECT quote_hash FROM signed_quotes ORDER BY created_at"

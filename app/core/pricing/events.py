"""The events of prices, promotions and taxes."""

from app.core.event_kinds import event

PRICE_LIST_CREATED = event(
    "price_list.created",
    "code currency customer_group channel location priority reason approved_by",
    subjects="price",
)
PRICES_SET = event("prices.set", "prices", subjects="price")
PRICES_IMPORTED = event("prices.imported", "prices", subjects="price")
PROMOTION_CREATED = event(
    "promotion.created",
    "code title kind currency terms scopes conditions priority exclusive "
    "gift_sku uses_limit limit_per_customer reason approved_by",
    subjects="price",
)
PROMOTION_DEACTIVATED = event("promotion.deactivated", "code", subjects="price")
COUPONS_CREATED = event("coupons.created", "promotion count uses_limit", subjects="price")
COUPON_DEACTIVATED = event("coupon.deactivated", "promotion coupon")
MARKET_SET = event(
    "market.set",
    "country tax_included tax_level rounding_mode rounding_target before",
    subjects="price",
)
TAX_RATE_SET = event(
    "tax_rate.set", "country region category rate starts_at taxes", subjects="price"
)

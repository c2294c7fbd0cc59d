"""The events of products with their prices."""

from app.core.event_kinds import event

PRODUCT_CREATED = event(
    "product.created", "product_id handle status currency variants", subjects="price"
)
PRODUCT_PUBLISHED = event("product.published", "product_id handle old_status")
VARIANT_CREATED = event(
    "variant.created", "product_id handle variant_id sku currency price cost", subjects="price"
)
VARIANT_CHANGED = event(
    "variant.changed",
    "product_id handle variant_id sku fields",
    optional="old_price price old_cost cost currency",
    subjects="price",
)
VARIANT_WITHDRAWN = event("variant.withdrawn", "product_id handle variant_id sku")
CATALOGUE_IMPORTED = event(
    "catalogue.imported", "products variants prices variant_costs", subjects="price"
)

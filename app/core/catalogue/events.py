"""The events of products, variants and locations."""

from app.core.event_kinds import event

LOCATIONS_IMPORTED = event("locations.imported", "created changed")
PRODUCT_CHANGED = event("product.changed", "product_id handle fields")
PRODUCT_WITHDRAWN = event("product.withdrawn", "product_id handle old_status")
VARIANT_PUBLISHED = event("variant.published", "product_id handle variant_id sku")

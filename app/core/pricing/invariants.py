"""What always holds for promotions."""

from app.core.consistency import by_query

INVARIANTS = (
    by_query(
        "I15",
        "a limited promotion or coupon counts the orders that redeem it, never more than its limit",
        """
        SELECT p.code FROM promotions p
        WHERE redemption_count > uses_limit OR uses_limit IS NOT NULL AND redemption_count <> (
            SELECT count(*) FROM promotion_redemptions r
            WHERE r.promotion_id = p.id AND r.released_at IS NULL AND NOT r.beyond_limit)
        UNION ALL
        SELECT c.code FROM coupons c
        WHERE redemption_count > uses_limit OR uses_limit IS NOT NULL AND redemption_count <> (
            SELECT count(*) FROM promotion_redemptions r
            WHERE r.coupon_id = c.id AND r.released_at IS NULL AND NOT r.beyond_limit)
        """,
    ),
    by_query(
        "I15",
        "no customer redeems a promotion more often than its limit per customer",
        """
        SELECT p.code FROM promotion_customer_usage n JOIN promotions p ON p.id = n.promotion_id
        WHERE n.redemption_count > p.limit_per_customer OR n.redemption_count <> (
            SELECT count(*) FROM promotion_redemptions r
            WHERE r.promotion_id = n.promotion_id AND r.email_hash = n.email_hash AND r.released_at IS NULL
                AND NOT r.beyond_limit)
        """,
    ),
)

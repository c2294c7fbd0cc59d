"""What always holds of promotions."""

from app.core.consistency import by_query

INVARIANTS = (
    by_query(
        "I15",
        "a limited promotion or coupon counts the orders that use it, never more than its limit",
        """
        SELECT p.code FROM promotions p WHERE uses > uses_limit OR uses_limit IS NOT NULL AND uses <> (
            SELECT count(*) FROM promotion_uses u
            WHERE u.promotion_id = p.id AND u.given_back_at IS NULL AND NOT u.beyond_limit)
        UNION ALL
        SELECT c.code FROM coupons c WHERE uses > uses_limit OR uses_limit IS NOT NULL AND uses <> (
            SELECT count(*) FROM promotion_uses u
            WHERE u.coupon_id = c.id AND u.given_back_at IS NULL AND NOT u.beyond_limit)
        """,
    ),
    by_query(
        "I15",
        "nobody uses a promotion more often than a person may",
        """
        SELECT p.code FROM promotion_people n JOIN promotions p ON p.id = n.promotion_id
        WHERE n.uses > p.per_person OR n.uses <> (
            SELECT count(*) FROM promotion_uses u
            WHERE u.promotion_id = n.promotion_id AND u.person = n.person AND u.given_back_at IS NULL
                AND NOT u.beyond_limit)
        """,
    ),
)

"""Rows that a bug would leave about promotions. The collected order of the test's shop used them all: the
promotion `FIVE`, once per person and limited to 10, by its coupon `FIVE-1`, limited to 3."""

from tests.core.violations import Violation

PRICES = [
    Violation(
        "I15", "a limited promotion or coupon counts", "a use was not counted",
        "UPDATE promotions SET redemption_count = 0", "SELECT code FROM promotions",
    ),
    Violation(
        "I15", "a limited promotion or coupon counts", "a coupon was counted twice",
        "UPDATE coupons SET redemption_count = 2", "SELECT code FROM coupons",
    ),
    Violation(
        "I15", "a limited promotion or coupon counts", "a coupon for none was used",
        "ALTER TABLE coupons DROP CONSTRAINT coupons_redemption_count_check; UPDATE coupons SET uses_limit = 0",
        "SELECT code FROM coupons",
    ),
    Violation(
        "I15", "a limited promotion or coupon counts", "a promotion for none was used",
        "ALTER TABLE promotions DROP CONSTRAINT promotions_redemption_count_check; "
        "UPDATE promotions SET uses_limit = 0",
        "SELECT code FROM promotions",
    ),
    Violation(
        "I15", "no customer redeems a promotion more often", "a person used it twice",
        "UPDATE promotion_customer_usage SET redemption_count = 2", "SELECT code FROM promotions",
    ),
    Violation(
        "I15", "an order holds its redemptions", "an order lives again without what it had given back",
        """
        UPDATE promotion_redemptions SET released_at = now(); UPDATE promotions SET redemption_count = 0;
        UPDATE coupons SET redemption_count = 0; UPDATE promotion_customer_usage SET redemption_count = 0
        """,
        "SELECT number FROM orders WHERE status = 'collected'",
    ),
]  # fmt: skip

"""What a bug would leave in the books of promotions. The collected order of the test's shop used them all: the
promotion `FIVE`, once by a person and limited to 10, by its coupon `FIVE-1`, limited to 3."""

from tests.core.violations import Violation

PRICES = [
    Violation(
        "I15", "a limited promotion or coupon counts", "a use was not counted",
        "UPDATE promotions SET uses = 0", "SELECT code FROM promotions",
    ),
    Violation(
        "I15", "a limited promotion or coupon counts", "a coupon was counted twice",
        "UPDATE coupons SET uses = 2", "SELECT code FROM coupons",
    ),
    Violation(
        "I15", "a limited promotion or coupon counts", "a coupon for none was used",
        "ALTER TABLE coupons DROP CONSTRAINT coupons_uses_check; UPDATE coupons SET uses_limit = 0",
        "SELECT code FROM coupons",
    ),
    Violation(
        "I15", "a limited promotion or coupon counts", "a promotion for none was used",
        "ALTER TABLE promotions DROP CONSTRAINT promotions_uses_check; UPDATE promotions SET uses_limit = 0",
        "SELECT code FROM promotions",
    ),
    Violation(
        "I15", "nobody uses a promotion more often", "a person used it twice",
        "UPDATE promotion_people SET uses = 2", "SELECT code FROM promotions",
    ),
    Violation(
        "I15", "an order holds what it used", "an order lives again without what it had given back",
        """
        UPDATE promotion_uses SET given_back_at = now(); UPDATE promotions SET uses = 0;
        UPDATE coupons SET uses = 0; UPDATE promotion_people SET uses = 0
        """,
        "SELECT number FROM orders WHERE status = 'collected'",
    ),
]  # fmt: skip

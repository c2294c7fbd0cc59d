from dataclasses import dataclass

from app.core.catalogue import products
from app.core.transaction import Transaction


@dataclass(frozen=True)
class WithdrawProduct:
    handle: str


def withdraw_product(tx: Transaction, command: WithdrawProduct) -> str:
    """Stop selling and listing a product and return its handle. Raises NotFound.

    Orders keep what they froze, so those under way go on. Again changes nothing.
    """
    product = products.held(tx, command.handle)
    products.set_status(tx, product, "archived", "product.withdrawn")
    return command.handle

"""Merged customers read as one: SQL that other rooms put into their statements.

A merge only points from one customer to the other, so that it can be undone; whoever reads goes along.
"""


def survivor(customer_id: str, column: str = "id") -> str:
    """A scalar subquery: `column` of the customer that `customer_id`, an SQL expression, stands for today."""
    return f"""(
        WITH RECURSIVE way AS (
            SELECT one.* FROM customers one WHERE one.id = {customer_id}
            UNION ALL
            SELECT other.* FROM customers other JOIN way ON other.id = way.merged_into_id
        )
        SELECT {column} FROM way WHERE merged_into_id IS NULL AND erased_at IS NULL
    )"""  # noqa: S608 - both come from the code, never from a request


def all_of(customer_id: str) -> str:
    """A subquery for IN: the ids of all customers that were merged into `customer_id`, and her own."""
    return f"""(
        WITH RECURSIVE hers AS (
            SELECT CAST({customer_id} AS uuid) AS id
            UNION ALL
            SELECT other.id FROM customers other JOIN hers ON other.merged_into_id = hers.id
        )
        SELECT id FROM hers
    )"""  # noqa: S608 - as above

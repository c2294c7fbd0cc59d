"""Start the long tests first, so that none of them is left when the short ones have ended."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "/faults/" not in item.nodeid)

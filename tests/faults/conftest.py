"""The long stories begin first, so that nobody still waits for one of them when all the short ones are told."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "/faults/" not in item.nodeid)

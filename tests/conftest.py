"""One PostgreSQL for the run, one empty database for each test, and the application on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, make_url

from app.adapters.embedded_postgres import serving
from app.channels.http import guards
from app.config import Settings, psycopg_url
from app.core.clock import SetClock
from tests import databases
from tests.application import application_again, settings_for
from tests.drivers.shop import Shop

hypothesis.settings.register_profile("same each time", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same each time")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests wait for processes or for time to pass a quarter of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server of DATABASE_URL, in databases of our own; otherwise a server of this run."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield psycopg_url(given)
        return
    with serving(tmp_path_factory.mktemp("postgres") / "data", fsync=False) as url:
        yield url


@pytest.fixture(scope="session")
def migrated(server: str) -> Iterator[str]:
    """A database at the newest migration, which tests share one after the other."""
    with databases.temporary(server, "test") as url:
        databases.migrate(url)
        yield url


@pytest.fixture
def database_url(migrated: str) -> str:
    databases.empty(migrated)
    guards.clear_cache()
    return migrated


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(make_url(database_url))
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(databases.TUESDAY_NOON)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, tmp_path)


@pytest.fixture
def app(settings: Settings, clock: SetClock) -> Iterator[Flask]:
    """The application with a clock that tests set, messages kept in memory, and jobs that run on request."""
    app = application_again(settings, clock)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def shop(app: Flask) -> Shop:
    """A small shop: the stores Leeds and York, and the stock that a test adds."""
    return Shop(app)


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Replace the fixture of pytest-flask: its context around each test would hide a view that forgot to
    commit."""

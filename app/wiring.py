"""The composition root: which adapter stands behind which port, and which channel answers where."""

from typing import Any

import orjson
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.adapters import logs
from app.adapters.argon2_passwords import Argon2Passwords
from app.adapters.derived_secrets import DerivedSecrets
from app.adapters.embedded_postgres import EmbeddedPostgres
from app.adapters.json_provider import OrjsonProvider
from app.adapters.letters.postman import make_postman
from app.adapters.procrastinate_jobs import ProcrastinateJobs
from app.channels.admin import customers, prices, promotions, taxes
from app.channels.admin import privacy as admin_privacy
from app.channels.admin import views as admin
from app.channels.api import carts, catalogue, orders, privacy
from app.channels.http import callers, errors, observe
from app.channels.http.blueprints import make_api
from app.channels.live import stream
from app.channels.pos import customers as till_customers
from app.channels.pos import views as pos
from app.channels.web import docs, health, order_page
from app.cli import register as register_commands
from app.config import Settings, from_environment, secret_key
from app.core.clock import SystemClock
from app.core.model import Base
from app.core.ports import Ports
from app.core.transaction import Performer

LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
    "jit": "off",
}
"""For web and worker; commands that need longer set their own."""

MAX_BODY = 1_000_000
"""Bytes of a request's body."""


def make_app(settings: Settings, **ports: Any) -> Flask:
    """The web application; `ports` replaces single ports, as tests do."""
    logs.configure(settings.log_format)
    app = _base(settings, ports)
    api = make_api(app)
    for views in (
        catalogue, carts, orders, privacy, pos, till_customers, admin, prices, promotions, taxes,
        customers, admin_privacy,
    ):  # fmt: skip
        api.register_blueprint(views.blueprint)
    for pages in (docs, health, order_page):
        app.register_blueprint(pages.blueprint)
    callers.open_to_anyone(app, "static", "api-docs.openapi_json")
    register_commands(app)
    errors.register(app)
    observe.register(app)
    callers.check_declared(app)
    return app


def create_live(settings: Settings | None = None) -> Flask:
    """The application of the live process: streams only."""
    settings = settings or from_environment()
    logs.configure(settings.log_format)
    app = _base(settings, {})
    app.register_blueprint(stream.blueprint)
    callers.open_to_anyone(app, "static")
    errors.register(app)
    observe.register(app)
    callers.check_declared(app)
    return app


def _base(settings: Settings, replaced: dict[str, Any]) -> Flask:
    app = Flask("app", static_folder="static")
    app.json = OrjsonProvider(app)
    app.config.update(
        SETTINGS=settings,
        CURRENCY=settings.currency,
        LOCALE=settings.locale,
        TERMS_VERSION=settings.terms_version,
        METRICS_TOKEN=settings.metrics_token,
        MAX_CONTENT_LENGTH=MAX_BODY,
        SQLALCHEMY_DATABASE_URI=database_url(settings),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
    )
    database = SQLAlchemy(metadata=Base.metadata)
    database.init_app(app)
    with app.app_context():
        engine = database.engine
    ports = Ports(
        **{
            "clock": SystemClock(),
            "jobs": ProcrastinateJobs(),
            "secrets": DerivedSecrets(secret_key(settings)),
            "passwords": Argon2Passwords(),
            "postman": make_postman(settings),
            **replaced,
        }
    )
    app.extensions.update(
        ports=ports,
        engine=engine,
        performer=make_performer(engine, ports),
        reader=make_reader(engine),
    )
    return app


def make_performer(engine: Engine, ports: Ports) -> Performer:
    return Performer(lambda: Session(engine, expire_on_commit=False), ports)


def make_reader(engine: Engine) -> Engine:
    """The same pool without transactions: each statement is a snapshot of its own, without BEGIN and ROLLBACK."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def database_url(settings: Settings) -> str:
    return settings.database_url or EmbeddedPostgres(settings.var / "postgres").url


def engine_options(settings: Settings) -> dict[str, Any]:
    options = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
    return {
        "pool_size": settings.threads,
        "max_overflow": 0,
        "pool_timeout": 1,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # an error's text would quote them, and they hold people's data
        "connect_args": {"options": options, "connect_timeout": 2},
    }

"""The composition root: chooses the adapter of each port, and puts the channels into the applications."""

from typing import Any

import orjson
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from app.adapters import logs
from app.adapters.argon2_passwords import Argon2Passwords
from app.adapters.derived_secrets import DerivedSecrets
from app.adapters.email.channel import make_email_channel
from app.adapters.embedded_postgres import EmbeddedPostgres
from app.adapters.invoice_pdf.reportlab_pages import ReportlabPdfRenderer
from app.adapters.json_provider import OrjsonProvider
from app.adapters.null_payment_provider import NullPaymentProvider
from app.adapters.phone_numbers import LibPhoneNumbers
from app.adapters.procrastinate_jobs import ProcrastinateJobQueue
from app.adapters.pyotp_codes import PyotpTotp
from app.adapters.sms.channel import FileSmsChannel
from app.adapters.stripe_gateway import StripeGateway
from app.adapters.vat_numbers import StdnumVatNumbers
from app.adapters.webauthn_passkeys import WebauthnPasskeys
from app.adapters.witnesses import make_witness
from app.channels import admin, api, live, pos, storefront, webhooks
from app.channels.http import errors, guards, metrics, openapi, throttle
from app.channels.http.blueprints import make_api
from app.channels.live import openapi as live_openapi
from app.cli import register as register_commands
from app.config import Settings, from_environment, secret_key
from app.core.access import events as access_events
from app.core.accounts import events as accounts_events
from app.core.catalogue import events as catalogue_events
from app.core.clock import SystemClock
from app.core.customers import events as customers_events
from app.core.event_registry import EventRegistry, kinds_in
from app.core.fulfilment import events as fulfilment_events
from app.core.inventory import events as inventory_events
from app.core.invoicing import events as invoicing_events
from app.core.merchandising import events as merchandising_events
from app.core.model import Base, retryable
from app.core.notifications import events as notifications_events
from app.core.order_import import events as order_import_events
from app.core.orders import events as orders_events
from app.core.payment_processing import events as payment_processing_events
from app.core.payment_processing.provider_sync import call_provider
from app.core.payments import events as payments_events
from app.core.ports import MessageChannel, Ports
from app.core.pricing import events as pricing_events
from app.core.privacy import events as privacy_events
from app.core.provider import PaymentProvider
from app.core.transaction import UseCaseRunner

ROOMS_WITH_EVENTS = (
    access_events,
    accounts_events,
    catalogue_events,
    customers_events,
    fulfilment_events,
    inventory_events,
    invoicing_events,
    merchandising_events,
    notifications_events,
    order_import_events,
    orders_events,
    payment_processing_events,
    payments_events,
    pricing_events,
    privacy_events,
)

DATABASE_LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # starting one takes longer than our queries
}
"""Of web and worker. Commands that need longer limits set their own."""

MAX_BODY = 1_000_000
"""The largest request body, in bytes."""


def make_app(settings: Settings, **ports: Any) -> Flask:
    """Return the web application. `ports` replaces single ports: tests do so."""
    logs.configure(settings.log_format)
    app = _base(settings, ports)
    documented = make_api(app)
    for blueprint in (*api.BLUEPRINTS, *pos.BLUEPRINTS, *admin.BLUEPRINTS):
        documented.register_blueprint(blueprint)
    live_openapi.document(documented.spec, settings.live_base_url, app.url_map.converters)
    openapi.open_responses(documented.spec)
    for pages in (*storefront.BLUEPRINTS, *webhooks.BLUEPRINTS):
        app.register_blueprint(pages)
    guards.open_to_anyone(app, "static", "api-docs.openapi_json")
    throttle.register(app, settings)
    register_commands(app)
    errors.register(app)
    metrics.register(app)
    guards.check_declared(app)
    return app


def create_live(settings: Settings | None = None) -> Flask:
    """Return the application of the live process: streams only."""
    settings = settings or from_environment()
    logs.configure(settings.log_format)
    app = _base(settings, {})
    for blueprint in live.BLUEPRINTS:
        app.register_blueprint(blueprint)
    guards.open_to_anyone(app, "static")
    errors.register(app)
    metrics.register(app)
    guards.check_declared(app)
    return app


def _base(settings: Settings, replaced_ports: dict[str, Any]) -> Flask:
    app = Flask("app", static_folder="static")
    app.json = OrjsonProvider(app)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as its documentation says
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        SQLALCHEMY_DATABASE_URI=database_url(settings),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
    )
    database = SQLAlchemy(metadata=Base.metadata)
    database.init_app(app)
    with app.app_context():
        app.extensions["engine"] = database.engine
    equip(app, settings, replaced_ports)
    return app


def equip(app: Flask, settings: Settings, replaced_ports: dict[str, Any]) -> None:
    """Give the application its settings, ports, runner and reader. It already has its database."""
    app.config.update(
        SETTINGS=settings,
        CURRENCIES=settings.currencies,
        LOCALE=settings.locale,
        QUOTE_MINUTES=settings.quote_minutes,
        TERMS_VERSION=settings.terms_version,
        METRICS_TOKEN=settings.metrics_token,
    )
    engine, ports = app.extensions["engine"], make_ports(settings, replaced_ports)
    app.extensions.update(
        ports=ports,
        runner=make_runner(engine, ports),
        reader=make_reader(engine),
        events=make_event_registry(),
    )


def make_ports(settings: Settings, replaced_ports: dict[str, Any]) -> Ports:
    return Ports(
        **{
            "clock": SystemClock(),
            "jobs": ProcrastinateJobQueue(),
            "secrets": DerivedSecrets(secret_key(settings)),
            "passwords": Argon2Passwords(),
            "channels": make_channels(settings),
            "phones": LibPhoneNumbers(settings.country),
            "passkeys": WebauthnPasskeys(settings.base_url, "Onecounter"),
            "totp": PyotpTotp(),
            "witness": make_witness(settings.seal_witness),
            "provider": make_provider(settings),
            "vat_numbers": StdnumVatNumbers(),
            "pdf_renderer": ReportlabPdfRenderer(),
            "site": settings.base_url,
            "cash_rounding": settings.cash_steps,
            **replaced_ports,
        }
    )


def make_channels(settings: Settings) -> dict[str, MessageChannel]:
    """Return the message channels by contact channel."""
    return {
        "email": make_email_channel(settings),
        "sms": FileSmsChannel(settings.var / "texts"),
    }


def make_provider(settings: Settings) -> PaymentProvider:
    if not settings.takes_cards:
        return NullPaymentProvider()
    return StripeGateway(
        settings.stripe_api_key, settings.stripe_webhook_secrets, settings.stripe_api_base
    )


def make_runner(engine: Engine, ports: Ports) -> UseCaseRunner:
    return UseCaseRunner(
        lambda: Session(engine, expire_on_commit=False),
        ports,
        actions={**call_provider.ACTIONS},
        retryable=retryable(Base.metadata),
    )


def make_event_registry() -> EventRegistry:
    return EventRegistry(*(kinds_in(room) for room in ROOMS_WITH_EVENTS))


def make_reader(engine: Engine) -> Engine:
    """Return the same pool without transactions: each statement has its own snapshot, without BEGIN and
    ROLLBACK."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def database_url(settings: Settings) -> str:
    return settings.database_url or EmbeddedPostgres(settings.var / "postgres").url


def engine_options(settings: Settings) -> dict[str, Any]:
    options = " ".join(f"-c {name}={value}" for name, value in DATABASE_LIMITS.items())
    return {
        "pool_size": settings.threads,
        "max_overflow": 0,
        "pool_timeout": 1,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # they hold personal data, and the text of an error would quote them
        "connect_args": {"options": options, "connect_timeout": 2},
    }

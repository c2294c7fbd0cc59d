"""The settings, read once from the environment. Each has a working default."""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

MIN_KEY_LENGTH = 32
"""The minimum length of a secret key, in characters."""


@dataclass(frozen=True)
class Settings:
    database_url: str = ""
    """A PostgreSQL server of version 15 or newer; empty: the project's own, in `var/postgres`."""
    var: Path = ROOT / "var"
    """The folder that the project writes to: its database, emails, reports."""
    secret_key: str = ""
    """Codes, tokens and the encryption of stored responses derive from it; empty: created once, in `var`."""
    port: int = 8000
    live_url: str = ""
    """The address of the live streams; empty: PUBLIC_URL if that is set, else one port higher."""
    public_url: str = ""
    """The address in links of emails; empty: http://localhost:PORT."""
    mail_url: str = ""
    """smtp://user:password@host:port or smtps://…; empty: emails are written to `var/mail`."""
    mail_from: str = "Onecounter <orders@onecounter.test>"
    stripe_api_key: str = ""
    """The key of the Stripe account for card payments; empty: no card payments."""
    stripe_api_base: str = "https://api.stripe.com"
    stripe_pages: str = "https://checkout.stripe.com"
    """The address of Stripe's pages. The forms of our pages may lead there."""
    stripe_webhook_secrets: str = ""
    """The secret that signs Stripe's webhooks; during a change two, separated by a comma."""
    country: str = "GB"
    """The country of the shop, by ISO 3166-1: how to read a phone number without a country code, if no store is
    known."""
    currency: str = "GBP"
    more_currencies: str = ""
    """More currencies to sell in, for products with prices in them: EUR,USD."""
    cash_rounding: str = ""
    """The steps of cash by country, in minor units, if they differ from law and practice: US=5,NL=1."""
    locale: str = "en-GB"
    quote_minutes: int = 10
    """The number of minutes that a signed quote is valid."""
    terms_version: str = "1"
    threads: int = 8
    """Request threads per web process, and the number of its database connections."""
    metrics_token: str = ""
    """The token for /metrics; empty: /metrics is closed."""
    seal_witness: str = ""
    """Where to store the head of the sealed chain each minute: a path, or an address that accepts PUT and GET."""
    throttle: int = 1
    """A factor for the number of calls that the throttle by address allows; 0: no throttle."""
    throttle_url: str = ""
    """redis://…, to count calls for all processes together; empty: each process counts for itself."""
    trusted_proxies: int = 0
    """The number of our proxies before the web processes. So many entries of X-Forwarded-For are trusted."""
    log_format: str = "json"
    """json, or console for people."""

    @property
    def base_url(self) -> str:
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def takes_cards(self) -> bool:
        return bool(self.stripe_api_key)

    @property
    def currencies(self) -> tuple[str, ...]:
        """All currencies of the shop, the main one first."""
        return (self.currency, *filter(None, self.more_currencies.split(",")))

    @property
    def cash_steps(self) -> dict[str, int]:
        """The steps of cash by country, in minor units."""
        pairs = (pair.split("=") for pair in filter(None, self.cash_rounding.split(",")))
        return {country: int(step) for country, step in pairs}

    @property
    def live_base_url(self) -> str:
        return self.live_url or self.public_url or f"http://localhost:{self.port + 1}"


def from_environment() -> Settings:
    """Return the settings from variables of the same names in capitals, such as PORT. Raises ValueError."""
    values: dict[str, Any] = {}
    for field in fields(Settings):
        value = os.environ.get(field.name.upper(), "")
        if value:
            values[field.name] = _read(field.name, value)
    return Settings(**values)


def _read(name: str, value: str) -> str | int | Path:
    if name == "database_url":
        return psycopg_url(value)
    if name == "var":
        return Path(value)
    if name == "more_currencies" and not re.fullmatch("[A-Z]{3}(,[A-Z]{3})*", value):
        raise ValueError(
            f"MORE_CURRENCIES must be codes of ISO 4217 such as EUR,USD, not {value!r}."
        )
    if name == "country" and not re.fullmatch("[A-Z]{2}", value):
        raise ValueError(f"COUNTRY must be a code of ISO 3166-1 such as DE, not {value!r}.")
    if name == "cash_rounding" and not re.fullmatch(
        r"[A-Z]{2}=[1-9]\d{0,4}(,[A-Z]{2}=[1-9]\d{0,4})*", value
    ):
        raise ValueError(
            f"CASH_ROUNDING must be countries with steps in minor units such as US=5,NL=1, not {value!r}."
        )
    if name in ("port", "threads", "quote_minutes", "throttle", "trusted_proxies"):
        minimum = 1 if name in ("threads", "quote_minutes") else 0
        if not value.isdecimal() or int(value) < minimum:
            raise ValueError(
                f"{name.upper()} must be a whole number of at least {minimum}, not {value!r}."
            )
        return int(value)
    return value


def psycopg_url(url: str) -> str:
    """Return a PostgreSQL URL with the name of our driver, psycopg."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def secret_key(settings: Settings) -> str:
    """Return the given key, or one that is created once and stored in `var`, readable by its owner only.

    Several processes may start at once: the key file appears complete and flushed to disk, or not at all. Raises
    ValueError if the file holds no key, because with an empty key anyone could create our tokens.
    """
    if settings.secret_key:
        return settings.secret_key
    path = settings.var / "secret_key"
    if not path.exists():
        _create_key(path)
    key = path.read_text().strip()
    if len(key) < MIN_KEY_LENGTH:
        raise ValueError(
            f"{path} holds no key. Restore it from a backup. Without a backup, delete it: a new key is created, "
            "and the links, codes and tokens issued so far become invalid."
        )
    return key


def _create_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"secret_key.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another process was first: use its key
        os.link(unfinished, path)
    unfinished.unlink()

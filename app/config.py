"""Settings, read from the environment once. Every one has a working default."""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

SHORTEST_KEY = 32
"""Characters of a key that we made."""


@dataclass(frozen=True)
class Settings:
    database_url: str = ""
    """A PostgreSQL server, 15 or newer; empty: the project's own, in `var/postgres`."""
    var: Path = ROOT / "var"
    """Where the project writes: its database, mails, reports."""
    secret_key: str = ""
    """Codes, tokens and the encryption of stored answers derive from it; empty: made once, in `var`."""
    port: int = 8000
    live_url: str = ""
    """Where the live streams are; empty: under PUBLIC_URL if that is set, else one port higher."""
    public_url: str = ""
    """The address in links of mails; empty: http://localhost:PORT."""
    mail_url: str = ""
    """smtp://user:password@host:port or smtps://…; empty: mails are written to `var/mail`."""
    mail_from: str = "Onecounter <orders@onecounter.test>"
    stripe_api_key: str = ""
    """Takes cards; empty: none are taken."""
    stripe_api_base: str = "https://api.stripe.com"
    stripe_pages: str = "https://checkout.stripe.com"
    """Where payers are sent to give their card: our pages' forms may lead there."""
    stripe_webhook_secrets: str = ""
    """What Stripe signs its webhooks with; two, by a comma, while they are changed."""
    currency: str = "GBP"
    more_currencies: str = ""
    """What else it sells in, where there are prices: EUR,USD."""
    locale: str = "en-GB"
    quote_minutes: int = 10
    """How long a signed quote binds."""
    terms_version: str = "1"
    threads: int = 8
    """Request threads per web process, and so its database connections."""
    metrics_token: str = ""
    """Opens /metrics; empty: nobody may read it."""
    seal_witness: str = ""
    """Where the head of the sealed chain is kept each minute: a path, or an address that takes PUT and GET."""
    throttle: int = 1
    """The coarse throttle by address lets through so many times the ordinary number of calls; 0: all of them."""
    throttle_url: str = ""
    """redis://…, where its counts are kept for all processes together; empty: each process counts for itself."""
    trusted_proxies: int = 0
    """How many proxies of ours stand before the web processes: that many of X-Forwarded-For are believed."""
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
        """The shop's own first."""
        return (self.currency, *filter(None, self.more_currencies.split(",")))

    @property
    def live_base_url(self) -> str:
        return self.live_url or self.public_url or f"http://localhost:{self.port + 1}"


def from_environment() -> Settings:
    """Settings from variables of the same names in capitals: PORT, DATABASE_URL, … Raises ValueError."""
    given: dict[str, Any] = {}
    for field in fields(Settings):
        value = os.environ.get(field.name.upper(), "")
        if value:
            given[field.name] = _read(field.name, value)
    return Settings(**given)


def _read(name: str, value: str) -> str | int | Path:
    if name == "database_url":
        return psycopg_url(value)
    if name == "var":
        return Path(value)
    if name == "more_currencies" and not re.fullmatch("[A-Z]{3}(,[A-Z]{3})*", value):
        raise ValueError(
            f"MORE_CURRENCIES must be codes of ISO 4217 such as EUR,USD, not {value!r}."
        )
    if name in ("port", "threads", "quote_minutes", "throttle", "trusted_proxies"):
        least = 1 if name in ("threads", "quote_minutes") else 0
        if not value.isdecimal() or int(value) < least:
            raise ValueError(
                f"{name.upper()} must be a whole number from {least} on, not {value!r}."
            )
        return int(value)
    return value


def psycopg_url(url: str) -> str:
    """The URL with the driver we use, for the forms in which PostgreSQL URLs are usually given."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def secret_key(settings: Settings) -> str:
    """The given key, or one made once and kept in `var`, readable by its owner only.

    Several processes may start at once: the key appears under its name whole and on the disk, or not at all.
    Raises ValueError where the file is no key, since with an empty one anybody could make our tokens.
    """
    if settings.secret_key:
        return settings.secret_key
    kept = settings.var / "secret_key"
    if not kept.exists():
        _make_key(kept)
    key = kept.read_text().strip()
    if len(key) < SHORTEST_KEY:
        raise ValueError(
            f"{kept} holds no key. Bring it back from a backup; without one, remove it: a new key is made, "
            "and the links, codes and tokens given out so far no longer open anything."
        )
    return key


def _make_key(kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_name(f"secret_key.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another process was first: its key counts
        os.link(unfinished, kept)
    unfinished.unlink()

"""Settings, read from the environment once. Every one has a working default."""

import os
import secrets
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


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
    currency: str = "GBP"
    locale: str = "en-GB"
    terms_version: str = "1"
    threads: int = 8
    """Request threads per web process, and so its database connections."""
    metrics_token: str = ""
    """Opens /metrics; empty: nobody may read it."""
    log_format: str = "json"
    """json, or console for people."""

    @property
    def base_url(self) -> str:
        return self.public_url or f"http://localhost:{self.port}"

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
    if name in ("port", "threads"):
        least = 1 if name == "threads" else 0
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
    """The given key, or one made once and kept in `var`, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    kept = settings.var / "secret_key"
    settings.var.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    return kept.read_text()

"""The origin of a browser's request: a page of ours, or a foreign page that uses our cookies."""

from urllib.parse import urlsplit

from flask import current_app, request

from app.config import Settings


def is_ours(origin: str | None) -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    return origin in {_origin(request.host_url), _origin(settings.base_url)}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

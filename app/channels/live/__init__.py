"""The streams of the live process."""

from app.channels.live import stream

BLUEPRINTS = (stream.blueprint,)

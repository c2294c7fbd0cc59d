"""A text message channel that writes files, for the demo and for development."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.adapters.message_text import rendering
from app.core.ports import OutgoingMessage


@dataclass(frozen=True)
class FileSmsChannel:
    folder: Path

    def render(self, message: OutgoingMessage) -> str:
        return rendering.sms_text(rendering.mask(message))

    def send(self, message: OutgoingMessage) -> None:
        """Write the whole file or nothing, readable by its owner only. The same message overwrites itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{message.id}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"To: {message.to_address}\n\n{rendering.sms_text(message)}\n")
        unfinished.replace(self.folder / f"{message.id}.txt")

    def delete(self, ids: Sequence[UUID]) -> None:
        for name in ids:
            (self.folder / f"{name}.txt").unlink(missing_ok=True)

"""Text messages laid into a folder, for the demo and for development."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.adapters.email import words
from app.core.ports import Letter


@dataclass(frozen=True)
class FileTexter:
    folder: Path

    def text(self, letter: Letter) -> str:
        return words.short(words.masked(letter))

    def send(self, letter: Letter) -> None:
        """Write it whole or not at all, for its owner's eyes; the same letter overwrites itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{letter.id}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"To: {letter.to_address}\n\n{words.short(letter)}\n")
        unfinished.replace(self.folder / f"{letter.id}.txt")

    def forget(self, ids: Sequence[UUID]) -> None:
        for name in ids:
            (self.folder / f"{name}.txt").unlink(missing_ok=True)

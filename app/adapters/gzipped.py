"""Reads files whether or not they are compressed with gzip."""

import gzip
import zlib
from typing import BinaryIO, cast

from app.core.errors import Invalid

MAGIC = b"\x1f\x8b"


class _GzipReader(gzip.GzipFile):
    def readline(self, size: int | None = -1) -> bytes:
        try:
            return super().readline(size)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise Invalid("The file is damaged or ends too early: copy it again.") from None


def decompressed(file: BinaryIO) -> BinaryIO:
    """Return a file that reads by lines, decompressed if needed. The first bytes decide, not the file's name."""
    start = file.read(len(MAGIC))
    file.seek(0)
    return cast(BinaryIO, _GzipReader(fileobj=file)) if start == MAGIC else file

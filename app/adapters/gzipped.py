"""Files that are compressed with gzip are read as if they were not."""

import gzip
import zlib
from typing import BinaryIO, cast

from app.core.errors import Invalid

MAGIC = b"\x1f\x8b"


class _Unzipped(gzip.GzipFile):
    def readline(self, size: int | None = -1) -> bytes:
        try:
            return super().readline(size)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise Invalid("The file is damaged or ends too early: copy it again.") from None


def unzipped(file: BinaryIO) -> BinaryIO:
    """The content of a file, by lines, whether it is compressed or not; told by how it begins, not by its name."""
    begins = file.read(len(MAGIC))
    file.seek(0)
    return cast(BinaryIO, _Unzipped(fileobj=file)) if begins == MAGIC else file

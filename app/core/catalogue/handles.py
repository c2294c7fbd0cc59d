"""Handles: a product's name in addresses."""

import re
import unicodedata

LONGEST = 255


def handle_of(title: str) -> str:
    """`Crème brûlée, 2 pieces` as `creme-brulee-2-pieces`; empty for a title without Latin letters or digits."""
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = re.findall("[a-z0-9]+", letters.replace("'", ""))
    return "-".join(words)[:LONGEST].rstrip("-")

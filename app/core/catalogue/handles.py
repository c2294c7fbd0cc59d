"""Handles: the names of products in URLs."""

import re
import unicodedata

MAX_LENGTH = 255
APOSTROPHES = str.maketrans("", "", "'’")


def handle_from_title(title: str) -> str:
    """Return `mens-creme-brulee-2-pieces` for `Men's crème brûlée, 2 pieces`.

    Return an empty string for a title without Latin letters and digits.
    """
    characters = unicodedata.normalize("NFKD", title.casefold().translate(APOSTROPHES))
    plain = "".join(letter for letter in characters if not unicodedata.combining(letter))
    return "-".join(re.findall("[a-z0-9]+", plain))[:MAX_LENGTH].rstrip("-")
